-- A loop in a function that is called often.
local function gcd(a, b)
  while b ~= 0 do a, b = b, a - a // b * b end
  return a
end
function bench(size)
  local sum = 0
  for i = 1, size - 1 do
    for j = 1, 999 do sum = sum + gcd(i, j) end
  end
  return sum
end
