-- table.move: overlaps, other tables, holes, metamethods, limits.
local function show(t, n) local o = {} for i = 1, n or #t do o[i] = tostring(t[i]) end return table.concat(o, " ") end
local function five() return {1, 2, 3, 4, 5} end
for i = 1, 20 do table.move(five(), 1, 5, i % 3 + 1) end
print(show(table.move(five(), 1, 3, 2))) print(show(table.move(five(), 2, 5, 1))) print(show(table.move(five(), 1, 5, 6))) print(show(table.move(five(), 1, 0, 3))) print(show(table.move(five(), 1, 5, 1)))
print(show(table.move({1, nil, 3}, 1, 3, 2, {}), 4)) print(show(table.move({1.5, "x", false}, 1, 3, 1, {9, 9, 9, 9}))) print(show(table.move(five(), 4, 8, 1), 5))
local log = {} local p = setmetatable({}, {__index = function(_, i) log[#log + 1] = "r" .. i return i * 10 end, __newindex = function(t, i, v) log[#log + 1] = "w" .. i rawset(t, i, v) end})
print(show(table.move(p, 1, 3, 2, p), 4)) print(table.concat(log, " ")) print(show(table.move(p, 5, 6, 1, {}))) print(rawget(p, 4))
print(pcall(table.move, {}, 1, math.maxinteger, 2)) print(pcall(table.move, {}, 0, math.maxinteger, 2)) print(pcall(table.move, {}, math.mininteger, 0, 1)) print(pcall(table.move, 1, 1, 1, 1)) print(pcall(table.move, {}, 1, 1))
print(show(table.move({1, 2, 3}, -1, 1, 1), 3)) print(show(table.move({}, 1, 2, 1, {7, 8}), 2)) print(table.unpack(table.move({"a", "b"}, 1, 2, math.maxinteger - 1), math.maxinteger - 1, math.maxinteger))
