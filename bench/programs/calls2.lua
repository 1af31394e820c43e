-- A call of a variable that holds two functions.
local function a(x, i) return x + 1 end
local function b(x, i) return x + 7 - i end
local function call(f, x, i) return (f(x, i)) end
function bench(size)
  local fs = { [0] = a, b }
  local i, x, at = 0, 0, 0
  while i < size do
    x = call(fs[at], x, i)
    at = at + 1
    if at == 2 then at = 0 end
    i = i + 1
  end
  return x
end
