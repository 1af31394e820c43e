-- Tail calls need no stack, however many.
local function count(n, acc) if n == 0 then return acc end return count(n - 1, acc + 1) end
print(count(1000000, 0))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(300001), odd(300001))
local t = {}
function t:loop(n, ...) if n == 0 then return ... end return self:loop(n - 1, ...) end
print(t:loop(100000, 1, 2, 3))
local function va(n, ...) if n == 0 then return select('#', ...) end return va(n - 1, n, ...) end
print(va(50))
local c = setmetatable({}, {__call = function(self, n) if n == 0 then return "end" end return self(n - 1) end})
print(c(100))
print(pcall(function() return error("x", 0) end))
