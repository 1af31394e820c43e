-- One field holds an integer, a float, nil, a table and a function in turn.
local o = {n = 0}
local function bump(x) o.n = x return o.n end
for i = 1, 100 do bump(i) end
print(o.n, math.type(o.n))
print(bump(1.5), bump("s"), bump(nil), bump(true), type(bump(print)))
local function inc() o.n = o.n + 1 return o.n end
o.n = 0
for i = 1, 100 do inc() end
print(inc())
o.n = 0.25 print(inc(), inc())
o.n = "7" print(inc())
o.n = math.maxinteger print(inc())
o.n = nil print(pcall(inc))
o.n = {} print(pcall(inc))
