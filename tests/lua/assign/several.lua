-- Several variables at once: what reads, what is stored, and when.
local function show(...) print(...) end

local function swap(t, i, j)
  t[i], t[j] = t[j], t[i]
  return t[i], t[j]
end
for turn = 1, 300 do
  local t = { turn, turn + 1, turn + 2 }
  swap(t, 1, 3)
  if turn % 100 == 0 then show(t[1], t[2], t[3]) end
end

-- The index of a target is also a target.
local i, a = 1, { 10, 20, 30 }
i, a[i] = i + 1, 99
show(i, a[1], a[2])
a[i], i = 77, 3
show(i, a[2], a[3])

-- The table of a target is also a target.
local t, u = { name = "t" }, { name = "u" }
local old = t
t, t.name = u, "changed"
show(t.name, old.name)
u, u.next = nil, "kept"
show(u, t.next)

-- Rotations.
local x, y, z = 1, 2, 3
x, y, z = z, x, y
show(x, y, z)
x, y = y, x
show(x, y)

-- A closure shares a variable with the targets.
local n = 1
local function bump() n = n + 1; return n end
local r = {}
n, r.first, r.second = 10, bump(), n
show(r.first, r.second)
r[1], n = n, bump()
show(n, #r)

-- More values, fewer values, calls.
local function two() return "p", "q" end
local c, d, e = 1, 2, 3
c, d, e = two()
show(c, d, e)
c, d = two(), "last", show("effect")
show(c, d)
c, d, e = "a", two()
show(c, d, e)
c, d = (two())
show(c, d)

-- Metamethods see the assignments in turn.
local log = {}
local m = setmetatable({}, {
  __newindex = function(_, k, v) log[#log + 1] = k .. "=" .. tostring(v) end,
  __index = function(_, k) return k .. "?" end })
m.a, m.b = m.b, m.a
table.sort(log)
show(table.concat(log, " "))

-- Globals.
ga, gb = 1, 2
ga, gb = gb, ga
show(ga, gb)

-- Errors name what they are about.
local none
show(pcall(function() local p, q; p.x, q = 1, 2 end))
show(pcall(function() none.x, none.y = 1, 2 end))
