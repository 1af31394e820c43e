local list = {"b", "a", "B", "", "aa", "a\0", "a\0b", "10", "9", "é", "~"}
table.sort(list)
for _, s in ipairs(list) do io.write(("%q"):format(s), " ") end print()
print("a" < "b", "a" < "a", "a" <= "a", "Z" < "a", "" < "a", "a\0b" < "a\0c", "10" < "9")
print("abc" == "ab" .. "c", ("x"):rep(50) == ("x"):rep(50), "a" ~= "a\0")
