local i, t = 1, {10, 20, 30}
i, t[i] = i + 1, 99 print(i, t[1], t[2])
t[1], t[2], t[3] = t[3], t[1], t[2] print(t[1], t[2], t[3])
local x, y, z = 1, 2 x, y = y, x print(x, y, z)
do local u = {1, 2} u, u[1] = nil, 5 print(u) end
local function f() return 1, 2, 3 end
local p, q, r, s = 0, f() print(p, q, r, s) p, q = f(), 9 print(p, q)
for k = 1, 30 do x, y = y, x + y end print(x, y)
