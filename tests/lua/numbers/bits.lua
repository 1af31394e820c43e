-- Population counts, rotations, reversals, bit fields and Gray codes.
local function pop(x) local n = 0 while x ~= 0 do x = x & x - 1 n = n + 1 end return n end
local function pop2(x) x = x - (x >> 1 & 0x5555555555555555) x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333) return (x + (x >> 4) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56 end
local function rev(x) local r = 0 for _ = 1, 64 do r, x = r << 1 | x & 1, x >> 1 end return r end
local function rol(x, n) return x << (n & 63) | x >> (-n & 63) end
local function asr(x, n) return x >> n | ~(-1 >> n) & -(x >> 63) end
local function log2(x) local n = -1 while x ~= 0 do x, n = x >> 1, n + 1 end return n end
for i = 0, 20 do assert(pop(i * 0x1234567) == pop2(i * 0x1234567)) end
for _, x in ipairs {0, 1, -1, 255, math.mininteger, math.maxinteger, 0xdeadbeefcafe} do print(x, pop(x), pop2(x), ("%x"):format(rev(x)), rol(x, 4), asr(x, 3), log2(x)) end
print(pop(3.0), pcall(pop, 0.5)) print(1 << 63, 1 << 64, 1 >> 1, -1 >> 63, -1 << 63, 2 << -1, 1 << 62 << 1, ~0, ~5 & 0xff, 5 ~ 3, "3" + 0 | 4, 1 | 2 ~ 3 & 4 << 1)
local s = 0 for i = 1, 64 do s = s ~ 1 << i % 64 end print(s, s == -1) local f = 0 for i = 0, 7 do f = f | i << i * 4 end print(("%x"):format(f), f >> 8 & 15)
