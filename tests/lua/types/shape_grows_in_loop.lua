-- Fields are added, removed and retyped inside the loop that reads them.
local function run(o, n)
    local s = 0
    for i = 1, n do
        if i % 10 == 0 then o["p" .. i] = i end
        if i == 25 then o.x = 0.5 elseif i == 35 then o.x = nil elseif i == 36 then o.x = 2 end
        s = s + (o.x or 100) + (o.p10 or 0)
        if i % 15 == 0 then o.p10 = nil end
    end
    return s
end
print(run({x = 1}, 50), run({x = 1}, 50), run({x = 1.5}, 20), run({}, 60))
local o = {x = 1} for i = 1, 30 do o[i] = i o["k" .. i] = i end
print(run(o, 40), #o, o.k30, o.p40) for i = 1, 30 do o["k" .. i] = nil end
print(run(o, 40), next({}), o.k1, o.p10) print(run(setmetatable({}, {__index = function() return 1 end}), 40))
local names = {} for k in pairs(o) do if type(k) == "string" then names[#names + 1] = k end end
table.sort(names) print(table.concat(names, " "))
