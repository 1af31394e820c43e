-- Integers wrap around; division and modulo round toward minus infinity.
local max, min = 0x7fffffffffffffff, 0x8000000000000000
print(max, min, max + 1 == min, min - 1 == max, max * 2, min // -1, min % -1)
for _, p in ipairs { {7, 3}, {-7, 3}, {7, -3}, {-7, -3}, {6, 3}, {-6, 3} } do
  print(p[1] // p[2], p[1] % p[2], p[1] / p[2])
end
print(-max, -min, -(-5), ~0, ~5, - -3)
print(1 << 62, 1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 63, -1 >> 64, 2 >> -3)
print(5 & 3, 5 | 3, 5 ~ 3, 0xff & ~0xf)
print(3 | 4.0, 7.0 & 3, 2.0 << 2)
print(10 // 3, 10.0 // 3, -10 // 3.0, 10 % 3.5, -10 % 3.5, 5 % -3.5)
print(2 ^ 10, 2 ^ 0.5 == 2 ^ .5, (-2) ^ 2, -2 ^ 2, 2 ^ -1, 2 ^ 3 ^ 2)
