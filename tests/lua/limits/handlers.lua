-- Errors in handlers of errors, in finalizers, and in what handles both.
print(xpcall(error, function(m) error("again") end, "x"))
print((xpcall(error, function(m) error(m) end, {})))
print(xpcall(function() local x x() end, function(m) local y y.z = m end))
local function deep() return 1 + deep() end
local function is_overflow(ok, m)
  return ok, tostring(m):find("overflow") ~= nil or m
end
print((xpcall(deep, function(m) return m end)))
print((xpcall(deep, deep)))
print(xpcall(deep, function(m) return #m > 0 end))
print(is_overflow(pcall(xpcall, deep)))
print(pcall(tostring, setmetatable({}, {__tostring = function()
  error("in tostring", 0) end})))
print(pcall(tostring, setmetatable({}, {__tostring = function()
  return 1 end})))
print(pcall(table.sort, {3, 1, 2, 5, 4}, function() error("compare", 0) end))
print(pcall(string.gsub, "abc", "%w", function() error("replace", 0) end))
print(pcall(load, function() error("read", 0) end))
local nested = 0
local function handler(m)
  nested = nested + 1
  if nested < 5 then error("handler " .. nested, 0) end
  return "handled after " .. nested
end
print(xpcall(error, handler, "first"))

-- finalizers
local log = {}
local function finally(f) setmetatable({}, {__gc = f}) end
local function collect()
  for i = 1, 3 do collectgarbage() end
end
local function make()
  finally(function()
    local co = coroutine.wrap(function(a)
      local b = coroutine.yield(a + 1)
      log.coroutine = b
    end)
    log.first = co(1)
    co("resumed")
    log.yield = pcall(coroutine.yield, 1)
  end)
  finally(function() error("lost") end)
  finally(function()
    local t = setmetatable({}, {__gc = function() log.second = true end})
    t = nil
    collectgarbage()
  end)
  finally(function() log.dead = select(2, coroutine.resume(
    coroutine.create(function() error("dead", 0) end))) end)
end
for i = 1, 10 do make() end
collect()
print(log.first, log.coroutine, log.yield, log.second, log.dead)
local function once()
  finally(function() log.recursion = pcall(deep) end)
end
for i = 1, 3 do once() end
collect()
print(log.recursion)
print(coroutine.wrap(function()
  for i = 1, 10 do make() end
  collect()
  return coroutine.isyieldable(), "in a coroutine"
end)())
