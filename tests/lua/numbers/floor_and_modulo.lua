-- Division and remainders with every pair of signs, kinds and limits.  The sign
-- of a NaN is the machine's.
local function print(...)
    local texts = {}
    for i, v in ipairs {...} do texts[i] = tostring(v) end
    io.write((table.concat(texts, "\t"):gsub("-nan", "nan")), "\n")
end
local function dm(a, b) return a // b, a % b end
for i = 1, 40 do dm(i, 7) end
for _, p in ipairs {{7, 3}, {-7, 3}, {7, -3}, {-7, -3}, {7.5, 2}, {-7.5, 2}, {7.5, -2}, {6, 3.0}, {-6, 3.0}, {0, 5}, {-0.0, 5}, {5, 1 / 0}, {-5, 1 / 0}, {5, -1 / 0}, {1 / 0, 5}, {math.mininteger, -1}, {math.mininteger, 3}, {math.maxinteger, -2}, {1, 0.0}, {-1, 0.0}, {1e308, 1e-308}, {5.3, 0.1}} do
    print(p[1], p[2], dm(p[1], p[2])) end
print(pcall(dm, 1, 0)) print(pcall(function(a, b) return a % b end, 1, 0)) print(math.fmod(7, -3), math.fmod(-7, 3), math.fmod(-7.5, 2), math.fmod(math.mininteger, -1), pcall(math.fmod, 1, 0)) print(math.fmod(1, 0.0), math.fmod(5, math.huge))
print(7 // 0.5, -7 // 0.5, 3 % -math.huge, -3 % math.huge, 0x7fffffffffffffff // 1, 2 ^ 53 // 1, 1e15 // 1, (2 ^ 53 + 1) % 2)
