-- Signs of zero and NaN survive what the compiler does with x + 0 and x * 1.
local function ops(x) return x + 0, x * 1, x / 1, 0 - x, -x, x * 0 end
for i = 1, 60 do ops(i) end
print(ops(5)) print(ops(-0.0)) print(ops(0.0)) print(ops(0))
local function text(...)
    local t = table.pack(...)
    for i = 1, t.n do
        t[i] = t[i] ~= t[i] and "nan" or tostring(t[i])
    end
    return table.concat(t, " ")
end
print(text(ops(0 / 0))) print(text(ops(1 / 0))) print(text(ops(-1 / 0)))
local function inv(x) return 1 / x end
print(inv(0.0), inv(-0.0), inv(0), inv(0 * -1), inv(0.0 * -1))
local function m(a, b) return a % b end
for i = 1, 60 do m(i, 7) end
print(m(5, -3), m(-5, 3), m(5.5, -2), m(-5.5, 2), m(5, 1 / 0), m(-5, 1 / 0))
print(m(-0.0, 5), m(0.0, -5), m(3, -1.5), pcall(m, 1, 0)) print(text(m(1, 0.0)))
local function d(a, b) return a // b end
for i = 1, 60 do d(i, 7) end
print(d(7, -2), d(-7, 2), d(7.0, -2), d(-1, 1 / 0), d(0.0, -1), pcall(d, 1, 0))
