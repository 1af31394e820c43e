-- Continue and break of outer loops, out of loops of every kind.
local function primes(n)
    local out = {}
    for i = 2, n do
        for _, p in ipairs(out) do
            if p * p > i then break end
            if i % p == 0 then goto next end
        end
        out[#out + 1] = i
        ::next::
    end
    return out
end
print(#primes(300), table.concat(primes(30), " "))
local function search(grid, want)
    local steps, y = 0, 0
    while true do
        y = y + 1
        local row = grid[y]
        if not row then goto missing end
        local x = 0
        repeat
            x = x + 1
            steps = steps + 1
            if row[x] == nil then goto next_row end
            for k, v in pairs {row[x]} do
                if v == want and k == 1 then goto found end
            end
        until false
        ::found::
        do return y, x, steps end
        ::next_row::
    end
    ::missing::
    return nil, steps
end
for _ = 1, 20 do search({{1, 2}, {3}, {}, {4, 5, 6}}, 5) end
print(search({{1, 2}, {3}, {}, {4, 5, 6}}, 5)) print(search({{1}, {"a", 2.0}}, 2))
print(search({}, 1)) print(search({{1, nil, 3}}, 3))
local s = 0
for i = 1, 20 do
    if i % 2 == 0 then goto continue end
    for j = 1, 10 do
        if j > i then goto continue end
        if j % 2 == 0 then goto inner end
        s = s + i * j
        ::inner::
    end
    ::continue::
end
print(s)
