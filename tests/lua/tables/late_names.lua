-- Strings that are keys before their text becomes a name, and after.
local function made(...)
  return table.concat({ ... })
end

local early = made("ab", "sent")
local t = { [early] = 1 }
print(t[early], t[made("a", "bsent")], rawget(t, early))

-- The text of a chunk makes a name of it.
local get = load("local t = ... return t.absent")
local set = load("local t, v = ... t.absent = v")
print(get(t), t[early], t[made("abs", "ent")])
set(t, 2)
print(get(t), t[early], t[made("abs", "ent")])
t[early] = 3
print(get(t), t[made("absen", "t")])
t[early] = nil
print(get(t), t[early], next(t))

-- In a table with metamethods and with cells.
local class = {}
class.__index = class
local object = setmetatable({}, class)
local key = made("meth", "od9")
print(object[key], class[key])
load("local c = ... function c.method9() return 'called' end")(class)
print(object[key](), object[made("metho", "d9")](), object.method9())
print(_G[made("global", "9")])
load("global9 = 'set'")()
print(_G[made("global", "9")], _G[made("globa", "l9")], global9)

-- A library's names, and metamethods whose names nobody has written.
print(string[made("re", "p")] == string.rep, _G[made("tost", "ring")](5))
local closes = made("__clo", "se")
local mt = {}
print(rawget(mt, closes))
mt[closes] = function() print("closed") end
do
  local v <close> = setmetatable({}, mt)
end
mt[made("__ca", "ll")] = function(_, x) return x + 1 end
print(setmetatable({}, mt)(41))

-- In a loop, with values that change and keys that come and go.
local names, counts, sum = {}, {}, 0
for i = 1, 40 do names[i] = made("key", tostring(i)) end
for i = 1, 4000 do
  local name = names[i * 7 % 40 + 1]
  counts[name] = (counts[name] or 0) + 1
  if i % 100 == 0 then counts[name] = nil end
  if i == 2000 then load("local c = ... c.key7 = 1000 c.key8 = nil")(counts) end
  if i == 3000 then setmetatable(counts, { __index = function() return 5 end }) end
end
for i = 1, 40 do sum = sum + i * (rawget(counts, names[i]) or 0) end
print(sum, counts.key7, counts[made("key", "7")], counts.key8)
for _, v in ipairs { 1.5, true, false, print, counts } do
  counts[v] = 1
  counts[v] = counts[v] + 1
  sum = sum + counts[v]
end
print(sum)
local function refused(key)
  local _, message = pcall(function() counts[key] = 1 end)
  return message:match("table index is .*")
end
print(refused(nil), refused(0 / 0))
