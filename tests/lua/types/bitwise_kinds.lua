local function mix(a, b) return (a << 3 ~ b) & 0xffff | a >> 1 end
local h = 0
for i = 1, 200 do h = mix(h, i) end
print(h, mix(2.0, 3), mix(2^40, 1.0)) print(pcall(mix, "4", 5))
print(pcall(mix, 1.5, 2)) print(pcall(mix, "x", 2)) print(pcall(mix, {}, 2))
print(pcall(mix, 2^64, 2)) print(pcall(mix, 1, "1.5")) print(pcall(mix, 1, "0x10"))
local B = {__shl = function() return 1 end, __bxor = function() return 6 end,
    __shr = function() return 8 end}
print(mix(setmetatable({}, B), 1))
local function sh(a, n) return a << n, a >> n end
for i = 0, 70 do sh(1, i) end
print(sh(1, 63)) print(sh(1, 64)) print(sh(1, -1)) print(sh(-1, 60))
print(sh(1, math.mininteger)) print(sh(1, 3.0)) print(pcall(sh, "2", "1"))
