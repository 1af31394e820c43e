-- A coroutine that dies of an error keeps its stack and its variables until it
-- is closed.
local function closable(name, log)
  return setmetatable({}, {__close = function(_, e)
    log[#log + 1] = name .. " " .. tostring(e)
  end})
end

local log = {}
local function inner(x)
  local c <close> = closable("inner", log)
  error({x}, 0)
end
local co = coroutine.create(function(x)
  local c <close> = closable("outer", log)
  inner(x)
end)
local ok, e = coroutine.resume(co, 5)
print(ok, type(e), e[1], #log, coroutine.status(co))
print((debug.traceback(co):gsub("0x%x+", "0x")))
print(debug.getinfo(co, 1, "n").name, debug.getinfo(co, 1, "l").currentline)
print(coroutine.resume(co))
local ok, again = coroutine.close(co)
print(ok, again == e, #log, log[1]:match("^%a+ table"), log[2]:match("^%a+"))
print(coroutine.status(co), coroutine.close(co))
print(debug.traceback(co))

-- an error while it is closed replaces the first one
local co = coroutine.create(function()
  local a <close> = setmetatable({}, {__close = function(_, e)
    error("second, after " .. tostring(e), 0)
  end})
  local b <close> = closable("b", log)
  error("first", 0)
end)
print(coroutine.resume(co))
print(coroutine.close(co))
print(log[#log])

-- of a suspended one, too
local co = coroutine.create(function()
  local a <close> = setmetatable({}, {__close = function(_, e)
    error("closing, " .. tostring(e), 0)
  end})
  coroutine.yield(1)
end)
print(coroutine.resume(co))
print(coroutine.close(co))
print(coroutine.status(co), coroutine.close(co))

-- wrap closes at once
local n = #log
local f = coroutine.wrap(function()
  local a <close> = closable("wrapped", log)
  error("in wrap", 0)
end)
print(pcall(f))
print(#log - n, log[#log])
print(pcall(f))

-- what is caught inside does not end it
local co = coroutine.create(function()
  local ok, e = pcall(function()
    local a <close> = closable("caught", log)
    error("x", 0)
  end)
  coroutine.yield(ok, e, log[#log])
  local ok, e = xpcall(error, function(m) return m .. "!" end, "y")
  coroutine.yield(ok, e)
  table.sort({3, 2, 1}, function() error("in sort", 0) end)
end)
print(coroutine.resume(co))
print(coroutine.resume(co))
print(coroutine.resume(co))
print(coroutine.status(co), coroutine.close(co))

-- an error that goes through several
local outer = coroutine.create(function()
  local a <close> = closable("outermost", log)
  local f = coroutine.wrap(function()
    local b <close> = closable("innermost", log)
    error("deep", 0)
  end)
  f()
end)
print(coroutine.resume(outer))
print(log[#log])
print(coroutine.close(outer))
print(log[#log])

-- many of them
local dead = 0
for i = 1, 3000 do
  local co = coroutine.create(function() error(i, 0) end)
  local _, e = coroutine.resume(co)
  if e == i and coroutine.status(co) == "dead" then dead = dead + 1 end
end
print(dead)
