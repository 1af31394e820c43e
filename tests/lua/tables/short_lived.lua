-- Tables that hardly live: compared, stamped, given away on one path only, and
-- met by what the code around them had never met before.
local Point = {}
Point.__index = Point

local function point(x, y)
  return setmetatable({ x = x, y = y }, Point)
end

function Point.__add(a, b) return point(a.x + b.x, a.y + b.y) end
function Point.__eq(a, b) return a.x == b.x and a.y == b.y end

local kept = {}

local function walk(n, keep, to)
  local at, step, before, same, raw = point(0, 0), point(1, 2), nil, 0, 0
  for i = 1, n do
    before = at
    at = at + step
    if at == before then same = same + 1 end
    if rawequal(at, before) then raw = raw + 1 end
    if at == at then raw = raw + 2 end
    if { x = i } == at then raw = raw + 4 end
    if i == keep then kept[#kept + 1] = at end
  end
  return at.x, at.y, same, raw
end

for turn = 1, 300 do
  walk(20, turn, nil)
end
print(walk(50, 25))
print(#kept, kept[1].x, kept[20].y, kept[3] == kept[4], kept[3] == kept[3])

-- A field that becomes nil in a table with a metatable; __index answers then.
local function field(t)
  local sum = 0
  for i = 1, 20 do
    sum = sum + t.x
  end
  return sum
end
for turn = 1, 300 do
  field(point(turn, 1))
end
Point.x = 1000
local gone = point(nil, 1)
gone.x = 5
print(field(gone))
gone.x = nil
print(field(gone))

-- A write of nil where a property would be new, and through __newindex.
local log = {}
local function write(t, v)
  for i = 1, 20 do
    t.z = v
  end
  return rawget(t, "z")
end
for turn = 1, 300 do
  write(point(turn, 1), turn)
end
print(write(point(1, 1), 7), write(point(1, 1), nil))
Point.__newindex = function(_, k, v) log[#log + 1] = k .. tostring(v) end
print(write(point(1, 1), 8), #log, log[20])
Point.__newindex = nil

-- Other metatables, and what is no function.
local Other = { __add = function(a, b) return "other" end,
                __call = function(self, a) return a, self.name end }
local function sum(a, b) return a + b end
for turn = 1, 300 do
  sum(point(1, 2), point(3, 4))
end
print(sum(setmetatable({}, Other), point(1, 1)), sum(point(1, 1), point(2, 2)).y)
print(pcall(sum, point(1, 1), {}))
print(pcall(sum, {}, {}))
local function call(f, a) return f(a) end
for turn = 1, 300 do
  call(math.abs, -turn)
end
print(call(setmetatable({ name = "called" }, Other), 4))
print(pcall(call, nil, 4))

-- setmetatable is somebody else's.
local real, seen = setmetatable, 0
setmetatable = function(t, mt)
  seen = seen + 1
  return real(t, mt)
end
local function stamp(n)
  local t
  for i = 1, n do
    t = setmetatable({ x = i }, Point)
  end
  return t.x, getmetatable(t) == Point
end
for turn = 1, 100 do
  stamp(10)
end
print(stamp(10), seen)
setmetatable = real
print(stamp(10), seen)
