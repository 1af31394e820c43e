local name = os.tmpname() local f = assert(io.open(name, "w"))
print(f:write("line 1\n", 2, " ", 3.5, "\nlast") == f, f:seek("cur"), f:seek("set", 2), f:close())
for l in io.lines(name) do io.write("[", l, "]") end
print() for a, b in io.lines(name, 1, "l") do io.write(a, "|", tostring(b), ";") end
print()
f = io.open(name) print(f:read("l", "n", "n", "L", "a", "a", "l"))
print(f:read(0), f:seek("set"), f:read(4, 0), f:read("L")) f:close()
print(tostring(f), pcall(f.read, f))
print(io.type(f), io.type(5))
f = io.open(name, "a+") f:write("\n0x1F -7 1e2 nope") f:seek("set", 15)
print(f:read("l")) print(f:read("n", "n", "n", "n")) f:close()
print(io.open("/nonexistent/x"))
print(pcall(io.lines, "/nonexistent/x"))
print(pcall(io.open, name, "zz"))
f = io.open(name, "w") f:setvbuf("full", 1024)
for i = 1, 50 do f:write(i, "\n") end f:close()
local s = 0 for n in io.lines(name, "n") do s = s + n end
print(s, os.remove(name), (select(3, os.remove(name))))
