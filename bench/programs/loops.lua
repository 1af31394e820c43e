-- Nested loops over integers.
function bench(size)
  local n, i = 0, 0
  while i < size do
    local j = 0
    while j < 300 do
      local k = 0
      while k < 300 do
        n = n + j * k - i
        if n > 1000000 then n = n - 1000000 end
        k = k + 1
      end
      j = j + 1
    end
    i = i + 1
  end
  return n
end
