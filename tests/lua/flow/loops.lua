local i = 0
while i < 3 do i = i + 1 if i == 2 then goto next end print("while", i) ::next:: end
repeat local done = i > 5 i = i + 1 until done
print(i)
while true do i = i - 1 if i < 0 then break end end print(i)
for k = 1, 3 do for j = 1, 3 do if j == 2 then break end print(k, j) end end
repeat if i == 0 then break end i = i + 1 until false print(i)
local function find(t, x) for k, v in pairs(t) do if v == x then return k end end end
print(find({a = 1, b = 2}, 2), find({}, 1))
local n = 0
for a = 1, 50 do for b = 1, 50 do if (a + b) % 2 == 0 then goto continue end n = n + a * b ::continue:: end end
print(n)
if nil then print("no") elseif false then print("no") elseif 0 then print("zero is true") else print("no") end
if "" then print("empty is true") end
print(nil and 1, false or nil, 1 and 2, nil or 3, false and error(), 1 or error(), not nil, not 0)
