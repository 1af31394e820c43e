-- Minus, not, length and complement: objects, numbers, strings in one place.
local mt = {__unm = function(a, b) return rawequal(a, b) and "unm" end, __bnot = function(a) return a.v end,
    __len = function(a) return a.v end}
local function each(x) return -x, #x, ~x end
local function neg(x) return -x end
local function inv(x) return ~x end
local function len(x) return #x end
for i = 1, 40 do neg(i) inv(i) len("abc") end
local o = setmetatable({v = 7}, mt)
print(neg(o), inv(o), len(o), not o) print(each(o))
print(neg(1.5), neg("2"), neg("0x10"), neg("1e1"), neg(math.mininteger), neg(-0.0), neg("-0"))
print(inv(0), inv(-1.0), pcall(inv, "3"), inv(2 ^ 31)) print(len "", len {1, 2}, len(setmetatable({1}, {})))
for _, v in ipairs {{}, true, print, "x", 1.5} do
    print(pcall(neg, v)) print(pcall(inv, v)) print(pcall(len, v))
end
print(pcall(neg)) print(pcall(inv)) print(pcall(len))
o.v = "text" print(inv(o), len(o)) o.v = nil print(inv(o), len(o))
mt.__unm = nil print(pcall(neg, o)) mt.__len = nil print(len(o))
