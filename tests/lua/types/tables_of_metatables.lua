-- Metatables, compared with each other, have none: what is there to learn?
local A, B = {}, {}
A.__index, B.__index = A, B
local function is(x, class) return getmetatable(x) == class end
local n, named = 0, {}
for i = 1, 30 do named[i] = setmetatable({}, {__name = "n" .. i, __index = A}) end
for _ = 1, 3 do
    for i = 1, 30 do
        if is(named[i], A) then n = n + 1 end
        if is(setmetatable({}, i % 2 == 0 and A or B), A) then n = n + 100 end
    end
end
print(n, is(A, A), is({}, nil), is(setmetatable({}, B), B))
setmetatable(B, {__eq = function(a, b) return rawequal(a, B) or rawequal(b, B) end})
print(is(setmetatable({}, B), A), is(setmetatable({}, A), B), is(named[1], A), A == B)
setmetatable(B, nil)
print(is(setmetatable({}, B), A), A == B)
