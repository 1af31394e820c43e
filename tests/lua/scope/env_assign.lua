-- _ENV of a chunk, assigned: by the chunk, and by functions in it
local print, outer = print, _ENV
X = 20
local function read() return X end
print(read(), X)
_ENV = setmetatable({}, {__index = outer})
X = X + 1
print(read(), X, outer.X)
local function replace(with) local old = _ENV _ENV = with return old end
for i = 1, 4 do
  local old = replace {X = "table " .. i}
  print(read(), X, old.X)
end
replace(outer)
print(read(), X, load("_ENV = {y = 1} y = y + 1 return y, _ENV.y, x")())
function _ENV.f() return _ENV == outer end
print(f())
