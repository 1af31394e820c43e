-- Right sides first, then assignments, the last one first.
local log = {}
local function t(name) return setmetatable({}, {
    __newindex = function(_, k, v) log[#log + 1] = name .. k .. "=" .. tostring(v) end,
    __index = function(_, k) log[#log + 1] = name .. k return k end}) end
local a, b = t "a", t "b"
a.x, b.y = 1, 2
a[b.k], b[a.l] = a.m, b.n
print(table.concat(log, " "))
