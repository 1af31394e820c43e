-- A call of a variable that holds four functions.
local function a(x, i) return x + 1 end
local function b(x, i) return x + 7 - i end
local function c(x, i) return x - 3 end
local function d(x, i) return x * 2 - x + 5 end
local function call(f, x, i) return (f(x, i)) end
function bench(size)
  local fs = { [0] = a, b, c, d }
  local i, x, at = 0, 0, 0
  while i < size do
    x = call(fs[at], x, i)
    at = at + 1
    if at == 4 then at = 0 end
    i = i + 1
  end
  return x
end
