-- One generic for runs over pairs, ipairs, next, closures, objects.
local function walk(...)
    local n = 0
    for k, v in ... do n = n + (tonumber(v) or 1) end
    return n
end
local list = {1, 2, 3, 4, 5}
for i = 1, 40 do walk(pairs(list)) end
print(walk(pairs(list)), walk(ipairs(list)), walk(next, list))
print(walk(pairs {a = 1, b = 2}), walk(("1 2 3"):gmatch("(%d)()")))
local function upto(n)
    local i = 0
    return function() i = i + 1 if i <= n then return i, i end end
end
print(walk(upto(10)))
print(walk(coroutine.wrap(function()
    for i = 1, 4 do coroutine.yield(i, i) end
end)))
local obj = setmetatable({}, {__call = function(_, s, c)
    c = (c or 0) + 1
    if c <= s then return c, c end
end})
print(walk(obj, 6))
local P = setmetatable({}, {__pairs = function() return next, {7, 8}, nil end})
print(walk(pairs(P)))
print(pcall(walk, 5)) print(pcall(walk)) print(pcall(walk, next, nil))
