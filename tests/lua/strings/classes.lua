for _, c in ipairs {"a", "c", "d", "g", "l", "p", "s", "u", "w", "x"} do
    local n, m = 0, 0
    for i = 0, 127 do
        if string.char(i):match("%" .. c) then n = n + 1 end
        if string.char(i):match("[%" .. c:upper() .. "]") then m = m + 1 end
    end
    print(c, n, m)
end
print(("a.b*c"):gsub("%p", "%%%0"), ("%"):match("%%"), ("a\tb\n"):gsub("%c", "^"))
