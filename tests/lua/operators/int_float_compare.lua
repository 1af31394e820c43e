local big = 1 << 53
print(big == 2 ^ 53, big + 1 == 2 ^ 53, big + 1 > 2 ^ 53, big < 2 ^ 53 + 2)
local max, min = math.maxinteger, math.mininteger
print(max < 2 ^ 63, max + 0.0 == 2 ^ 63, max == 2 ^ 63, min == -2 ^ 63, min <= -2 ^ 63)
print(max <= 1 / 0, min >= -1 / 0, max < 0 / 0, max >= 0 / 0, min == 0 / 0)
print(1 < 1.5, 2 > 1.5, 1 <= 1.0, 1 >= 1.0, -1 < -0.5, 0 == -0.0, 0 < -0.0)
local function f(a, b) return a < b, a <= b, a > b, a >= b, a == b end
for i = 1, 40 do f(i, i + 0.5) f(i + 0.5, i) end
print(f(max, max + 0.0)) print(f(max - 1024, max + 0.0)) print(f(min, min + 0.0))
print(f(3, 2.9999999)) print(f(-3.5, -3)) print(f(1e300, max)) print(f(max, -1e300))
