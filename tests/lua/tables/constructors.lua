local function f(...) return ... end
local t = {f(1, 2, 3), f(4, 5), x = f(6, 7), f(8, 9)}
print(#t, t[1], t[2], t[3], t[4], t.x)
local u = {(f(1, 2)), [3] = "three", "second"; n = 1,} print(u[1], u[2], u[3], u.n)
local v = {[f("a")] = 1, ["b c"] = 2, [1.0] = "one", [2^53] = "big", nil, "x"}
print(v.a, v["b c"], v[1], v[2])
print(#{nil, nil, 3}, #{f()}, #{f(), f()}, #{n = 1}, next({}))
print(pcall(load "return {[nil] = 1}")) print(pcall(load "return {[0/0] = 1}"))
local big = {} for i = 1, 120 do big[i] = i end
local s = load("return {" .. table.concat(big, ",") .. "}")()
print(#s, s[120])
