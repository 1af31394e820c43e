-- A sum that is small for long, and then wraps around.
local function fact(n)
    local p = 1
    for i = 2, n do p = p * i end
    return p
end
for i = 1, 60 do fact(i % 15) end
for i = 18, 24 do print(i, fact(i)) end
local function double(x, n)
    for _ = 1, n do x = x + x end
    return x
end
for i = 1, 80 do double(1, 20) end
for n = 60, 65 do print(n, double(1, n), double(-1, n), double(1.0, n)) end
local function neg(x) return -x end
for i = 1, 100 do neg(i) end
print(neg(math.mininteger), neg(0), neg(0.0), neg("3"), neg(math.maxinteger))
