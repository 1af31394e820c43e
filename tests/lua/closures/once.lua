-- The only closure of a function, and then another.
local function make(k) return function(x) return x + k end end
local f = make(1)
local s = 0
for i = 1, 3000 do s = f(s) end
print(s)
local g = make(100)
for i = 1, 3000 do s = g(f(s)) end
print(s, f(0), g(0))
