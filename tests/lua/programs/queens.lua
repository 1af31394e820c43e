local function queens(n)
    local cols, up, down, count, first = {}, {}, {}, 0
    local at = {}
    local function place(r)
        if r > n then
            count = count + 1
            first = first or table.concat(at, " ")
            return
        end
        for c = 1, n do
            if not (cols[c] or up[r + c] or down[r - c]) then
                cols[c], up[r + c], down[r - c], at[r] = true, true, true, c
                place(r + 1)
                cols[c], up[r + c], down[r - c] = nil, false, nil
            end
        end
    end
    place(1)
    return count, first
end
for n = 1, 6 do print(n, queens(n)) end
local function bits(n, row, l, r)
    local all = (1 << n) - 1
    if row == all then return 1 end
    local free, s = all & ~(row | l | r), 0
    while free ~= 0 do
        local b = free & -free
        free = free ~ b
        s = s + bits(n, row | b, (l | b) << 1, (r | b) >> 1)
    end
    return s
end
print(bits(7, 0, 0, 0))
