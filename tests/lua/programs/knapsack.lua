local function knapsack(items, cap)
    local best, take = {}, {}
    for w = 0, cap do best[w] = 0 end
    for i, it in ipairs(items) do
        take[i] = {}
        for w = cap, it.w, -1 do
            local with = best[w - it.w] + it.v
            if with > best[w] then best[w], take[i][w] = with, true end
        end
    end
    local names, w = {}, cap
    for i = #items, 1, -1 do
        if take[i][w] then
            table.insert(names, 1, items[i].name)
            w = w - items[i].w
        end
    end
    return best[cap], table.concat(names, ","), cap - w
end
local items = {}
for name, w, v in ("map 9 150 compass 13 35 water 53 200 food 15 160 tin 68 45 "
    .. "sun 11 70 camera 32 30 rope 18 12.5 towel 18 12 book 30 10")
    :gmatch("(%a+) (%d+) ([%d.]+)") do
    items[#items + 1] = {name = name, w = tonumber(w), v = tonumber(v)}
end
print(knapsack(items, 100)) print(knapsack(items, 10)) print(knapsack(items, 5))
local function coins(list, sum)
    local ways = {[0] = 1}
    for _, c in ipairs(list) do
        for s = c, sum do ways[s] = (ways[s] or 0) + (ways[s - c] or 0) end
    end
    return ways[sum]
end
print(coins({1, 2, 5, 10, 20, 50}, 100), coins({3, 7}, 11), coins({3, 7}, 10))
