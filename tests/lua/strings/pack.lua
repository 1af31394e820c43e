local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
for _, f in ipairs {"b", "h", "i4", "l", "<i3", ">i3", "j", "!4i4", ">I2"} do
    local s = string.pack(f, 77) print(f, hex(s), string.unpack(f, s), string.packsize(f)) end
for _, f in ipairs {"f", "d", "n", ">d", "<f"} do print(f, hex(string.pack(f, 1.5)), (string.unpack(f, string.pack(f, 1.5)))) end
print(hex(string.pack("z s1 s2", "ab", "cd", "ef")), string.unpack("z s1 s2", string.pack("z s1 s2", "ab", "cd", "ef")))
print(hex(string.pack("!8 b Xd d", 1, 2)), string.unpack("<i2 <i2", "\1\0\2\0"), string.unpack("b", "\255", -1))
