local c <const> = 5 print(c + 1, load("local x <const> = 1; x = 2", "=s"))
print(load("local x <close> = nil; x = 2", "=s")) print(load("local x <foo> = 1", "=s"))
print(load("local a <close>, b <close> = 1, 2", "=s"))
print(load("local x <const> = 1; return function() x = 2 end", "=s"))
local function f() local k <const> = {} return function() return k end end
local g = f() print(g() == g(), g() ~= f()())
