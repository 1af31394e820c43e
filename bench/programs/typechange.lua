-- A variable that is a number for long, then a text, then a number.
local function add(a, b)
  if type(a) == "string" or type(b) == "string" then return a .. b end
  return a + b
end
local function phase(x, one, n)
  while n > 0 do
    local y = add(x, one)
    if y == x then return "never" end
    x = add(y, one)
    if n - n // 16 * 16 == 0 then x = add(one, one) end
    n = n - 1
  end
  return x
end
function bench(size)
  local sum = phase(0, 1, size)
  local text = phase("", "a", size // 15)
  sum = sum + phase(0, 2, size)
  return text == "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" and sum or 0
end
