local t = {1, 2, 3, n = 4, ["k k"] = 5, [10] = 6, [-1] = "m", [true] = "b"}
print(t[1], t[2], t[3], t.n, t["k k"], t[10], t[-1], t[true], #t)
t[2^53] = 1 print(t[2^53], t[2^53 | 0]) t[1.5] = "f" print(t[1.5])
t[nil or "x"] = 1 print(t.x, t[nil])
print(pcall(function() t[nil] = 1 end)) print(pcall(function() t[0/0] = 1 end)) print(t[0/0])
local a = {} for i = 1, 100 do a[i] = i end print(#a) for i = 100, 51, -1 do a[i] = nil end print(#a)
a[51] = 51 a[53] = 53 print(#a == 51 or #a == 53) a[52] = 52 print(#a)
local r = {} for i = 50, 1, -1 do r[i] = i end print(#r) local s = 0 for i, v in ipairs(r) do s = s + v end print(s)
local q, head, tail = {}, 1, 0
for i = 1, 1000 do tail = tail + 1 q[tail] = i if i % 2 == 0 then q[head] = nil head = head + 1 end end
print(head, tail, q[head], q[tail], q[1])
local e = {{}, {1}, {nil, 2}, {f = {g = {h = 1}}}} print(#e, e[4].f.g.h)
local keys = {} keys[e] = 1 keys[print] = 2 print(keys[e], keys[print], keys[{}])
local z = {[1] = "a", [2] = "b", [4] = "d"} print(z[1], z[2], z[4], z[3])
local n = {f = 1, f = 2} print(n.f)
local nest = {{1, 2}, {3, 4}} print(nest[2][1])
local str = {} for i = 1, 300 do str["key" .. i] = i end local c = 0 for k, v in pairs(str) do c = c + v end print(c, str.key7, str["key" .. 300])
for i = 1, 300 do str["key" .. i] = nil end print(next(str))
