-- Turing machines on a tape of a table, cellular automata, Langton's ant.
local function turing(rules, tape, state, limit)
    local pos, steps, cells = 1, 0, {}
    for i = 1, #tape do cells[i] = tape:sub(i, i) end
    while state ~= "halt" and steps < limit do
        local r = rules[state .. (cells[pos] or "_")]
        if not r then return nil, "no rule for " .. state .. (cells[pos] or "_") end
        cells[pos], state = r[1], r[3]
        pos = pos + (r[2] == "R" and 1 or r[2] == "L" and -1 or 0)
        steps = steps + 1
    end
    local lo, hi = math.huge, -math.huge
    for k in pairs(cells) do lo, hi = math.min(lo, k), math.max(hi, k) end
    local out = {}
    for i = lo, hi do out[#out + 1] = cells[i] or "_" end
    return table.concat(out), steps, state
end
local increment = {s0 = {"0", "R", "s"}, s1 = {"1", "R", "s"}, s_ = {"_", "L", "c"}, c1 = {"0", "L", "c"}, c0 = {"1", "N", "halt"}, c_ = {"1", "N", "halt"}}
for _, t in ipairs {"1011", "111", "0"} do print(turing(increment, t, "s", 99)) end
local beaver = {a_ = {"1", "R", "b"}, a1 = {"1", "L", "c"}, b_ = {"1", "L", "a"}, b1 = {"1", "R", "b"}, c_ = {"1", "L", "b"}, c1 = {"1", "R", "halt"}}
print(turing(beaver, "", "a", 99)) print(turing(increment, "1x", "s", 99)) print(turing(increment, "11", "s", 2))
local function rule(n, width, rows)
    local row, out = {}, {}
    for i = 1, width do row[i] = 0 end
    row[width // 2 + 1] = 1
    for y = 1, rows do
        out[y] = table.concat(row):gsub("0", "."):gsub("1", "#")
        local nextrow = {}
        for i = 1, width do nextrow[i] = n >> ((row[i - 1] or 0) << 2 | row[i] << 1 | (row[i + 1] or 0)) & 1 end
        row = nextrow
    end
    return table.concat(out, "\n")
end
print(rule(90, 15, 6)) print(rule(110, 15, 4)) print(rule(30.0, 9, 3))
local dirs, grid, x, y, d, black = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}}, {}, 0, 0, 0, 0
for _ = 1, 300 do
    local k = x .. "," .. y
    if grid[k] then grid[k], black, d = nil, black - 1, (d - 1) % 4 else grid[k], black, d = true, black + 1, (d + 1) % 4 end
    x, y = x + dirs[d + 1][1], y + dirs[d + 1][2]
end
print(black, x, y, d)
