local function same(a, b) return a == b end
local n = 0
for i = 1, 100 do if same(i, 50) then n = n + 1 end end
print(n, same(1, 1.0), same("1", 1), same(2 ^ 53, 1 << 53))
print(same((1 << 53) + 1, 2 ^ 53), same(nil, false), same(0 / 0, 0 / 0))
local calls = 0
local E = {__eq = function(a, b) calls = calls + 1 return a.x == b.x end}
local function e(x) return setmetatable({x = x}, E) end
local a = e(1)
print(same(a, e(1)), same(a, e(2)), same(a, a), same(a, {x = 1}), calls)
print(same({x = 1}, e(1)), same(e(1), 1), calls)
local s = "ab"
print(same(s .. "c", "abc"), same(("x"):rep(100), ("x"):rep(100)), s ~= "ab")
print(same(print, print), same(coroutine.create(print), {}), -0.0 == 0)
E.__eq = function() return nil end
print(same(e(1), e(1)), e(1) ~= e(1))
E.__eq = nil
print(same(e(1), e(1)))
