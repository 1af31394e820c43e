-- Insertions and removals at every place, as stack, queue and with errors.
local function line(t) return #t .. ":" .. table.concat(t, ",") end
local t = {} for i = 1, 10 do table.insert(t, i % 2 == 0 and 1 or #t + 1, i) end print(line(t))
while #t > 6 do table.remove(t, 3) end print(line(t)) print(table.remove(t), table.remove(t, 1), line(t)) print(table.remove(t, #t + 1), line(t)) print(table.remove({}), table.remove({}, 0), #t)
print(pcall(table.insert, t, 0, 1)) print(pcall(table.insert, t, #t + 2, 1)) print(pcall(table.insert, t)) print(pcall(table.insert, t, 1, 2, 3)) print(pcall(table.remove, t, 99)) print(pcall(table.insert, nil, 1)) print(pcall(table.insert, t, "x", 1)) print(pcall(table.insert, t, 1.5, 1))
table.insert(t, 2, "mid") table.insert(t, "end") table.insert(t, 1, 0.5) print(line(t)) t[#t + 1] = "x" t[#t] = nil print(line(t))
local q, head, sum = {}, 1, 0 for i = 1, 60 do q[#q + 1] = i if i % 3 == 0 then sum = sum + table.remove(q, 1) end end print(#q, q[1], q[#q], sum)
local s = {} for i = 1, 30 do s[#s + 1] = i if i % 4 == 0 then s[#s] = nil s[#s] = nil end end print(line(s)) local h = {n = 0} table.insert(h, nil) print(#h, h[1]) table.insert(h, 1, false) print(#h, h[1])
local p = setmetatable({}, {__len = function(o) return rawlen(o) end, __newindex = function(o, k, v) rawset(o, k, v .. "!") end}) table.insert(p, "a") table.insert(p, "b") table.insert(p, 1, "c") print(p[1], p[2], p[3])
print(select("#", table.unpack({}, 1, 3)), table.unpack({1, 2, 3}, 2)) print(table.unpack({1, 2}, -1, 1)) print(pcall(table.unpack, {}, 1, 1e8)) print(table.pack().n, table.pack(nil, nil).n, table.concat({1, 2.5, "x"}, "-", 2, 3), pcall(table.concat, {1, {}, 3}))
