-- Operators whose metamethods come, change and go while the code is hot.
local V = {}
V.__index = V
local function new(x) return setmetatable({ x = x }, V) end
local function num(v) return type(v) == "table" and v.x or v end
V.__add = function(a, b) return new(num(a) + num(b)) end
V.__sub = function(a, b) return new(num(a) - num(b)), "second" end
V.__lt = function(a, b) return num(a) < num(b) end
V.__le = function(a, b) return num(a) <= num(b) and 1 or nil end
V.__eq = function(a, b) return num(a) == num(b) end
V.__shl = function(a, b) return num(a) << num(b) end

local function try(f, ...)
  local ok, m = pcall(f, ...)
  return ok, ok and m or (m:gsub("^[^ ]*:%d+: ", ""))
end
local function add(a, b) return a + b end
local function sub(a, b) return a - b end
local function less(a, b) return a < b end
local function greater(a, b) return a > b end
local function at_most(a, b) return a <= b end
local function at_least(a, b) return a >= b end
local function same(a, b) return a == b end
local function other(a, b) return a ~= b end
local function shift(a, b) return a << b end

local sum = new(0)
for i = 1, 20000 do
  sum = add(sum, new(i))
  sum = sub(add(1, sum), i % 3)
  if shift(new(1), i % 8) > 64 then sum = add(sum, 1) end
end
print(sum.x, select("#", sub(new(1), 1)))

local n = { 0, 0, 0, 0, 0, 0 }
for i = 1, 20000 do
  local a, b = new(i % 7), new(i % 5)
  if less(a, b) then n[1] = n[1] + 1 end
  if greater(a, 3) then n[2] = n[2] + 1 end
  if at_most(2, b) then n[3] = n[3] + 1 end
  if at_least(a, b) then n[4] = n[4] + 1 end
  if same(a, b) then n[5] = n[5] + 1 end
  if other(a, b) then n[6] = n[6] + 1 end
end
print(table.concat(n, " "))

-- The same sites with other types, other metatables, and none.
print(add(1, 2), add(1.5, 2), add("3", 4), less("a", "b"), same(1, 1.0),
      same("a", "a"), same(nil, false), other({}, {}), same(V, V))
local W = setmetatable({}, { __index = V })
W.__add = function(a, b) return "W" end
local w = setmetatable({}, W)
print(add(w, new(1)), add(new(1), setmetatable({ x = 5 }, W)).x,
      add(2, w), same(w, w), same(w, new(0)))
print(try(add, {}, 1))
print(try(add, new(1), nil))
print(try(less, {}, {}))
print(try(less, w, w))

V.__add = function(a, b) return "changed" end
print(add(new(1), new(2)), add(1, new(2)))
V.__add = nil
print(try(add, new(1), new(2)))
V.__add = setmetatable({}, { __call = function(self, a, b) return "called", 2 end })
print(add(new(1), new(2)))
V.__eq = nil
print(same(new(1), new(1)), other(new(1), new(1)))
V.__eq = function() return 1 end
print(same(new(1), new(1)), other(new(1), new(1)))
V.__lt = function() return coroutine.yield("in lt") end
local co = coroutine.wrap(function() return less(new(1), new(2)) end)
print(co(), co(false))
