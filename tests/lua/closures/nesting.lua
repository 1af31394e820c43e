local function a(x) return function(y) return function(z) x = x + 1 y = y * 2 return x, y, z end end end
local f = a(1)(2) print(f(3)) print(f(4))
local g = a(1) local h, k = g(1), g(1)
print(h(0)) print(k(0)) print(h(0))
local function compose(...) local fs = {...} return function(x) for i = #fs, 1, -1 do x = fs[i](x) end return x end end
local inc, dbl = function(x) return x + 1 end, function(x) return x * 2 end
print(compose(inc, dbl)(5), compose(dbl, inc)(5), compose()(5), compose(inc, dbl, inc, dbl)(1.5))
local Y = function(f) return (function(x) return x(x) end)(function(x) return f(function(...) return x(x)(...) end) end) end
print(Y(function(s) return function(n) return n == 0 and 1 or n * s(n - 1) end end)(15))
