for i = 1, 3 do io = i end print(io)
for i = 3, 1 do print("never") end
for i = 3, 1, -1 do print(i) end
for i = 1, 2, 0.5 do print(i) end
for i = 1.0, 3 do print(i) end
for i = 0x7ffffffffffffffe, 0x7fffffffffffffff do print(i) end
for i = 0x8000000000000001, 0x8000000000000000, -1 do print(i) end
for i = 1, 10, 4 do print(i) end
for i = 10, 1, -4 do print(i) end
for i = 1, 2.9 do print(i) end
for i = 1, 1/0 do if i > 2 then break end print(i) end
for i = 1, -1/0 do print("never") end
for i = -1, -1/0, -1 do if i < -2 then break end print(i) end
for i = 1, 0/0 do print("never") end
for i = 1, 3 do local j = i i = i * 10 print(j, i) end
for i = 0x7fffffffffffffff - 1, 1e100 do print(i) end
for i = 1, 0x7fffffffffffffff, 0x7000000000000000 do print(i) end
print(pcall(function() for i = 1, 10, 0 do end end))
print(pcall(function() for i = 1.0, 10, 0 do end end))
print(pcall(function() for i = "1", 10 do end end))
print(pcall(function() for i = 1, "10" do end end))
print(pcall(function() for i = 1, 10, {} do end end))
local n = 0 for i = 1, 100 do for j = i, 100 do n = n + 1 end end print(n)
