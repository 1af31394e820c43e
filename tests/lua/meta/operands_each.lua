-- Each binary event with an object left, right, both, and with each other type.
local log = {}
local mt = {}
local function show(v) return getmetatable(v) == mt and v.n or tostring(v) end
for _, e in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat"} do
    mt["__" .. e] = function(a, b) return e .. "(" .. show(a) .. "," .. show(b) .. ")" end
end
local x, y = setmetatable({n = "X"}, mt), setmetatable({n = "Y"}, mt)
local function all(a, b)
    return a + b, a - b, a * b, a / b, a % b, a ^ b, a // b, a & b, a | b, a ~ b, a << b, a >> b, a .. b
end
for i = 1, 30 do all(i, 3) end
print(all(x, y)) print(all(x, 1)) print(all(2.5, x)) print(all("s", x)) print(all(x, nil)) print(all(true, x))
print(select("#", all({}, x)), all(x, print) == all(x, print)) print(pcall(all, "9", "2"))
print(all(9, 2)) print(pcall(all, 9.5, 2))
mt.__add = function() return end mt.__sub = function() return 1, 2 end mt.__mul = nil
print(x + 1, x - 1, pcall(function() return x * 1 end)) print((x + 1))
mt.__mul = 5 print(pcall(function() return 2 * x end))
mt.__mul = setmetatable({}, {__call = function(_, a, b) return "called " .. show(a) .. show(b) end}) print(2 * x, x * y)
