-- Constructors with every kind of field, of calls, varargs, nested, large.
local function two() return "x", "y" end
local function make(a, ...) return {a, two(), k = a, [10] = ..., two(), n = select("#", ...), ...} end
for i = 1, 40 do make(i, i, i) end
local t = make(1, 2, 3) print(#t, t[1], t[2], t[3], t[4], t[5], t.k, t[10], t.n) t = make("s") print(#t, t[2], t[3], t[10], t.n) t = make(1.5, nil, false) print(t[4], t[5], t[1])
local u = {1, [1] = "over", 2; 3, [3 + 1] = 4, ["a b"] = 5, f = function() return two() end, {}, {{}}} print(u[2], u[3], u[4] ~= nil, u["a b"], u.f()) print(#{n = 1}, #{nil}, #{nil, 2} >= 0, #{two()}, #{(two())}, #{two(), nil} >= 0, next({})) print(pcall(function(k) return {[k] = 1} end, nil)) print(pcall(function(k) return {[k] = 1} end, 0 / 0)) print(({10, 20, 30})[2], ({a = {b = {c = "deep"}}}).a.b.c, (#{{}, {}}), #{...})
local src = {} for i = 1, 300 do src[i] = i % 3 == 0 and "k" .. i .. "=" .. i or tostring(i) end local big = load("return {" .. table.concat(src, ",") .. "}")() print(#big, big[200], big.k300, big[1]) local function point(x, y) return {x = x, y = y} end local s = 0 for i = 1, 60 do local p = point(i, i > 30 and i / 2 or "1") s = s + p.x * p.y end print(s) local grid = {} for y = 1, 5 do grid[y] = {} for x = 1, 5 do grid[y][x] = {x * y, [0] = x - y} end end print(grid[3][4][1], grid[5][1][0], #grid, #grid[1][1])
