print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"),
    math.tointeger(2 ^ 63), math.tointeger(-2 ^ 63), math.tointeger({}))
print(3.0 | 0, -2.0 ~ 0, 2 ^ 53 | 0, pcall(function() return 2 ^ 63 | 0 end))
local t = {} t[1.0] = "a" t[2 ^ 53] = "b"
print(t[1], next(t), t[1 << 53], #t)
print(string.rep("x", 3.0), ("abc"):sub(2.0, 3), select(2.0, "a", "b"))
print(pcall(string.rep, "x", 1.5)) print(pcall(select, 1.5, 1))
print(pcall(string.char, 65.5)) print(pcall(string.sub, "x", "y"))
print(("x"):rep("3"), ("abc"):byte("2"), table.concat({1, 2, 3}, ",", "2"))
print(math.ult(1, -1), math.ult(-1, 1), math.abs(math.mininteger))
