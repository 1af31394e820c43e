-- Metatables of all numbers, booleans, nil and functions; taken away again.
local function add(a, b) return a + b end
local function field(a) return a.kind end
local function call(f, ...) return f(...) end
for i = 1, 30 do add(i, i) pcall(field, {kind = i}) call(math.abs, -i) end
print(pcall(field, 5)) print(pcall(add, nil, 1)) print(pcall(call, 3, 4))
debug.setmetatable(0, {__index = function(n, k) return k .. n end, __call = function(n, ...) return n, select("#", ...) end,
    __add = "never"})
print(field(5), field(2.5), call(3, 4, nil), add(1, 2)) print((7).x, pcall(function() return (1.5):type() end))
print(pcall(add, 1, nil)) debug.getmetatable(0).__add = nil
debug.setmetatable(nil, {__add = function(a, b) return a or b end, __index = function() return nil end})
print(add(nil, 1), add(2, nil), field(nil), (nil).a.b.c) print(pcall(function() undefined = undefined + 5 return undefined end))
debug.setmetatable(true, {__concat = function(a, b) return tostring(a) .. tostring(b) end, __len = function(b) return b and 1 or 0 end})
print(true .. false, "x" .. true .. 1, #true, #false)
debug.setmetatable(print, {__index = {name = "f"}, __lt = function() return true end, __add = function(f, g) return function(...) return f(g(...)) end end})
print(print.name, print < add, (math.abs + math.floor)(-2.5)) print(add(math.abs, math.floor)(-7.5))
debug.setmetatable(0, nil) debug.setmetatable(nil, nil) debug.setmetatable(true, nil) debug.setmetatable(print, nil)
print(pcall(field, 5)) print(pcall(add, nil, 1)) print(pcall(call, 3)) print(pcall(function() return #true end))
print(pcall(function() return print.name end))
