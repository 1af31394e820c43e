-- The game of life on a torus: a glider returns.
local W, H = 8, 8
local function grid(f)
    local g = {}
    for y = 0, H - 1 do
        g[y] = {}
        for x = 0, W - 1 do g[y][x] = f(x, y) end
    end
    return g
end
local function show(g)
    for y = 0, H - 1 do
        local row = {}
        for x = 0, W - 1 do row[#row + 1] = g[y][x] and "#" or "." end
        print(table.concat(row))
    end
end
local function step(g)
    return grid(function(x, y)
        local n = 0
        for dy = -1, 1 do
            for dx = -1, 1 do
                if (dx ~= 0 or dy ~= 0) and g[(y + dy) % H][(x + dx) % W] then
                    n = n + 1
                end
            end
        end
        return n == 3 or n == 2 and g[y][x]
    end)
end
local glider = {".#.", "..#", "###"}
local start = grid(function(x, y)
    return y < 3 and x < 3 and glider[y + 1]:sub(x + 1, x + 1) == "#"
end)
local g = start
for i = 1, 3 do g = step(g) end
show(g)
for i = 4, 4 * W do g = step(g) end
local same = true
for y = 0, H - 1 do for x = 0, W - 1 do same = same and g[y][x] == start[y][x] end end
print(same)
