local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local pack, unpack, size = string.pack, string.unpack, string.packsize
print(hex(pack("bBhHiIlLjJT", -1, 255, -2, 65535, -3, 4294967295, -4, 5, -6, 7, 8)))
print(hex(pack("<i3 >i3 =i3", 1, 1, 1)), hex(pack(">I16", 12345)), hex(pack("<i16", -2)))
print(hex(pack("<f >f <d >d n", 1.5, -1.5, 0.1, 1e300, 2)))
print(hex(pack("z s1 s2 s c5 c0", "abc", "de", "fgh", "ij", "kl", "")))
print(hex(pack("!4 b i4 !2 b i4 ! b d", 1, 2, 3, 4, 5, 6)))
print(hex(pack("b x b Xi4 i4", 1, 2, 3)), hex(pack("!4 b Xi4 i4 b", 1, 3, 4)), hex(pack("!8 b Xd", 1)))
print(size("bhij"), size("!bhij"), size("!4 bhij"), size("c10x"), size("<!8 b Xj j"), size(""))
print(unpack("bBhH", pack("bBhH", -1, 255, -300, 65000)))
print(unpack("<i3>i3", pack("<i3>i3", -5, -6)))
print(unpack("<I16", pack("<I16", 77)), unpack("<i16", pack("<i16", -77)), unpack(">i16", pack(">i16", math.mininteger)))
print(unpack("fdn", pack("fdn", 0.5, 0.1, 3)))
print(unpack("z s1 s2 s c5", pack("z s1 s2 s c5", "abc", "de", "fgh", "ij", "kl")))
print(unpack("i4", pack("i4 i4", 1, 2), 5), unpack("i4", pack("i4 i4", 1, 2), -4), unpack("<I2", "\1\2\3", 2))
print(unpack("!4 b Xi4 i4", pack("!4 b Xi4 i4", 9, 10)), unpack("", "abc"), unpack(" < > = ", ""))
for n = 1, 16 do
    local v = n < 8 and (1 << (n * 8 - 1)) - 1 or math.maxinteger
    assert(unpack("<i" .. n, pack("<i" .. n, v)) == v)
    assert(unpack(">i" .. n, pack(">i" .. n, -v)) == -v)
    assert(unpack(">I" .. n, pack(">I" .. n, v)) == v)
end
local out = {}
for i = 1, 100 do out[i] = i end
print(select("#", unpack(("b"):rep(100), pack(("b"):rep(100), table.unpack(out)))))
