-- Chains of tables and functions, changed while accesses through them are hot.
local base = {kind = "base", zero = 0}
local function fallback(t, k) return k .. "?" end
local mid = setmetatable({}, {__index = base})
local top = setmetatable({own = 1}, {__index = mid})
local function get(o) return o.own, o.kind, o.zero, o.none end
for i = 1, 40 do get(top) end
print(get(top))
getmetatable(mid).__index = function(t, k) return base[k] or fallback(t, k) end
print(get(top))
mid.kind = "mid" print(get(top)) mid.kind = nil print(get(top))
getmetatable(top).__index = fallback print(get(top))
getmetatable(top).__index = mid base.none = false print(get(top))
setmetatable(mid, nil) print(get(top))
setmetatable(mid, {__index = setmetatable({}, {__index = function(_, k) return #k end})}) print(get(top))
setmetatable(mid, {__index = "text"}) print(pcall(get, top)) print(mid.len == string.len, mid.none)
setmetatable(mid, {__index = 5}) print(pcall(get, top))
local loop = {} setmetatable(loop, {__index = setmetatable({}, {__index = loop})})
getmetatable(getmetatable(loop).__index).__index = loop
print(select(2, pcall(function() return loop.x end)))
local n, p = 0, {}
for i = 1, 30 do p = setmetatable({["k" .. i] = i}, {__index = p}) end
for i = 1, 30 do n = n + p["k" .. i] end
print(n, p.k1, p.k31, rawget(p, "k1"))
