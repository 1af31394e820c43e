local t = setmetatable({}, {__call = function(self, ...) return self, select('#', ...), ... end})
local s, n, x, y = t(1, 2)
print(s == t, n, x, y)
local u = setmetatable({}, {__call = t})
local a, b, c = u(5)
print(a == t, b, c == u)
print(select("#", pcall(t, 1)))
print(select('#', t()))
print(pcall(setmetatable({}, {__call = 5})))
for i, v in setmetatable({}, {__call = function(_, s, c) if c < 3 then return c + 1, s end end}), "st", 0 do print(i, v) end
local deep = function(...) return select("#", ...) end
for i = 1, 150 do deep = setmetatable({}, {__call = deep}) end
print(deep(), (deep(1, 2)))
