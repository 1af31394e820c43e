-- Objects of many shapes pass one field access.
local function area(o) return o.w * o.h end
local makers = {
    function(i) return {w = i, h = 2} end,
    function(i) return {h = 2, w = i} end,
    function(i) return {x = 0, w = i, h = 2} end,
    function(i) local o = {} o.w = i o.h = 2 return o end,
    function(i) return {w = i + 0.5, h = 2} end,
    function(i) return {w = tostring(i), h = 2} end,
    function(i) return setmetatable({w = i}, {__index = {h = 2}}) end,
    function(i)
        return setmetatable({}, {__index = function() return i end})
    end,
    function(i) return {1, 2, 3, w = i, h = 2, [i] = i} end,
}
for n = 1, #makers do
    local s = 0
    for i = 1, 50 do s = s + area(makers[i % n + 1](i)) end
    print(n, s)
end
local o = makers[1](3)
for i = 1, 50 do area(o) end
o.h = nil
print(pcall(area, o))
o.h = 2.5 print(area(o))
o[1] = 1 print(area(o))
for i = 1, 20 do o["k" .. i] = i end print(area(o))
for i = 1, 20 do o["k" .. i] = nil end print(area(o))
