local f = string.format
print(f("%s|%10s|%-10s|%.2s|", "hello", "hi", "hi", "hello"), f("%s %s", nil, true))
print(f("%s", setmetatable({}, {__tostring = function() return "obj" end})), f("%%"))
print(f("%5s|%-5s|", 1, 2.5), f("%.0s|", "abc"), f("%s", "a\0b") == "a\0b", f("%.3s", "é€"))
print(#f("%99d", 1), f("%s", ("x"):rep(200)) == ("x"):rep(200), f("%-3c|", 65))
