local function d(n) if n == 0 then return 0 end return 1 + d(n - 1) end
print(d(5000)) local t = {} local cur = t
for i = 1, 3000 do cur.next = {} cur = cur.next end
local n = 0 cur = t while cur do n, cur = n + 1, cur.next end
print(n)
print(select(2, load("return " .. ("("):rep(300) .. "1" .. (")"):rep(300))) ~= nil)
print(load("return " .. ("("):rep(100) .. "7" .. (")"):rep(100))())
local s = "return 0" for i = 1, 300 do s = s .. " + " .. i end
print(load(s)())
local function inf() return inf() + 1 end
print((select(2, pcall(inf)):gsub("^.-:%d+: ", ""):sub(1, 14)))
print(pcall(string.rep, "x", -1))
