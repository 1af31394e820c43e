local t = {} for i = 1, 5000 do t[i] = i end print(#t)
for i = 5000, 2501, -1 do t[i] = nil end print(#t)
local h = {} for i = 1, 2000 do h["k" .. i] = i end
local n = 0 for _ in pairs(h) do n = n + 1 end
print(n, h.k1999)
for i = 1, 2000, 2 do h["k" .. i] = nil end n = 0
for _, v in pairs(h) do n = n + v end
print(n)
local sparse = {} for i = 1, 20 do sparse[1 << i] = i end n = 0
for k, v in pairs(sparse) do n = n + k end
print(n)
local neg = {} for i = -50, 50 do neg[i] = i * i end print(#neg, neg[-50], neg[0])
local rev = {} for i = 1000, 1, -1 do rev[i] = i end print(#rev, rev[1], rev[1000])
local f = {} for i = 1, 100 do f[i + 0.5] = i f[i + 0.0] = -i end print(#f, f[3], f[3.5])
