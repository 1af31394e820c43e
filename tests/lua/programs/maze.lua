-- Mazes by depth first search and a generator of our own; shortest ways by A*.
local seed = 42
local function random(n)
    seed = seed * 1103515245 + 12345 & 0x7fffffff
    return (seed >> 8) % n + 1
end
local dirs = {{0, -1, "N", "S"}, {1, 0, "E", "W"}, {0, 1, "S", "N"}, {-1, 0, "W", "E"}}
local function maze(w, h)
    local cells = {}
    for y = 1, h do
        cells[y] = {}
        for x = 1, w do cells[y][x] = {} end
    end
    local function carve(x, y)
        cells[y][x].seen = true
        local order = {1, 2, 3, 4}
        for i = 4, 2, -1 do
            local j = random(i)
            order[i], order[j] = order[j], order[i]
        end
        for _, o in ipairs(order) do
            local dx, dy, there, back = table.unpack(dirs[o])
            local row = cells[y + dy]
            local cell = row and row[x + dx]
            if cell and not cell.seen then
                cells[y][x][there], cell[back] = true, true
                carve(x + dx, y + dy)
            end
        end
    end
    carve(1, 1)
    return cells
end
local function solve(cells, tx, ty)
    local function key(x, y) return x * 1000 + y end
    local best, from = {[key(1, 1)] = 0}, {}
    local open, visits = {{1, 1, tx + ty - 2}}, 0
    while #open > 0 do
        local least = 1
        for i = 2, #open do if open[i][3] < open[least][3] then least = i end end
        local x, y = table.unpack(table.remove(open, least))
        visits = visits + 1
        if x == tx and y == ty then
            local path, k = {}, key(x, y)
            while k do path[k], k = true, from[k] end
            return best[key(x, y)], path, visits
        end
        for _, d in ipairs(dirs) do
            local nx, ny = x + d[1], y + d[2]
            if cells[y][x][d[3]] then
                local cost, k = best[key(x, y)] + 1, key(nx, ny)
                if not best[k] or cost < best[k] then
                    best[k], from[k] = cost, key(x, y)
                    open[#open + 1] = {nx, ny, cost + math.abs(tx - nx) + math.abs(ty - ny)}
                end
            end
        end
    end
end
local function draw(cells, path)
    local top = {"+"}
    for _ in ipairs(cells[1]) do top[#top + 1] = "--+" end
    print(table.concat(top))
    for y, row in ipairs(cells) do
        local mid, low = {"|"}, {"+"}
        for x, c in ipairs(row) do
            mid[#mid + 1] = (path[x * 1000 + y] and "* " or "  ") .. (c.E and " " or "|")
            low[#low + 1] = (c.S and "  " or "--") .. "+"
        end
        print(table.concat(mid))
        print(table.concat(low))
    end
end
local m = maze(9, 5)
local steps, path, visits = solve(m, 9, 5)
draw(m, path)
print(steps, visits)
local big = maze(14, 14)
print((solve(big, 14, 14)), (solve(big, 1, 14)), (solve(big, 1, 1)))
