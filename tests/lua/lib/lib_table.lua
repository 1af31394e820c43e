local function t(...) print(pcall(...)) end
local function list(x) return "{" .. table.concat(x, ",") .. "}" end
local a = { 1, 2, 3 }
table.insert(a, 4) table.insert(a, 1, 0) table.insert(a, 6, 9) print(list(a))
t(table.insert, a, 8, 1) t(table.insert, a, 0, 1) t(table.insert, a) t(table.insert, a, 1, 2, 3) t(table.insert, nil, 1) t(table.insert, 5, 1) t(table.insert, a, "x", 1) t(table.insert)
print(table.remove(a), table.remove(a, 1), list(a), table.remove({}), table.remove({}, 0), #a, table.remove(a, #a + 1))
t(table.remove, a, 7) t(table.remove, a, -1) t(table.remove, {}, 2) t(table.remove)
local e = { n = 0, [0] = "zero" } print(table.remove(e, 0), e[0])
print(table.concat({ 1, 2.5, "x" }), table.concat({ 1, 2, 3 }, "-"), table.concat({ 1, 2, 3 }, ", ", 2), table.concat({ 1, 2, 3 }, ", ", 2, 2), table.concat({}, "x"), table.concat({ 1 }, "x", 3), table.concat({ [5] = "v" }, "", 5, 5))
t(table.concat, { 1, {}, 3 }) t(table.concat, { 1 }, ",", 1, 2) t(table.concat, 1) t(table.concat, {}, {}) t(table.concat, { true })
print(select("#", table.unpack({})), table.unpack({ 1, 2, 3 })) print(table.unpack({ 1, 2, 3 }, 2)) print(table.unpack({ 1, 2, 3 }, 2, 3)) print(table.unpack({ 1, nil, 3 }, 1, 3)) print(table.unpack({}, -1, 1))
t(table.unpack, {}, 1, 1e8) t(table.unpack, {}, 0, math.maxinteger) t(table.unpack, {}, math.mininteger, math.maxinteger) t(table.unpack, 1) print(table.unpack("abc", 1, 2)) print(pcall(table.unpack)) print(table.unpack({ 1, 2 }, math.maxinteger - 1, math.maxinteger) == nil)
local p = table.pack() print(p.n, #p) p = table.pack(1, nil, nil) print(p.n, p[1], p[3])
print(list(table.move({ 1, 2, 3, 4, 5 }, 2, 4, 1)), list(table.move({ 1, 2, 3, 4, 5 }, 1, 3, 3)), list(table.move({ 1, 2, 3 }, 1, 3, 1, { 9, 9, 9, 9 })), list(table.move({ 1, 2, 3 }, 2, 1, 5)), list(table.move({ 1, 2, 3 }, 1, 3, 2)))
t(table.move, {}, math.mininteger, math.maxinteger, 1) t(table.move, {}, 1, math.maxinteger, 2) t(table.move, {}, 1, 2) t(table.move, 1, 1, 1, 1) t(table.move, {}, 1, 1, 1, 5) t(table.move, {}, -1, math.maxinteger, 2)
local log = {} local proxy = setmetatable({}, { __index = function(_, k) log[#log + 1] = "get" .. k return k * 10 end, __newindex = function(_, k, v) log[#log + 1] = "put" .. k .. "=" .. tostring(v) end, __len = function() return 3 end })
table.insert(proxy, "x") print(table.remove(proxy), table.concat(proxy, ","), table.unpack(proxy)) table.move(proxy, 1, 2, 5) print(table.concat(log, " ")) t(table.insert, setmetatable({}, { __len = function() return "x" end }), 1) t(table.insert, setmetatable({}, { __len = function() return 2.0 end }), 1)
-- sort
local function sorted(x, f) table.sort(x, f) return list(x) end
print(sorted { 3, 1, 2 }, sorted { 5 }, sorted {}, sorted { "b", "a", "C", "" }, sorted { 2, 1.5, -1, 1e10, 0 }, sorted({ 1, 2, 3 }, function(x, y) return x > y end))
local big, seed = {}, 7
for i = 1, 1000 do seed = (seed * 16807) % 2147483647 big[i] = seed % 1000 end
table.sort(big) for i = 2, #big do assert(big[i - 1] <= big[i]) end
table.sort(big, function(x, y) return x > y end) for i = 2, #big do assert(big[i - 1] >= big[i]) end
table.sort(big, function(x, y) return x > y end) table.sort(big) for i = 2, #big do assert(big[i - 1] <= big[i]) end
for i = 1, 1000 do big[i] = ("%05d"):format((i * 7919) % 1000) end table.sort(big) for i = 1, 1000 do assert(tonumber(big[i]) == i - 1) end
for i = 1, 800 do big[i] = 5 end for i = 1000, 801, -1 do big[i] = nil end table.sort(big) print(#big, big[1], big[800])
t(table.sort, { 1, "x", 2 }) t(table.sort, { {}, {} }) t(table.sort, { 3, 2, 1, 4 }, function() return true end) t(table.sort, { 1, 2, 3, 4, 5 }, function() return true end) t(table.sort, { 3, 2, 1 }, 5) t(table.sort, { 1, 2 }, function() error("cmp") end) t(table.sort) t(table.sort, { 1, 2, nil, 4 })
local words = {} for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[#words + 1] = w end table.sort(words, function(x, y) if #x ~= #y then return #x < #y end return x < y end) print(table.concat(words, " "))
local objs = {} for i = 1, 20 do objs[i] = setmetatable({ k = (i * 13) % 20 }, { __lt = function(x, y) return x.k < y.k end }) end table.sort(objs) local ks = {} for i, o in ipairs(objs) do ks[i] = o.k end print(table.concat(ks, " "))
print(next({}), type(next), rawlen({ 1, 2 }), rawlen("abc"), rawequal(a, a), rawget({ 5 }, 1), select("#", table.unpack({ n = 3 }, 1, 3)), select(-1, 1, 2, 3))
local function count(...) return select("#", ...) end print(count(table.unpack({}, 1, 200)), count(table.unpack({}, 1, 5000)))
