local function C(f) return setmetatable({}, {__call = f}) end
local a = C(function(self, ...) return select("#", ...), ... end)
print(a(), a(1), a(nil, nil))
local b = setmetatable({}, {__call = a})
print(select("#", b(1, 2)), (b(1, 2)))
local function tail(x) return b(x) end print((tail(5)))
print(pcall(C(nil))) print(pcall(setmetatable({}, {__call = 1})))
local t = {m = a} print(t:m(1, 2) , t.m(1, 2))
print(pcall(a, 1), (select(3, pcall(a, 1, 2))))
for i in C(function(_, s, c) c = (c or 0) + 1 if c < 4 then return c end end) do
    io.write(i, " ") end print()
print(pcall(table.sort, {3, 1, 2}, C(function(_, x, y) return x < y end)))
print(#{b(1)}, ({a(7, 8)})[2])
