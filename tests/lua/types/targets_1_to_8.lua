-- A call site with one target, then two, up to eight, then a new one each time.
local fs = {
    function(x) return x + 1 end, function(x) return x * 2 end, function(x) return -x end,
    function(x) return x // 3 end, math.abs, function(x) return x % 7, x end,
    function(...) return select("#", ...) end, setmetatable({}, {__call = function(_, x) return x ^ 2 end}),
}
local function apply(f, x) return (f(x)) end
local function sum(n, k) local s = 0 for i = 1, n do s = s + apply(fs[i % k + 1], i) end return s end
for k = 1, 8 do print(k, sum(40, k)) end
local s = 0
for i = 1, 40 do s = s + apply(function(x) return x + i end, i) end
print(s, pcall(apply, nil, 1)) print(sum(16, 8), pcall(apply, "x", 1)) print(apply(coroutine.wrap(function(x) return x end), "co"))
