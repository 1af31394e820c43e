-- Strings made in different ways are one key; long and short, with zeros.
local t = {}
local function put(k, v) t[k] = v end
for i = 1, 40 do put("k" .. i, i) end
print(t.k1, t["k" .. 40], t[("k7")], t[table.concat {"k", 3, 9}], t[("xk12"):sub(2)], t[string.char(107, 53)], t[("K8"):lower()])
local long = ("x"):rep(100) put(long, "long") print(t[("x"):rep(50) .. ("x"):rep(50)], t[long:sub(1, 99)], t[(long .. "y"):sub(1, 100)])
put("a\0b", 1) put("a\0c", 2) put("a", 3) print(t["a\0b"], t["a\0" .. "c"], t.a, ("a\0b"):len(), "a\0b" < "a\0c", "a" < "a\0", "Z" < "a", "" < "a", "10" < "9")
local n = 0 for i = 1, 40 do if t["k" .. i] == i then n = n + 1 end t["k" .. i] = nil end print(n, t.k1, t[long])
print("1" == 1, "a" == "a", rawequal("ab" .. 1, "ab1"), ("x"):rep(200) == ("x"):rep(200), "abc" > "abd", "b" >= "b")
local s = "" for i = 1, 50 do s = s .. string.char(65 + i % 26) if i % 25 == 0 then put(s, i) end end print(t[s], #s, t[s:sub(1, 25)])
print(math.type(("10") + 0), "10" + 1, "0x10" * 2, "1e1" + 0, " 5 " + 1, pcall(function() return "abc" + 1 end)) print("10" .. 1, 1 .. 2, 1.5 .. "", -0.0 .. "", 2 ^ 63 .. "")
