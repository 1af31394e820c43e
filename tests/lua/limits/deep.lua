-- options: --max-stack=1M
-- Recursion of each kind ends in an error that programs can catch, again and
-- again.
local function kind(f, ...)
  local ok, m = pcall(f, ...)
  if ok then return m end
  m = tostring(m)
  return m:find("stack overflow", 1, true) and "overflow" or m:sub(1, 60)
end
local function try(name, f, ...)
  print(name, kind(f, ...), kind(f, ...))
end
local function object(event, f) return setmetatable({}, {[event] = f}) end
local a
local function direct(n) return 1 + direct(n + 1) end
try("function", direct, 1)
a = object("__add", function(x, y) return x + y end)
try("add", function() return a + 1 end)
local b = object("__index", function(t, k) return t[k] end)
try("index", function() return b.x end)
local c = object("__newindex", function(t, k, v) t[k] = v end)
try("newindex", function() c.x = 1 end)
local d = object("__concat", function(x, y) return x .. y end)
try("concat", function() return d .. "x" end)
local e = object("__eq", function(x, y) return x == y end)
local e2 = setmetatable({}, getmetatable(e))
try("eq", function() return e == e2 end)
local f = object("__lt", function(x, y) return x < y end)
try("lt", function() return f < f end)
local g = object("__len", function(x) return #x end)
try("len", function() return #g end)
local h = object("__unm", function(x) return -x end)
try("unm", function() return -h end)
local i = object("__call", function(self, ...) return 1 + self(...) end)
try("call", i)
local j = object("__tostring", function(x) return tostring(x) end)
try("tostring", tostring, j)
local k = object("__close", nil)
local function closing() local x <close> = object("__close", function() end)
  return 1 + closing() end
try("close", closing)
local function in_close() local x <close> = object("__close", in_close) end
try("in close", in_close)
local function gsub(s) return (s:gsub(".", gsub)) end
try("gsub", gsub, "abc")
local function sort() table.sort({1, 2, 3}, function() sort() end) end
try("sort", sort)
local function each() for x in each do end return 1 end
try("iterator", each)
local function resume() return coroutine.wrap(resume)() end
try("coroutines", resume)
try("in a coroutine", coroutine.wrap(function()
  while true do coroutine.yield(kind(direct, 1)) end
end))
print((pcall(function() local function p() return pcall(p) end return p() end)))
local loop = setmetatable({}, {}) getmetatable(loop).__index = loop
print((pcall(function() return loop.x end)))
local tail
tail = function(n) if n == 0 then return "tail calls" end return tail(n - 1) end
print(tail(200000), coroutine.wrap(tail)(200000))
