-- Loops with two entries, and loops that share their blocks.
local function walk(n, inside)
    local log, i = {}, 0
    if inside then goto middle end
    ::top::
    i = i + 1
    log[#log + 1] = "t" .. i
    ::middle::
    i = i + 2
    log[#log + 1] = "m" .. i
    if i < n then
        if i % 2 == 0 then goto top end
        goto middle
    end
    return table.concat(log, " ")
end
for i = 1, 30 do walk(i, i % 3 == 0) end
print(walk(9, false)) print(walk(9, true)) print(walk(7.5, true)) print(walk(0, false))
local function both(a, b)
    local x, y = 0, 0
    ::one::
    x = x + 1
    if x > a then goto done end
    ::two::
    y = y + 1
    if y % b == 0 then goto one end
    if y < 1000 then goto two end
    ::done::
    return x, y
end
for i = 1, 20 do both(i, 3) end
print(both(5, 7)) print(both(100, 20)) print(both(1 << 40, 3.5)) print(pcall(both, {}, 1))
