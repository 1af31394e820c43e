-- Generators that recurse: permutations, subsets, partitions, Gray codes.
local yield, wrap = coroutine.yield, coroutine.wrap
local function permutations(t)
    local function go(n)
        if n <= 1 then yield(t) end
        for i = 1, n > 1 and n or 0 do
            t[n], t[i] = t[i], t[n]
            go(n - 1)
            t[n], t[i] = t[i], t[n]
        end
    end
    return wrap(function() go(#t) end)
end
local function subsets(t, k)
    local function go(from, picked)
        if #picked == k then yield(table.unpack(picked)) return end
        for i = from, #t do
            picked[#picked + 1] = t[i]
            go(i + 1, picked)
            picked[#picked] = nil
        end
    end
    return wrap(go), 1, {}
end
local n, odd, words = 0, 0, {}
for p in permutations {1, 2, 3, 4, 5} do
    n = n + 1
    if p[1] > p[5] then odd = odd + 1 end
end
for p in permutations {"a", "b", "c"} do words[#words + 1] = table.concat(p) end
print(n, odd, table.concat(words, " "))
local next, from, picked = subsets({1, 2, 3, 4, 5}, 3)
local sums, a, b, c = {}, next(from, picked)
while a do
    sums[#sums + 1] = a + b + c
    a, b, c = next()
end
print(#sums, table.concat(sums, " "))
local function partitions(n)
    local function go(left, most, s)
        if left == 0 then yield(s) end
        for k = math.min(left, most), 1, -1 do go(left - k, k, s .. k .. " ") end
    end
    return wrap(function() go(n, n, "") end)
end
local lines = {}
for s in partitions(5) do lines[#lines + 1] = s end
print(#lines, table.concat(lines, "| "))
local gray = wrap(function() for i = 0, 1 / 0 do yield(i ~ i >> 1) end end)
local row = {}
for _ = 1, 10 do row[#row + 1] = gray() end
print(table.concat(row, " "))
for _, t in ipairs {{}, {7}} do for p in permutations(t) do print(#p, p[1]) end end
