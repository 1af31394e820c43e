local log = {}
local mt = {}
local function op(name) mt["__" .. name] = function(a, b) return name .. ":" .. tostring(type(a)) .. "," .. tostring(type(b)) end end
for _, n in ipairs {"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "concat", "len"} do op(n) end
local t = setmetatable({}, mt)
print(t + 1, 1 - t, t * t, t / "x", t % nil, t ^ 2, -t, t // 1)
print(t & 1, 1 | t, t ~ t, t << 1, 1 >> t, ~t, t .. "x", "x" .. t, 1 .. t, #t)
print(t .. t .. "a", "a" .. "b" .. t .. "c" .. "d")
print("5" + t, t & "x", 1.5 | t)
mt.__eq = function(a, b) return true end
local u = setmetatable({}, mt)
print(t == u, t ~= u, t == 1, rawequal(t, u))
mt.__lt = function(a, b) return "yes" end
mt.__le = function(a, b) return nil end
print(t < u, t > 1, t <= u, 1 >= t, "x" < t)
mt.__index = function(t, k) return k .. "!" end
print(t.foo, t[1], t["a b"])
mt.__add = function(a, b) error("inside", 2) end
print(pcall(function() return t + 1 end))
