-- Deep recursion.
local function ack(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ack(m - 1, 1) end
  return (ack(m - 1, (ack(m, n - 1))))
end
function bench(size)
  local sum = 0
  for i = 1, size do sum = sum + ack(3, 6) end
  return sum
end
