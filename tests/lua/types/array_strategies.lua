-- An array holds integers, then floats, then anything, then holes and a hash.
local function total(t) local s = 0 for i = 1, #t do s = s + t[i] end return s end
local t = {}
for i = 1, 50 do t[i] = i end
print(total(t)) t[10] = 0.5 print(total(t), math.type(t[9]), math.type(t[10]))
t[11] = "11" print(total(t)) t[12] = true print(pcall(total, t)) t[12] = 12
for i = 51, 60 do t[#t + 1] = i * 1.0 end print(total(t), #t)
t[#t] = nil print(total(t), #t) t[0] = 7 t[-1] = 8 t[1000] = 9 print(total(t), t[0], t[-1], t[1000])
local f = {1.5, 2.5} for i = 3, 40 do f[i] = i end print(total(f), math.type(f[40]), f[3])
f[1] = math.maxinteger f[2] = 1 print(total(f)) local e = {} e[3] = 3 e[2] = 2 e[1] = 1 print(#e, total(e))
local g = {1, 2, 3, nil, 5} g[4] = 4 print(#g, total(g)) g[2.0] = 20 print(total(g), g[2])
local z = {} for i = 1, 20 do z[i] = -0.0 end z[3] = 0 print(total(z), 1 / z[1], 1 / z[3], z[3])
for i = #t, 1, -1 do t[i] = nil end print(#t, total(t), t[1000])
