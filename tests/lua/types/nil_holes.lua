local function fill(n) local t = {} for i = 1, n do t[i] = i end return t end
local function sum(t, n)
    local s = 0
    for i = 1, n do
        local v = t[i]
        if v then s = s + v end
    end
    return s
end
local t = fill(50)
for i = 1, 20 do sum(t, 50) end
print(sum(t, 50), sum(t, 60))
t[25] = nil print(sum(t, 50))
t[10] = 0.5 print(sum(t, 50))
for i = 1, 50, 2 do t[i] = nil end
print(sum(t, 50))
local n = 0
for k, v in pairs(t) do n = n + k end
print(n)
setmetatable(t, {__index = function(_, k) return k * 1000 end})
print(sum(t, 50))
setmetatable(t, {__index = {[3] = 1, [5] = 2}})
print(sum(t, 50))
local u = fill(10)
for i = 10, 1, -1 do u[i] = nil print(#u) end
