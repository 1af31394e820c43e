-- setmetatable where it is hot: other metatables, finalizers that come late,
-- protected ones, other functions of that name.
local C, D = {}, {}
C.__index, D.__index = C, D
function C:name() return "C" end
function D:name() return "D" end
local function make(class, x) return setmetatable({ x = x }, class) end
local n = 0
for i = 1, 20000 do
  local o = make(i % 3 == 0 and D or C, i)
  if o:name() == "D" then n = n + o.x end
end
print(n, getmetatable(make(C, 1)) == C, getmetatable(make(D, 1)) == D)

local function try(f, ...)
  local ok, m = pcall(f, ...)
  return ok, ok and m or (m:gsub("^[^ ]*:%d+: ", ""))
end
local gone = 0
C.__gc = function() gone = gone + 1 end
for i = 1, 100 do make(C, i) end
collectgarbage()
collectgarbage()
print(gone > 50)

C.__metatable = "locked"
local locked = make(C, 1)
print(getmetatable(locked), try(setmetatable, locked, D))
local function again(t, mt) return setmetatable(t, mt) end
for i = 1, 20000 do again({}, D) end
print(try(again, make(C, 1), D))
print(try(again, 1, D))
print(try(again, {}, 1))
print(getmetatable(again(again({}, D), nil)))
local self = {}
print(getmetatable(again(self, self)) == self)
local weak = { __mode = "k" }
local w = again({}, weak)
local function fill() for i = 1, 100 do w[{}] = i end end
fill()
collectgarbage()
collectgarbage()
local left = 0
for _ in pairs(w) do left = left + 1 end
print(left < 50)

local real = setmetatable
setmetatable = function(t, mt) return "mine" end
print(make(D, 1))
setmetatable = real
print(getmetatable(make(D, 1)) == D)
for i = 1, 300 do make({ __index = C }, i) end
print(make({ __index = D }, 1):name())
