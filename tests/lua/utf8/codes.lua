for p, c in utf8.codes("aé€😀") do io.write(p, ":", c, " ") end
print() print(utf8.len("aé€😀"), utf8.len("\xff"), utf8.len("abc", 4), utf8.len("abc", 2, 3))
print(utf8.char(97, 233, 8364, 128512), utf8.codepoint("aé€", 1, -1), utf8.offset("aé€", 3), utf8.offset("aé€", -1), utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")
print(pcall(utf8.codepoint, "\xff"))
print(pcall(function() for _ in utf8.codes("a\xff") do end end))
print(pcall(utf8.len, "abc", 5))
print(utf8.len("\u{7fffffff}"), utf8.len("\u{7fffffff}", 1, -1, true), utf8.len("\u{d800}"), utf8.offset("abc", 5), utf8.offset("aé", 0, 3))
local n = 0 for c in ("héllo wörld"):gmatch(utf8.charpattern) do n = n + #c end print(n)
