-- Call, tail call and return events; functions that run when a hook is set.
local function last(x) return x end
local function middle(x) return last(x) end
local function first(x) local r = middle(x) return r end
local function whole(x) return first(x) + 1 end
local events = {}
local function hook(e)
  local i = debug.getinfo(2, "nSt")
  events[#events + 1] = e .. " " .. (i.what == "C" and "C" or i.linedefined) ..
                        " " .. tostring(i.istailcall)
end
local function show(what)
  print(what)
  for _, e in ipairs(events) do print("  " .. e) end
  events = {}
end
debug.sethook(hook, "cr")
whole(5)
debug.sethook()
show("calls")

debug.sethook(hook, "cr")
local f = function(...) return select("#", ...) end
f(1, 2, 3)
debug.sethook()
show("a builtin by a tail call")

local function loop(n) if n == 0 then return "end" end return loop(n - 1) end
debug.sethook(hook, "cr")
loop(3)
debug.sethook()
show("a loop")

debug.sethook(hook, "cr")
pcall(function() error("x") end)
pcall(loop, 2)
debug.sethook()
show("errors")

-- set in a function that returns then
local function closable(f) return setmetatable({}, {__close = f}) end
local function foo(...)
  local x <close> = closable(function() events[#events + 1] = "x" end)
  local y <close> = closable(function()
    debug.sethook(function(e)
      events[#events + 1] = e .. " " .. tostring(debug.getinfo(2).name)
    end, "r")
  end)
  return ...
end
print(foo(10, 20, 30))
debug.sethook()
show("closing")
print(pcall(debug.sethook, print, 5, {}))
