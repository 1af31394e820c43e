-- Hashes that wrap around, next to sums that must become floats or not.
local function fnv(s) local h = 0xcbf29ce484222325 for i = 1, #s do h = (h ~ s:byte(i)) * 0x100000001b3 end return h end
local function djb(s) local h = 5381 for i = 1, #s do h = (h << 5) + h + s:byte(i) end return h end
for i = 1, 20 do fnv("warm" .. i) djb("warm" .. i) end
for _, s in ipairs {"", "a", "foobar", ("x"):rep(40)} do print(("%016x"):format(fnv(s)), djb(s)) end
local function lcg(n) local x = 1 for _ = 1, n do x = x * 6364136223846793005 + 1442695040888963407 end return x end
print(lcg(1), lcg(10), lcg(50)) local function up(x, n) for _ = 1, n do x = x + (x >> 1) + 1 end return x end
print(up(1, 40), up(1, 120), pcall(up, 1.5, 3)) print(up(2.0, 3))
local function tri(n) local s = 0 for i = n, 1, -1 do s = s * 3 - i end return s end
print(tri(20), tri(45), tri(60), tri(45.0)) print(math.mininteger // -1, math.mininteger % -1, -math.mininteger, math.abs(math.mininteger))
print(math.maxinteger * 2, math.maxinteger * 2.0, math.maxinteger + 1 == math.mininteger, math.ult(1, -1))
