-- Noughts and crosses solved by search with a table of positions, and a draw.
local lines = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {1, 4, 7}, {2, 5, 8}, {3, 6, 9}, {1, 5, 9}, {3, 5, 7}}
local function winner(b)
    for _, l in ipairs(lines) do
        local x = b:sub(l[1], l[1])
        if x ~= "." and x == b:sub(l[2], l[2]) and x == b:sub(l[3], l[3]) then return x end
    end
    return not b:find(".", 1, true) and "draw" or nil
end
local seen, count = {}, 0
local other = {x = "o", o = "x"}
local function value(b, who)
    local v = seen[b]
    if v then return v end
    count = count + 1
    local w = winner(b)
    if w then
        v = w == "draw" and 0 or w == "x" and 1 or -1
    else
        v = who == "x" and -2 or 2
        for i = 1, 9 do
            if b:sub(i, i) == "." then
                local s = value(b:sub(1, i - 1) .. who .. b:sub(i + 1), other[who])
                if who == "x" and s > v or who == "o" and s < v then v = s end
            end
        end
    end
    seen[b] = v
    return v
end
print(value("x...o....", "x"), count) print(value("xo.......", "x"), value("x.o.o.x..", "x"), value("xx.oo....", "o"))
local b, who, moves = "x...o....", "x", {}
while not winner(b) do
    local best
    for i = 1, 9 do
        if b:sub(i, i) == "." then
            local n = b:sub(1, i - 1) .. who .. b:sub(i + 1)
            local v = value(n, other[who]) * (who == "x" and 1 or -1)
            if not best or v > best[1] then best = {v, n, i} end
        end
    end
    b, who, moves[#moves + 1] = best[2], other[who], best[3]
end
print(b, winner(b), table.concat(moves, " "), count)
