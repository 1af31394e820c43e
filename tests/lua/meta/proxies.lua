-- Tables that watch, count, forbid or default; access by them in a hot loop.
local function watch(t)
    local log = {}
    return setmetatable({}, {
        __index = function(_, k) log[#log + 1] = "r" .. tostring(k) return t[k] end,
        __newindex = function(_, k, v) log[#log + 1] = "w" .. tostring(k) t[k] = v end,
        __len = function() return #t end,
        __pairs = function() return function(_, k) return next(t, k) end end,
    }), log
end
local function constant(t)
    return setmetatable({}, {__index = t, __newindex = function(_, k) error("no " .. k .. " here", 2) end})
end
local function default(v) return setmetatable({}, {__index = function() return v end}) end
local function swap(t, i, j) t[i], t[j] = t[j], t[i] end
local plain = {1, 2, 3}
for i = 1, 40 do swap(plain, 1, 3) end
local p, log = watch {10, 20, 30}
swap(p, 1, 3) print(p[1], p[3], #p, rawlen(p), table.concat(log, " "))
print(pcall(swap, constant {1, 2}, 1, 2)) print(constant({5})[1])
local c = default(0)
for w in ("a b a c b a"):gmatch "%a" do c[w] = c[w] + 1 end
print(c.a, c.b, c.c, c.d, rawget(c, "d"))
local n = 0
for k, v in pairs(p) do n = n + k * v end
print(n, next(p), #log)
local sums = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end})
for i = 1, 30 do sums[i] = i end for i = 1, 30 do sums[i] = sums[i] + 1 end
print(sums[1], sums[30], #sums)
print(table.unpack(p)) print(table.concat(p, ",")) table.insert(p, 40) table.sort(p) print(table.unpack(p))
