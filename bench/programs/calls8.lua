-- A call of a variable that holds eight functions.
local function a(x, i) return x + 1 end
local function b(x, i) return x + 7 - i end
local function c(x, i) return x - 3 end
local function d(x, i) return x * 2 - x + 5 end
local function e(x, i) return x - i + 1 end
local function f(x, i) return x + i - 2 end
local function g(x, i) return x + 4 end
local function h(x, i) return x - 5 end
local function call(f, x, i) return (f(x, i)) end
function bench(size)
  local fs = { [0] = a, b, c, d, e, f, g, h }
  local i, x, at = 0, 0, 0
  while i < size do
    x = call(fs[at], x, i)
    at = at + 1
    if at == 8 then at = 0 end
    i = i + 1
  end
  return x
end
