-- Evaluation order in constructors, and what next does.
local log = {}
local function f(x) log[#log + 1] = x return x end
local t = {f(1), a = f(2), f(3), [f(4)] = f(5), f(6)}
print(#log) local s = "" for i, v in ipairs(log) do s = s .. v end print(s)
print(t[1], t[2], t[3], t.a, t[4])
local u = {a = 1, b = 2, c = 3, 10, 20}
local n, sum = 0, 0
for k, v in pairs(u) do n = n + 1 sum = sum + v u[k] = v + 1 end
print(n, sum)
for k in pairs(u) do if k ~= "b" then u[k] = nil end end
print(u.a, u.b, u.c, u[1], u[2], next(u))
local k, v = next({x = 5}) print(k, v)
print(next({}, nil), rawlen({n = 1}))
local big = {} for i = 1, 64 do big[i * 1000] = i end
n = 0 for _ in pairs(big) do n = n + 1 end print(n)
for i = 1, 64 do big[i * 1000] = nil big[i] = i end print(#big)
