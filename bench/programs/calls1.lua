-- A call of a variable that holds one function.
local function a(x, i) return x + 1 end
local function call(f, x, i) return (f(x, i)) end
function bench(size)
  local fs = { [0] = a }
  local i, x, at = 0, 0, 0
  while i < size do
    x = call(fs[at], x, i)
    at = at + 1
    if at == 1 then at = 0 end
    i = i + 1
  end
  return x
end
