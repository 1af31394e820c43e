-- Symbolic algebra: derivatives and rewriting on trees of tables. modes: tier0 tier1 now default background osr deopt image check generic spill
local E = {}
E.__index = E
local function num(x) return setmetatable({op = "num", x}, E) end
local function lift(x) return getmetatable(x) == E and x or num(x) end
local function sym(s) return setmetatable({op = "sym", s}, E) end
local function make(op) return function(a, b) return setmetatable({op = op, lift(a), lift(b)}, E) end end
local ops = {["+"] = "__add", ["-"] = "__sub", ["*"] = "__mul", ["/"] = "__div", ["^"] = "__pow"}
for op, event in pairs(ops) do E[event] = make(op) end
E.__unm = function(a) return num(0) - a end
local level = {["+"] = 1, ["-"] = 1, ["*"] = 2, ["/"] = 2, ["^"] = 3}
function E:__tostring()
    if self.op == "num" or self.op == "sym" then return tostring(self[1]) end
    local l, r, p = tostring(self[1]), tostring(self[2]), level[self.op]
    if (level[self[1].op] or 9) < p then l = "(" .. l .. ")" end
    if (level[self[2].op] or 9) <= p then r = "(" .. r .. ")" end
    return l .. " " .. self.op .. " " .. r
end
function E.__eq(a, b)
    if a.op ~= b.op then return false end
    return a[1] == b[1] and a[2] == b[2]
end
local function is(e, n) return e.op == "num" and e[1] == n end
local fold = {
    ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
    ["*"] = function(a, b) return a * b end, ["^"] = function(a, b) return a ^ b end,
    ["/"] = function(a, b) if b ~= 0 and a % b == 0 then return a // b end end,
}
local rules = {
    ["+"] = function(a, b)
        if is(a, 0) then return b elseif is(b, 0) then return a
        elseif a == b then return 2 * a end
    end,
    ["-"] = function(a, b)
        if is(b, 0) then return a elseif a == b then return num(0) end
    end,
    ["*"] = function(a, b)
        if is(a, 0) or is(b, 0) then return num(0)
        elseif is(a, 1) then return b elseif is(b, 1) then return a
        elseif b.op == "num" then return b * a
        elseif a.op == "num" and b.op == "*" and b[1].op == "num" then
            return num(a[1] * b[1][1]) * b[2]
        end
    end,
    ["/"] = function(a, b) if is(b, 1) then return a elseif a == b then return num(1) end end,
    ["^"] = function(a, b) if is(b, 1) then return a elseif is(b, 0) then return num(1) end end,
}
local function simplify(e)
    if not level[e.op] then return e end
    local a, b = simplify(e[1]), simplify(e[2])
    if a.op == "num" and b.op == "num" then
        local v = fold[e.op](a[1], b[1])
        if v then return num(v) end
    end
    local r = rules[e.op](a, b)
    if r then return simplify(r) end
    return setmetatable({op = e.op, a, b}, E)
end
local function d(e, x)
    local op, a, b = e.op, e[1], e[2]
    if op == "num" then return num(0)
    elseif op == "sym" then return num(a == x and 1 or 0)
    elseif op == "+" then return d(a, x) + d(b, x)
    elseif op == "-" then return d(a, x) - d(b, x)
    elseif op == "*" then return d(a, x) * b + a * d(b, x)
    elseif op == "/" then return (d(a, x) * b - a * d(b, x)) / b ^ 2
    elseif b.op == "num" then return b * a ^ num(b[1] - 1) * d(a, x)
    end
    error("cannot derive " .. tostring(e), 0)
end
local function value(e, env)
    if e.op == "num" then return e[1]
    elseif e.op == "sym" then return env[e[1]] or error("no value for " .. e[1], 0) end
    local a, b = value(e[1], env), value(e[2], env)
    if e.op == "/" then return a / b end
    return fold[e.op](a, b)
end
local x, y = sym "x", sym "y"
for _, e in ipairs {x + 0, 1 * x, x * x + 3 * x - 5, (x + 1) * (x - 1), x / x + y - y,
    2 * (3 * x), (x + 1) ^ 3, 1 / x, x ^ 2.5, -x, 3 - (2 - x)} do
    print(e, "=>", simplify(e), "d", simplify(d(e, "x")))
end
local p = (x + y) ^ 2 / (x - y)
print(value(p, {x = 3, y = 1}), value(p, {x = 1, y = 1}), pcall(value, p, {x = 1}))
print(pcall(d, num(2) ^ x, "x")) print(x + y == x + y, x == y, simplify(x + x - 2 * x))
for i = 1, 3 do p = d(p, "x") end
print(#tostring(simplify(p)), value(p, {x = 3, y = 1}))
