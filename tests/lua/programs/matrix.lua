local M = {}
M.__index = M
local function new(rows) return setmetatable(rows, M) end
local function make(n, m, f)
    local a = {}
    for i = 1, n do
        a[i] = {}
        for j = 1, m do a[i][j] = f(i, j) end
    end
    return new(a)
end
function M.__mul(a, b)
    if type(a) == "number" then
        return make(#b, #b[1], function(i, j) return a * b[i][j] end)
    end
    return make(#a, #b[1], function(i, j)
        local s = 0
        for k = 1, #b do s = s + a[i][k] * b[k][j] end
        return s
    end)
end
function M.__add(a, b)
    return make(#a, #a[1], function(i, j) return a[i][j] + b[i][j] end)
end
function M.__eq(a, b)
    for i = 1, #a do
        for j = 1, #a[1] do if a[i][j] ~= b[i][j] then return false end end
    end
    return true
end
function M.__tostring(a)
    local rows = {}
    for i = 1, #a do rows[i] = table.concat(a[i], " ") end
    return table.concat(rows, "; ")
end
function M.__pow(a, n)
    local r = make(#a, #a, function(i, j) return i == j and 1 or 0 end)
    while n > 0 do
        if n % 2 == 1 then r = r * a end
        a, n = a * a, n // 2
    end
    return r
end
function M.__call(a) return make(#a[1], #a, function(i, j) return a[j][i] end) end
function M.det(a)
    if #a == 1 then return a[1][1] end
    local sum, sign = 0, 1
    for c = 1, #a do
        local minor = make(#a - 1, #a - 1, function(i, j)
            return a[i + 1][j < c and j or j + 1]
        end)
        sum, sign = sum + sign * a[1][c] * M.det(minor), -sign
    end
    return sum
end
print(new {{1, 1}, {1, 0}} ^ 30)
print(new {{1.5, 2}, {0, 1}} * new {{2, 0}, {1, 1}})
print(2 * new {{1, 2, 3}} + new {{1, 1, 1}}, new {{1, 2}, {3, 4}}())
local h = make(4, 4, function(i, j) return i == j and 2 or 1 end)
print(h:det(), h == h(), h == 2 * h)
print(make(5, 5, function(i, j) return (i * j) % 7 - 3 end):det())
print(pcall(function() return h + new {{1}} end))
