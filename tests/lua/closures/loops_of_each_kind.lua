-- What each loop's closures share, and what is theirs alone.
local function all(n)
    local fs = {}
    for i = 1, n do fs[#fs + 1] = function() i = i + 1 return i end end
    for k, v in pairs {10} do fs[#fs + 1] = function() v = v + k return v end end
    local w = 0
    while w < 2 do
        local x = w
        fs[#fs + 1] = function() x = x - 1 return x, w end
        w = w + 1
    end
    repeat
        local y = w
        fs[#fs + 1] = function() y = y .. w return y end
        w = w + 1
    until y == 3
    return fs
end
for _ = 1, 20 do all(2)[1]() end
local fs = all(2)
for round = 1, 2 do
    for i, f in ipairs(fs) do io.write(i, ":", table.concat({f()}, "/"), " ") end
    print()
end
local get, set
for i = 1, 3 do
    local v = i
    if i == 2 then
        get, set = function() return v end, function(x) v = x end
    end
end
for _, x in ipairs {5, 2.5, "s", false} do set(x) io.write(tostring(get()), " ") end
print(get())
