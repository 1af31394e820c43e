for _, p in ipairs {{7, 2}, {-7, 2}, {7, -2}, {-7, -2}, {6, 3}, {-6, 3}, {0, 5},
    {7.5, 2}, {-7.5, 2}, {1e308, 1e-10}, {math.mininteger, -1}, {5, 2^53}} do
    local a, b = p[1], p[2]
    print(a, b, a // b, a % b, a // b * b + a % b == a, a / b)
end
print(7 // 0.0, -7 // 0.0, 0.0 // 1, -0.0 // 1, 3 % -2, 3 % 2.5, -3 % 2.5)
print(math.mininteger // 1, math.mininteger % 3, math.maxinteger // -1)
