local function less(a, b) return a < b end
local function max(list)
    local m = list[1]
    for i = 2, #list do if less(m, list[i]) then m = list[i] end end
    return m
end
local D = {__lt = function(a, b) return a.d < b.d end}
local function d(x) return setmetatable({d = x}, D) end
for i = 1, 30 do max {3, 1, 4, 1, 5, 9, 2, 6} end
print(max {3, 1, 4}, max {3, 1.5, 4.25}, max {"b", "c", "a"})
print(max {d(1), d(7), d(3)}.d, max {1, 2 ^ 53, (1 << 53) + 1})
local nan = max {0 / 0, 1, 2}
print(nan ~= nan, max {1, 0 / 0, 2}, max {-0.0, 0})
print(pcall(max, {1, "2"})) print(pcall(max, {{}, {}}))
print(pcall(max, {1, 2, nil, 3})) print(pcall(less, print, 1))
print(max {math.maxinteger, 2 ^ 63, math.mininteger, -2 ^ 63})
