local function f(...) local a, b = ... return select("#", ...), a, b, ... end
print(f()) print(f(nil)) print(f(1, nil, nil)) print((f(1, 2)))
local function g(...) local t = {..., "end"} return #t, ... end print(g(1, 2, 3))
local function h(...) return ..., ... end
print(h(1, 2)) print((...) == nil, select("#", ...))
local function s(n, ...) if n == 0 then return ... end return s(n - 1, n, ...) end
print(s(6))
local function sum(...) local r = 0 for i = 1, select("#", ...) do r = r + (select(i, ...)) end return r end
for i = 1, 30 do sum(i, i) end print(sum(1, 2, 3.5), sum(), pcall(sum, 1, nil))
print(pcall(load "return function() return ... end" or error))
print(load("function f() return ... end", "=s"))
print(select("#", table.unpack({}, 1, 200)), (table.pack(table.unpack({1, 2, nil, 4}, 1, 4)).n))
