-- __call with varargs, in every position that takes results.
local mt = {__call = function(self, ...) self.n = self.n + 1 return self.n, ... end}
local f = setmetatable({n = 0}, mt)
local function use(g)
    local a, b = g(1), g(2, 3)
    local t = {g(4), g(5, 6)}
    return a, b, #t, (g(7, 8)), g()
end
for i = 1, 30 do use(math.max == nil and f or function(...) return 1, ... end) end
print(use(f)) print(f.n, f(nil, nil)) print(select("#", f()), #{f(1, 2, 3)}, (f(9)))
for i in f do if i > 40 then break end end print(f.n)
print(pcall(f, 1)) print(xpcall(f, print, 2, 3)) print(pcall(coroutine.wrap, f)) print(table.unpack {f(5)})
local g = setmetatable({n = 100}, {__call = f}) print(g(1) == f.n, f.n)
print(("x"):gsub("x", function(...) return f(...) .. "" end)) print(pcall(string.gsub, "x", "x", f))
print(pcall(table.sort, {3, 2, 1}, f)) local function tail(...) return f(...) end print(tail(1, 2))
mt.__call = nil print(pcall(tail, 1)) print(pcall(use, f)) mt.__call = mt print(select(2, pcall(tail)))
local m = {go = setmetatable({}, {__call = function(_, self, x) return self.v + x end}), v = 3}
for i = 1, 20 do m:go(i) end print(m:go(1), m:go(0.5), pcall(m.go, m, {}))
