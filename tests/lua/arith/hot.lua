-- The same node meets integers, floats and strings, hot.
local function add(a, b) return a + b end
local s = 0
for i = 1, 2000 do s = add(s, i) end
print(s)
for i = 1, 2000 do s = add(s, 0.5) end
print(s)
for i = 1, 200 do s = add(s, "1") end
print(s)
local max = 0x7fffffffffffffff
local function mul(a) return a * 3 end
local x = 1
for i = 1, 3000 do x = mul(x) ~ i end
print(x)
local function cmp(a, b) return a < b end
local n = 0
for i = 1, 3000 do if cmp(i, 1500) then n = n + 1 end end
for i = 1, 3000 do if cmp(i + 0.5, 1500) then n = n + 1 end end
print(n, cmp("a", "b"))
local d, m = 0, 0
for i = -1500, 1500 do d = d + i // 7 + (i // -7); m = m + i % 7 + i % -7 end
print(d, m)
print(pcall(function() local z = 0 for i = 10, 0, -1 do z = z + 100 // i end end))
print(pcall(function() local z = 0 for i = 10, 0, -1 do z = z + 100 % i end end))
