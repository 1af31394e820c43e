for _, s in ipairs {"10", " 10 ", "0x1F", "1e2", "  -7  ", "- 7", "", " ", "1 2", "abc",
    "0x", "1e", ".5", "5.", "inf", "nan", "0x.8p1", "1\0", "9223372036854775808",
    "-9223372036854775808", "0xffffffffffffffffff", "1e1000", "\t3\n", "+3", "--3"} do
    print(("%q"):format(s), tonumber(s), math.type(tonumber(s)))
end
print(tonumber("ff", 16), tonumber("zz", 36), tonumber("102", 2), tonumber("-77", 8),
    tonumber(" 11 ", 2), tonumber("7fffffffffffffff", 16), tonumber("1.5", 10))
print(pcall(tonumber, 10, 16)) print(pcall(tonumber, "1", 1)) print(pcall(tonumber))
print(pcall(tonumber, "1", 37)) print(tonumber(nil), tonumber({}), tonumber(print))
