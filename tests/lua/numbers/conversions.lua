-- Floats to integers and back, in every place that converts.
local function conv(x) return math.tointeger(x), math.floor(x), math.ceil(x), math.type(x) end
for i = 1, 30 do conv(i + 0.5) end
for _, x in ipairs {3, 3.0, 3.5, -3.5, -0.0, 2 ^ 53, 2 ^ 62, 2 ^ 63, -2 ^ 63, 1e100, 1 / 0} do print(x, conv(x)) end
print(math.tointeger("8"), math.tointeger("x"), math.tointeger({}), math.type("1"), pcall(math.type)) print(3 | 0, 3.0 | 0, pcall(function(x) return x | 0 end, 3.5)) print(pcall(function(x) return x | 0 end, 2 ^ 63)) print(pcall(function(x) return 1 << x end, "a"))
for _, s in ipairs {"10", " 10 ", "0x1F", "1e2", ".5", "5.", "0x.8p1", "", " ", "1 2", "1e", "0x", "inf", "nan", "1_000", "٣", "1e400", "-0", "- 1", "9223372036854775807", "9223372036854775808", "0xffffffffffffffffff"} do io.write(("%q"):format(s), "=", tostring(tonumber(s)), " ") end print()
print(tonumber("z", 36), tonumber("ff", 16), tonumber("8", 8), tonumber("-101", 2), tonumber("7fffffffffffffff", 16), tonumber("1.5", 10), pcall(tonumber, "1", 99)) print(pcall(tonumber, 1, 10)) print(pcall(tonumber))
print(1 == 1.0, math.maxinteger + 0.0 == 2 ^ 63, math.maxinteger < 2 ^ 63, math.mininteger <= -2 ^ 63, 2 ^ 53 == 2 ^ 53 + 1, (1 << 53) + 1 == 2 ^ 53 + 1, 1 < 1.5, -1 > -1.5, 1 < 0 / 0, 0 / 0 ~= 0 / 0)
print(string.format("%.14g %.17g %.3f", 0.1, 0.1, 2 / 3), 1e15, 1e16, 123456789012345.0, 0.1 + 0.2, 100 // 1e0, 1e3, 2 ^ -1074, -1e-7, 5 // 0.3) print(7 // 2, 7 / 2, 2 ^ 2, 10 / 2, 1e2, 3 * 1.0, 6 - 6.0, -0.0 + 0)
