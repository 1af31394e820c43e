-- Folds, maps and curried functions: one loop body, many functions in it.
local function fold(f, z, t) for i = 1, #t do z = f(z, t[i]) end return z end
local function map(f, t) local r = {} for i = 1, #t do r[i] = f(t[i], i) end return r end
local function filter(p, t)
    local r, n = {}, 0
    for i = 1, #t do if p(t[i]) then n = n + 1 r[n] = t[i] end end
    return r
end
local function curry(f, n)
    if n == 1 then return f end
    return function(a) return curry(function(...) return f(a, ...) end, n - 1) end
end
local t = {}
for i = 1, 60 do t[i] = i end
local function add(a, b) return a + b end
print(fold(add, 0, t), fold(add, 0.5, t), fold(math.max, -math.huge, t), fold(function(a, b) return a .. b end, "", t):sub(-9))
print(fold(add, 0, map(function(x) return x * x end, t)), fold(add, 0, filter(function(x) return x % 3 == 0 end, t)))
print(#fold(function(l, x) l[#l + 1] = x return l end, {}, filter(function(x) return x > 50 end, t)))
print(curry(function(a, b, c) return a * b + c end, 3)(4)(5)(6), curry(math.max, 2)(3)(9))
local calls = 0
print(pcall(fold, function(a, b) calls = calls + 1 return b < 30 and a + b end, 0, t)) print(calls)
print(table.concat(map(function(x, i) return i % 20 == 0 and tostring(x) or "" end, t)), fold(add, "1", {2, "3"}))
local seen = {}
map(function(x) seen[x % 7] = (seen[x % 7] or 0) + 1 end, t)
print(seen[0], seen[6], fold(function(a, b) return b, a end, 0, t))
