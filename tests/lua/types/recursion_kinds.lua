-- Recursive functions called with integers, floats, objects and strings.
local N = {} N.__index = N
local function n(v) return setmetatable({v = v}, N) end
N.__add = function(a, b) return n(a.v + (type(b) == "table" and b.v or b)) end
N.__sub = function(a, b) return n(a.v - b) end N.__lt = function(a, b) return a.v < (type(b) == "table" and b.v or b) end
local function fib(x) if x < 2 then return x end return fib(x - 1) + fib(x - 2) end
for i = 1, 10 do fib(i) end
print(fib(12), fib(9.0), fib(7.5), fib(n(8)).v, pcall(fib, "5")) print(fib(n(6.5)).v, fib(1.99), pcall(fib, {}))
local function ack(m, k) if m == 0 then return k + 1 elseif k == 0 then return ack(m - 1, 1) end return ack(m - 1, ack(m, k - 1)) end
print(ack(2, 3), ack(1, 5.0), ack(2.0, 2)) local function hanoi(k, a, b, c) if k == 0 then return 0 end return hanoi(k - 1, a, c, b) + 1 + hanoi(k - 1, c, b, a) end print(hanoi(7, "a", "b", "c"), hanoi(3.0, 1, 2, 3))
