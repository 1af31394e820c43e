-- The sieve of Eratosthenes.
function bench(size)
  local count = 0
  for turn = 1, size do
    local composite = {}
    for i = 1, 5000 do composite[i] = false end
    for i = 2, 5000 do
      if not composite[i] then
        count = count + 1
        for k = i + i, 5000, i do composite[k] = true end
      end
    end
  end
  return count
end
