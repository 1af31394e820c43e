-- All orders of the elements of an array, by exchanging two at a time.
local function permute(items, n, visit)
  if n == 1 then return visit(items) end
  for i = 1, n do
    permute(items, n - 1, visit)
    local other = n % 2 == 1 and 1 or i
    items[other], items[n] = items[n], items[other]
  end
end

function bench(size)
  local sum, items = 0, {}
  for i = 1, 8 do items[i] = i end
  for turn = 1, size do
    permute(items, 8, function(order)
      sum = (sum * 7 + order[1] * order[8]) % 1000003
    end)
  end
  return sum
end
