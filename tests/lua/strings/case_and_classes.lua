-- Every class of every byte, counted; upper, lower, reverse, rep, byte, char.
for c in ("adlpsuwxcg"):gmatch "." do
    local n, m, sum = 0, 0, 0
    for i = 0, 127 do local s = string.char(i) if s:find("%" .. c) then n, sum = n + 1, sum + i end if s:find("[^%" .. c .. "]") then m = m + 1 end end
    print(c, n, m, sum)
end
print(("MiXed 123 é"):upper(), ("MiXed"):lower(), ("abc"):reverse(), (""):reverse(), ("ab"):rep(3, "-"), ("x"):rep(0), ("x"):rep(-1), ("x"):rep(1, "sep"))
print(("abc"):byte(), ("abc"):byte(-1), ("abc"):byte(10), ("abc"):byte(1, -1)) print(select("#", ("abc"):byte(3, 2)), string.char(), string.char(97, 98))
print(pcall(string.char, 256)) print(pcall(string.char, -1)) print(pcall(string.byte, nil)) print(("abc"):sub(2), ("abc"):sub(-2, -2), ("abc"):sub(0), ("abc"):sub(3, 2), ("abc"):sub(math.mininteger, math.maxinteger), ("abc"):sub(2.0))
print(pcall(string.sub, "abc", 1.5)) print(pcall(string.sub, "abc", "x")) print(("abc"):sub("2"), #("abc"):rep(100), ("x"):len(), #"\u{7FFFFFFF}", "\x41\65\z
    B")
