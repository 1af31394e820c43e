-- Floats are written as by printf, and not as by tostring.
io.write(1, " ", 2.0, " ", -0.0, " ", 2 ^ 53, " ", 1e100, " ", 0.1, " ", 1 / 0, "\n")
io.write(10 // 3.0, " ", 3 | 0, " ", "2.0", " ", tostring(2.0), " ", 7 / 7 .. "", "\n")
local f = io.tmpfile()
f:write(1.0, " ", 2.5, " ", 3, "\n")
f:seek "set" print(f:read("n", "n", "n")) f:close()
print(pcall(io.write, nil)) print(pcall(io.write, 1.0, {}))
for i = 1, 30 do io.write(i / 2, i < 30 and "," or "\n") end
