-- Each binary event from the left, from the right, and from both.
local function op(s) return load("local a, b = ... return a " .. s .. " b") end
local names = {["+"] = "__add", ["-"] = "__sub", ["*"] = "__mul", ["/"] = "__div",
    ["%"] = "__mod", ["^"] = "__pow", ["//"] = "__idiv", ["&"] = "__band",
    ["|"] = "__bor", ["~"] = "__bxor", ["<<"] = "__shl", [">>"] = "__shr",
    [".."] = "__concat", ["<"] = "__lt", ["<="] = "__le", ["=="] = "__eq",
    [">"] = "__lt", [">="] = "__le", ["~="] = "__eq"}
local function name(x) return type(x) == "table" and x.n or tostring(x) end
local list = {}
for s in pairs(names) do list[#list + 1] = s end
table.sort(list)
for _, s in ipairs(list) do
    local mt = {[names[s]] = function(a, b) return name(a) .. "," .. name(b) end}
    local x, y = setmetatable({n = "x"}, mt), setmetatable({n = "y"}, mt)
    local f = op(s)
    print(s, f(x, y), select(2, pcall(f, x, 1)), select(2, pcall(f, "s", y)))
end
for s, e in pairs {["-"] = "__unm", ["~"] = "__bnot", ["#"] = "__len"} do
    local o = setmetatable({n = "o"}, {[e] = function(a, b) return name(a), 2 end})
    local v, w = load("local a = ... return " .. s .. "a")(o)
    assert(v == "o" and w == nil)
end
