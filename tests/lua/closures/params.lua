local function acc(n) return function(d) n = n + d return n end end
local a, b = acc(10), acc(100)
print(a(1), a(1), b(1), a(1))
local function swap(x, y) local function go() x, y = y, x end go() return x, y end
print(swap(1, 2))
local function opt(v, ...) v = v or 5 local r = {...} return function() v = v + #r return v end end
print(opt()(), opt(1, 2, 3)())
local function loop() local fs = {} for i = 1, 3 do local j = i * 2 fs[#fs + 1] = function() return i + j end end return fs end
for _, f in ipairs(loop()) do print(f()) end
-- Hot: closures made in a loop.
local s = 0
for i = 1, 5000 do local c = i local f = function(d) c = c + d return c end f(1) s = s + f(2) end
print(s)
