-- modes: tier0 default
-- What a variable had whose scope is over goes at the next collection.
local log = {}
local function note(name)
  return setmetatable({}, {__gc = function() log[#log + 1] = name end})
end
do
  local a = note("block")
end
for i = 1, 3 do
  local b = note("loop " .. i)
end
for _, c in ipairs({note("loop variable")}) do
  local d = c
end
local function make()
  local e = note("function")
  return 1
end
make()
local f = note("still visible")
local g = note("overwritten")
g = nil
note("nobody's")
for i = 1, 5 do local filler = {i} end
local function collect() collectgarbage() end
collect()
collect()
table.sort(log)
print(table.concat(log, ", "))

local weak = setmetatable({}, {__mode = "v"})
for i = 1, 10 do weak[i] = {} end
for i = 1, 10 do weak[i .. "x"] = {} end
for i = 1, 10 do local t = {} weak[t] = t end
for i = 11, 15 do weak[i] = "s" .. i end
collect()
local n = 0
for k, v in pairs(weak) do n = n + 1 end
print(n < 15 + 4, weak[11], weak[15])
print(getmetatable(f) ~= nil)
