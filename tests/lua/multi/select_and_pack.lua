-- select with each index, pack and unpack, forwarding through layers.
local function nth(n, ...) return (select(n, ...)) end local function drop(n, ...) return select(n + 1, ...) end
for i = 1, 40 do nth(i % 3 + 1, 1, 2, 3) end
print(nth(2, "a", "b"), nth(-1, "a", "b"), nth(5, 1), nth(1.0, 9), nth("1", 8), pcall(nth, 0, 1)) print(pcall(nth, -3, 1)) print(pcall(nth, 1.5)) print(drop(1, 1, 2, 3)) print(drop(3, 1, 2, 3))
local function count(...) return select("#", ...) end print(count(), count(nil), count(nil, nil), count(table.unpack({}, 1, 10)), count(table.unpack({n = 3}, 1, 3)))
local function bind(f, ...) local args = table.pack(...) return function(...) local all = {table.unpack(args, 1, args.n)} for i = 1, select("#", ...) do all[args.n + i] = (select(i, ...)) end return f(table.unpack(all, 1, args.n + select("#", ...))) end end
print(bind(count, nil, nil)(nil)) print(bind(math.max, 1, 5)(3, 9.5)) print(bind(string.format, "%s-%s-%s", "a")(1, nil)) print(bind(bind, count, 1)(2)(3))
local function wrap(f) return function(...) return f(...) end end local g = count for i = 1, 20 do g = wrap(g) end print(g(), g(1, nil, 3, nil))
local function sum(...) local s = 0 for _, v in ipairs {...} do s = s + v end return s end local function sel(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...) or 0) end return s end print(sum(1, 2, nil, 4), sel(1, 2, nil, 4), sel(table.unpack({1, 2.5, "3"})))
print(table.pack().n, table.pack(nil).n, #table.pack(1, 2), table.unpack({1, 2, 3}, -1, 1)) print(table.unpack("abc" and {("abc"):byte(1, -1)})) print(pcall(table.unpack)) print(math.max(table.unpack {3, 1, 4}), string.char(table.unpack {72, 105})) print(count(table.unpack({}, 1, 200)), count(("x"):rep(150):byte(1, -1)))
