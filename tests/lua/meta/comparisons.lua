-- Order by methods: mixed operands, negation, non-booleans, sorting by them.
local V = {}
V.__lt = function(a, b) return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) end
V.__le = function(a, b) return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b) end
V.__eq = function(a, b) return a.v == b.v end
local function new(v) return setmetatable({v = v}, V) end
local function cmp(a, b) return a < b, a <= b, a > b, a >= b, a == b, a ~= b end
for i = 1, 40 do cmp(i, 20) end
print(cmp(new(1), new(2))) print(cmp(new(2), new(2.0))) print(cmp(new(3), 2)) print(cmp(2.5, new(3)))
print(cmp("a", "b")) print(cmp("10", "9")) print(cmp(1, 1.5)) print(pcall(cmp, 1, "1")) print(pcall(cmp, new "a", 1))
print(pcall(cmp, {}, {})) print(pcall(cmp, nil, 1)) print(pcall(cmp, print, print)) print(pcall(cmp, true, false))
V.__lt = function() return 1 end V.__le = function() return nil end V.__eq = function() return "yes" end
print(cmp(new(1), new(1))) local s = new(1) print(cmp(s, s)) print(pcall(cmp, new(1), setmetatable({}, {})))
V.__lt = function(a, b) return a.v < b.v end
local list = {}
for i = 1, 25 do list[i] = new(i * 7 % 26) end
table.sort(list)
for i, o in ipairs(list) do io.write(o.v, i < 25 and " " or "\n") end
table.sort(list, function(a, b) return a > b end) print(list[1].v, list[25].v)
print(new(1) == new(2), rawequal(list[1], list[1]), new(1) == 1, {} == {})
