-- debug.upvalueid tells variables apart, not values
local fs = {}
for i = 1, 3 do local a = 0 fs[2 * i - 1] = function() return a, fs end fs[2 * i] = function() return fs, a end end
local function same(i, m, j, n) return debug.upvalueid(fs[i], m) == debug.upvalueid(fs[j], n) end
print(same(1, 1, 2, 2), same(1, 1, 3, 1), same(1, 2, 6, 1), same(5, 1, 6, 2), same(1, 1, 1, 2))
debug.setupvalue(fs[1], 1, "new") print((fs[1]()), (select(2, fs[2]())), (fs[3]()))
debug.upvaluejoin(fs[3], 1, fs[1], 1) debug.setupvalue(fs[1], 1, "newer") print((fs[3]()), same(1, 1, 3, 1))
print(pcall(debug.setuservalue, debug.upvalueid(fs[1], 1), 1))
-- equal short strings have one address
print(("%p"):format(("a"):rep(10)) == ("%p"):format(("aa"):rep(5)), ("%p"):format(("a"):rep(99)) == ("%p"):format(("a"):rep(99)))
for i = 1, 1 do for k in pairs { 1 } do for n = 1, 9 do io.write((debug.getlocal(1, n)) or "-", " ") end end end print()
