-- Unification and a small logic machine: backtracking by coroutines.
local Var = {}
local function var(name) return setmetatable({name = name}, Var) end
local function isvar(x) return getmetatable(x) == Var end
local function term(f, ...) return {f = f, n = select("#", ...), ...} end
local trail = {}
local function deref(x)
    while isvar(x) and x.ref ~= nil do x = x.ref end
    return x
end
local function bind(v, x) v.ref = x trail[#trail + 1] = v return true end
local function undo(mark)
    for i = #trail, mark + 1, -1 do
        trail[i].ref = nil
        trail[i] = nil
    end
end
local function unify(a, b)
    a, b = deref(a), deref(b)
    if rawequal(a, b) then return true end
    if isvar(a) then return bind(a, b) end
    if isvar(b) then return bind(b, a) end
    if type(a) ~= "table" or type(b) ~= "table" then return a == b end
    if a.f ~= b.f or a.n ~= b.n then return false end
    for i = 1, a.n do if not unify(a[i], b[i]) then return false end end
    return true
end
local function show(x)
    x = deref(x)
    if isvar(x) then return "_" .. x.name end
    if type(x) ~= "table" then return tostring(x) end
    if x.n == 0 then return x.f end
    if x.f == "." then
        local out = {}
        while type(x) == "table" and x.f == "." and x.n == 2 do
            out[#out + 1], x = show(x[1]), deref(x[2])
        end
        local rest = show(x)
        return "[" .. table.concat(out, ",") .. (rest == "[]" and "" or "|" .. rest) .. "]"
    end
    local out = {}
    for i = 1, x.n do out[i] = show(x[i]) end
    return x.f .. "(" .. table.concat(out, ",") .. ")"
end
local empty = term "[]"
local function list(...)
    local l = empty
    for i = select("#", ...), 1, -1 do l = term(".", (select(i, ...)), l) end
    return l
end
-- A goal calls its continuation for each solution.
local function eq(a, b)
    return function(k)
        local mark = #trail
        if unify(a, b) then k() end
        undo(mark)
    end
end
local function both(g, h) return function(k) g(function() h()(k) end) end end
local function either(...)
    local goals = {...}
    return function(k) for _, g in ipairs(goals) do g()(k) end end
end
local function append(a, b, c)
    local h, t, r = var "H", var "T", var "R"
    return either(
        function() return both(eq(a, empty), function() return eq(b, c) end) end,
        function()
            return both(eq(term("+", a, c), term("+", term(".", h, t), term(".", h, r))),
                function() return append(t, b, r) end)
        end)
end
local function solutions(goal) return coroutine.wrap(function() goal(function() coroutine.yield(true) end) end) end
local x, y, z = var "X", var "Y", var "Z"
print(unify(term("f", x, term("g", y)), term("f", 1, term("g", "a"))), show(x), show(y))
undo(0)
print(unify(term("f", x, x), term("f", 1, 2)), unify(term "a", term("a", 1)))
undo(0)
print(unify(x, y), unify(y, z), unify(z, 1.0), unify(x, 1), show(x))
undo(0)
for _ in solutions(append(x, y, list(1, 2, 3))) do print(show(x), show(y)) end
for _ in solutions(append(list("a", "b"), list("c"), z)) do print(show(z)) end
for _ in solutions(append(x, list(3), list(1, 2, 3))) do print("init", show(x)) end
local n = 0
for _ in solutions(append(x, y, list(table.unpack({}, 1, 0)))) do n = n + 1 end
print(n, #trail, show(term("p", x, list(x, y), empty, term(".", 1, x))))
