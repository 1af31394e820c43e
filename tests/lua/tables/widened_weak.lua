-- What a field had before it was assigned something of another type is not kept
-- alive: the collector does not see the old place.
local weak = setmetatable({}, {__mode = "v"})
local holders = {}
-- Each name becomes wider once: the tables that follow begin that way.
local function hold(i, value)
  local o = {}
  weak[i] = o
  holders[i] = load(([[
    local o, value = ...
    local t = {}
    t.f%d = o
    t.f%d = value
    return t]]):format(i, i))(o, value)
end
for i = 1, 60 do hold(i, ({nil, 5, "text"})[i % 3 + 1]) end
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
deep(100)                       -- where words were left on the stack
collectgarbage()
collectgarbage()
local kept = 0
for _ in pairs(weak) do kept = kept + 1 end
print(kept <= 3, holders[1].f1, holders[2].f2, holders[3].f3)
-- a name in a weak table is an entry like others
local named = setmetatable({}, {__mode = "v"})
for i = 1, 40 do load("local t = ... t.n" .. i .. " = {}")(named) end
deep(100)
collectgarbage()
collectgarbage()
kept = 0
for _ in pairs(named) do kept = kept + 1 end
print(kept <= 3)
