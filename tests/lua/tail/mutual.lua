local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(20000), odd(20001)) print(even(7.0), pcall(even, "x"))
local function loop(n, ...) if n == 0 then return ... end return loop(n - 1, n, (select(1, ...))) end
print(loop(5000, "z"))
local o = {} function o:count(n) if n > 0 then return self:count(n - 1) end return "method" end
print(o:count(5000))
local m = setmetatable({}, {__call = function(self, n) if n > 0 then return self(n - 1) end return "call" end})
print(m(3000))
