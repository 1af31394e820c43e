-- A library function is replaced while code that calls it is hot.
local function norm(x, y) return math.floor(math.sqrt(x * x + y * y)) end
local function all()
    local t = {}
    for i = 1, 40 do t[#t + 1] = norm(i, i + 1) end
    return table.concat(t, " ")
end
print(all())
local sqrt, floor = math.sqrt, math.floor
local calls = 0
math.sqrt = function(x) calls = calls + 1 return sqrt(x) end
print(all()) print(calls)
math.floor = function(x) return -floor(x) end
print(norm(3, 4))
math.floor = math.ceil
print(all())
math.floor, math.sqrt = floor, sqrt
print(all()) print(calls)
local math = {sqrt = function(x) return x end, floor = function(x) return x end}
print(math.floor(math.sqrt(2)), norm(6, 8))
