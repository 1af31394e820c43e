local t = {}
for i = 1, 500 do t[#t + 1] = i % 7 == 0 and i / 2 or i end
local s = table.concat(t, ",")
print(#s, s:sub(1, 30), s:sub(-12))
local r = "" for i = 1, 300 do r = r .. string.char(97 + i % 26) end
print(#r, r:sub(100, 120))
local parts = "" for w in r:gmatch("[aeiou]") do parts = w .. parts end
print(#parts, parts:sub(1, 10))
local deep = "x" for i = 1, 12 do deep = deep .. deep end print(#deep, deep:find("y"))
local h = 0 for i = 1, #r do h = (h * 31 + r:byte(i)) % 4294967296 end print(h)
