-- Functions in functions in functions, each with a variable of all outer ones.
local function outer(a)
    local b = a + 1
    return function(c)
        local d = b + c
        return function(e)
            local f = d + e
            return function(g)
                a, b, d, f = a + g, b + g, d + g, f + g
                return a, b, c, d, e, f
            end
        end
    end
end
for i = 1, 40 do outer(i)(i)(i)(i) end
local x = outer(1)
local y, z = x(10), x(20)
local p, q, r = y(100), y(200), z(300)
print(p(1)) print(q(1)) print(r(0.5)) print(p(1)) print(outer("1")("2")(3)(4))
local function compose(...)
    local fs = {...}
    return function(...)
        local function go(i, ...)
            if i == 0 then return ... end
            return go(i - 1, fs[i](...))
        end
        return go(#fs, ...)
    end
end
local double = function(x) return x * 2 end
local pair = function(x) return x, x + 1 end
local sum = function(a, b) return a + (b or 0) end
for i = 1, 30 do compose(double, double)(i) end
print(compose(sum, pair, double)(5), compose()(1, 2, 3)) print(compose(pair, sum)(1.5, 2))
local Y = function(f)
    return (function(x) return x(x) end)(function(x) return f(function(...) return x(x)(...) end) end)
end
print(Y(function(fact) return function(n) return n < 2 and 1 or n * fact(n - 1) end end)(20))
