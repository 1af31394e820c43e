local a, b, c = 1
print(a, b, c)
a, b = b, a print(a, b)
a, b, c = (function() return 1, 2, 3, 4 end)() print(a, b, c)
a, b, c = 0, (function() return 1, 2 end)() print(a, b, c)
a, b = 1, 2, print("extra") print(a, b)
local t = {}
t.x, t.y, t[1], t["z w"] = 1, 2, 3, 4
print(t.x, t.y, t[1], t["z w"])
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
local function side(n) io_order = (io_order or "") .. n return t end
side(1).a, side(2).b = side(3), side(4)
print(io_order)
do local x, y, z = ... print(x, y, z) end
local p <const>, q = 5, 6 print(p, q)
local m, n = 1, (function() return 2, 3 end)() print(m, n)
local u, v, w = (function() end)() print(u, v, w)
