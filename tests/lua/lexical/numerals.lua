print(3, 345, 0xff, 0xBEBADA, 3.0, 3.1416, 314.16e-2, 0.31416E1, 34e1, .5, 5.)
print(0x0.1E, 0xA23p-4, 0X1.921FB54442D18P+1, 0x.8, 0x8., 0xAp1)
print(9223372036854775807, 9223372036854775808, 0xffffffffffffffff,
    0x1ffffffffffffffff, 1e308, 1e309, 1e-400, 0x7fffffffffffffff)
for _, s in ipairs {"3x", "0x", "1e", "1e+", "0xp1", "1..2", "3.4.5", "0x1p",
    "1_000", "0b1", "1e5.5"} do
    print(s, load("return " .. s, "=s"))
end
