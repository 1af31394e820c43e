local t = {} table.insert(t, "a") table.insert(t, 1, "b") table.insert(t, 2, "c")
print(table.concat(t, " "))
print(table.remove(t), table.remove(t, 1), table.remove(t), table.remove(t), #t)
print(table.remove({}, 0), table.remove({1, 2}, 3), table.remove({[0] = "z"}, 0))
for _, a in ipairs {{{}, 5, 1}, {{1}, 0, 1}, {{}, 1, 2, 3}, {{}}, {nil, 1}, {{}, 1.5, 1}} do
    print(pcall(table.insert, table.unpack(a, 1, a[4] and 4 or a[3] and 3 or a[2] and 2 or 1))) end
print(pcall(table.remove, {1, 2, 3}, 7)) print(pcall(table.remove, {}, -1))
local q = {} for i = 1, 30 do table.insert(q, 1, i) end
local s = 0 for i = 1, 30 do s = s * 3 % 1000 + table.remove(q, 1) end
print(s)
