local function f(a, b, c) print(a, b, c) end
f() f(1) f(1, 2) f(1, 2, 3) f(1, 2, 3, 4)
local function g(...) print(select('#', ...), ...) end
g() g(nil) g(nil, nil) g(1, 2, 3)
local function h(a, ...) local x, y = ... return a, x, y, select('#', ...) end
print(h()) print(h(1)) print(h(1, 2)) print(h(1, 2, 3, 4))
print((h(1, 2)))
f(h(1, 2)) f(h(1, 2), 9) f((h(1, 2)))
g(h(1), h(2))
g(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
g(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, h(12, 13))
local t = {h(1, 2, 3)} print(#t, t[1], t[4])
t = {h(1), h(2)} print(#t, t[1], t[2])
t = {(h(1, 2, 3))} print(#t)
local function many(n) if n == 0 then return end return n, many(n - 1) end
print(select('#', many(100)), (select(100, many(100))))
print(#{many(200)})
