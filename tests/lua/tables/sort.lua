local function show(t) print(table.concat(t, " ")) end
local t = {5, 2.5, -1, 9, 0, 3} table.sort(t) show(t) table.sort(t, function(a, b) return a > b end) show(t)
local w = {"pear", "fig", "apple"} table.sort(w, function(a, b) return #a < #b end) show(w)
local s, r = 42, {} for i = 1, 200 do s = s * 1103515245 + 12345 & 0x7fffffff r[i] = s % 50 end table.sort(r)
local ok = true for i = 2, 200 do ok = ok and r[i - 1] <= r[i] end print(ok, r[1], r[200])
print(pcall(table.sort, {1, "x", 2}))
print(pcall(table.sort, {3, 2, 1, 4}, function() return true end))
print(pcall(table.sort, {1, 2}, 5))
print(pcall(table.sort, {1, nil, 3, n = 1} and {{}, {}}))
local data = {3, 1, 2}
local p = setmetatable({}, {__len = function() return 3 end, __index = data,
    __newindex = function(_, i, v) data[i] = v end})
table.sort(p) show(data)
