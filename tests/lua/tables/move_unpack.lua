local t = {1, 2, 3, 4, 5}
print(table.concat(table.move(t, 2, 5, 1), " "), table.concat(table.move({1, 2, 3}, 1, 3, 2), " "))
print(table.concat(table.move({1, 2}, 1, 2, 3, {9, 9}), " "), #table.move({}, 1, 0, 5))
print(table.unpack({1, 2, 3}, 2), table.unpack({1, 2}, 1, 4), table.unpack({}, 1, 0))
print(pcall(table.unpack, {}, 1, 1e8)) print(pcall(table.move, {}, 1, math.maxinteger, 2))
local p = table.pack() print(p.n, table.pack(nil, nil).n, table.pack(1, nil, 3)[3])
print(select(-1, 1, 2, 3), select(2, "a", "b", "c"), pcall(select, 0))
print(pcall(select, -5, 1))
