-- Flags in an object with numbers as keys.
function bench(size)
  local n, count = 4000, 0
  for round = 1, size do
    local flags = {}
    for i = 2, n do flags[i] = 1 end
    for i = 2, n do
      if flags[i] == 1 then
        count = count + 1
        local j = i * i
        while j <= n do flags[j] = 0; j = j + i end
      end
    end
  end
  return count
end
