-- The kinds of a for loop's bounds change from call to call.
local function count(a, b, c)
    local n, last = 0
    for i = a, b, c do n, last = n + 1, i end
    return n, last, math.type(last)
end
for i = 1, 60 do count(1, 10, 1) end
print(count(1, 10, 1)) print(count(1, 10.9, 1)) print(count(1.0, 3, 1))
print(count(1, 2, 0.25)) print(count(10, 1, -3)) print(count(1, 0, 1))
print(count(1, 3.5, 1)) print(count(1, -0.5, -1)) print(count(3, 1e19, 2 ^ 62))
print(count(math.maxinteger - 2, math.maxinteger, 1))
print(count(math.mininteger + 2, math.mininteger, -1))
print(count(math.mininteger, math.maxinteger, math.maxinteger))
print(count(1, -1 / 0, 1)) print(count(1, 0 / 0, 1)) print(count(0.1, 1, 0.1))
print(pcall(count, 1, 10, 0)) print(pcall(count, 1, 10, 0.0))
print(pcall(count, "1", 10, 1)) print(pcall(count, 1, "10", 1))
print(pcall(count, 1, 10, {})) print(pcall(count, nil, 10, 1))
