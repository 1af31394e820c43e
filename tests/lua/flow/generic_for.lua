local function range(n) local i = 0 return function() i = i + 1 if i <= n then return i, i * i end end end
for i, sq in range(3) do print(i, sq) end
local function iter(s, c) if c < s then return c + 1 end end
for i in iter, 3, 0 do print(i) end
for a, b, c in function(_, c) if not c then return 1, 2 end end do print(a, b, c) end
local t = {10, 20, 30, nil, 50}
for i, v in ipairs(t) do print(i, v) end
local keys = {}
for k in pairs {x = 1, y = 2, 5, 6} do keys[#keys + 1] = tostring(k) end
print(#keys)
for k, v in next, {7} do print(k, v) end
local p = setmetatable({}, {__pairs = function(t) return function(_, k) k = (k or 0) + 1 if k < 3 then return k, "v" .. k end end, t, nil end})
for k, v in pairs(p) do print(k, v) end
local q = setmetatable({}, {__index = function(t, i) if i < 4 then return i * 10 end end})
for i, v in ipairs(q) do print(i, v) end
print(pcall(function() for x in 5 do end end))
print(pcall(function() for x in nil do end end))
local fs = {}
for i, v in ipairs {"a", "b", "c"} do fs[i] = function() v = v .. i return v end end
print(fs[1](), fs[1](), fs[3]())
local z = {1, 2, 3, 4, 5, a = 1, b = 2}
for k in pairs(z) do z[k] = nil end print(next(z))
