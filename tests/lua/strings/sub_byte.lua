local s = "abcdef"
for _, p in ipairs {{1, 3}, {-3, -1}, {2, -2}, {0, 2}, {4, 2}, {-100, 100}, {7, 9}, {3, 3},
    {math.mininteger, math.maxinteger}, {-1, math.mininteger}} do
    print(p[1], p[2], s:sub(p[1], p[2]), select("#", s:byte(p[1], p[2])))
end
print(s:sub(2), s:byte(), s:byte(-1), s:byte(10), (""):byte(), string.char(), string.char(97, 98))
print(pcall(string.char, 256)) print(pcall(string.char, -1)) print(pcall(string.sub))
