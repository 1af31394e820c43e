local log = {}
local base = setmetatable({}, {__newindex = function(t, k, v)
    log[#log + 1] = k
    rawset(t, k, v)
end})
local mid = setmetatable({}, {__newindex = base})
local o = setmetatable({have = 1}, {__newindex = mid})
o.a = 1 o.have = 2 o.a = 3 o[1] = "x" o.b = nil
print(rawget(o, "a"), rawget(mid, "a"), base.a, o.have, base[1], table.concat(log, " "))
local p = setmetatable({}, {__newindex = 5}) print(pcall(function() p.x = 1 end))
local loop = {} setmetatable(loop, {__newindex = loop})
print(pcall(function() loop.x = 1 end))
local ro = setmetatable({}, {__newindex = function(_, k) error("no " .. tostring(k), 2) end})
for _, f in ipairs {function() ro.x = 1 end, function() ro[1] = 1 end,
    function() rawset(ro, "x", 1) end, function() ro.x = 2 end,
    function() ro[nil] = 1 end} do
    print(pcall(f))
end
print(pcall(next, {}, "nokey")) print(rawlen({1, 2}), rawlen("abc"), rawequal(ro, ro))
