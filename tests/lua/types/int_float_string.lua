-- One addition meets integers, floats, strings and objects in turn.
local V = {}
V.__add = function(a, b)
    local x = type(a) == "table" and a.v or a
    local y = type(b) == "table" and b.v or b
    return setmetatable({v = x + y}, V)
end
local function add(a, b) return a + b end
local function sum(list, start)
    local s = start
    for i = 1, #list do s = add(s, list[i]) end
    return s
end
local ints, floats, texts, objects = {}, {}, {}, {}
for i = 1, 60 do
    ints[i], floats[i], texts[i] = i, i / 2, tostring(i)
    objects[i] = setmetatable({v = i}, V)
end
for round = 1, 3 do
    print(sum(ints, 0), sum(floats, 0), sum(texts, 0))
    print(sum(objects, 0).v, sum(ints, 0.5), sum(floats, "1"))
end
print(pcall(sum, {1, 2, {}}, 0))
print(sum(ints, math.maxinteger))
