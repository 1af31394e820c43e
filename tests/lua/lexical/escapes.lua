local function hex(s) return (s:gsub(".", function(c)
    return ("%02x"):format(c:byte()) end)) end
print(hex "\a\b\f\n\r\t\v\\\"\'", hex "\0\10\100\255", hex "\x41\xfF\x00")
print(hex "a\z
      b", hex "\u{41}\u{e9}\u{20ac}\u{10ffff}\u{7fffffff}", hex "\
")
print(hex "\1234", #"\0\0", "\065\66C", hex "\r\n")
for _, s in ipairs {'"\\q"', '"\\256"', '"\\xg"', '"\\x1"', '"\\u{}"', '"\\u41"',
    '"\\u{80000000}"', '"\\u{1"', '"a\nb"', '"abc', "'abc\"", '"\\', '"\\2'} do
    print(load("return " .. s, "=s"))
end
