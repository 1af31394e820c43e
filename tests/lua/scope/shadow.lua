local x = 1 local x = x + 1 do local x = x * 10 print(x) end print(x)
local function f(x) local x = x or "d" return x end print(f(), f(3))
for x = x, x + 2 do local x = -x io.write(x, " ") end print(x)
local f = function() return f end
print(f() ~= f) local function g() return g end
print(g() == g)
repeat local done = true until done
do local print = function(...) io.write("mine ", ..., "\n") end print("x") end print("y")
local function up() return x end do local x = 99 print(up()) end x = 7 print(up())
