-- Flags, widths and precisions of each conversion.
for _, f in ipairs {"%5d|%-5d|%05d|%+d|% d", "%.3d|%8.3d|%-8.3d|%+.0d", "%i|%3i|%-3i|%03i"} do
    print(f:format(42, -42, 7, 9, 3)) end
print(("%x|%X|%#x|%08x|%#o|%o"):format(255, 255, 255, -1, 8, 8)) print(("%c%c%c|%5c|%-3c|"):format(72, 105, 33, 65, 66))
print(("%.2f|%8.2f|%-8.2f|%+.1f|% .1f|%08.3f|%.0f|%#.0f"):format(3.14159, 2.5, 2.5, 1, 1, -1.5, 0.5, 3))
print(("%e|%.1e|%E|%g|%G|%.3g|%#g|%g|%g"):format(12345.678, 0.00012, 1e100, 1e15, 1e-10, 123456, 1, 1 / 0, -1 / 0))
print(("%a|%.1a|%A"):format(1, 0.5, 255)) print(("%5s|%-5s|%.2s|%5.1s|%s"):format("abc", "abc", "abc", "abc", "a\0b" == "a\0b"))
print(("%q"):format("line\nquote\"zero\0back\\\r\t\1271")) print(("%q %q %q %q"):format(1, 0x7fffffffffffffff, true, nil))
print(("%q"):format(0.5), ("%q"):format(math.mininteger), ("%q"):format(1 / 0), ("%q"):format(-1 / 0), ("%q"):format(0 / 0))
print(("%%|%d%%"):format(50), ("%s %s"):format(nil, true), ("%d"):format("10"), ("%d"):format(3.0), ("%s"):format(2.0))
print(("%s"):format(setmetatable({}, {__tostring = function() return "obj" end})), ("%-10s|"):format(setmetatable({}, {__name = "N"})):sub(1, 3))
for _, c in ipairs {{"%d", 1.5}, {"%d", "x"}, {"%y", 1}, {"%", 1}, {"%d"}, {"%10000d", 1}, {"%.100f", 1}, {"%#s", 1}, {"%q", {}}, {"%5q", 1}, {"%s"}} do
    print(c[1], pcall(string.format, c[1], c[2])) end
for i = 1, 40 do local s = ("%d:%s:%5.1f"):format(i, i, i) if i % 20 == 0 then print(s) end end
