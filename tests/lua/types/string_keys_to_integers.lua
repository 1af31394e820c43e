-- One access: string keys become integers, floats that are integers, others.
local function bump(t, k) t[k] = (t[k] or 0) + 1 return t[k] end
local t = {}
for i = 1, 60 do bump(t, "k" .. i % 3) end
for i = 1, 60 do bump(t, i % 5) end
for i = 1, 10 do bump(t, i / 2) bump(t, i * 1.0) bump(t, tostring(i)) end
print(t.k0, t.k1, t[0], t[1], t["1"], t[1.5], t[2 ^ 53], bump(t, 2 ^ 53), t[1 << 53])
print(bump(t, -0.0), t[0], bump(t, true), bump(t, bump), pcall(bump, t, nil)) print(pcall(bump, t, 0 / 0))
print(bump(t, math.maxinteger), bump(t, math.mininteger), bump(t, 2 ^ 63), t[math.mininteger], t[-2 ^ 63])
local n = 0 for _ in pairs(t) do n = n + 1 end print(n, #t)
