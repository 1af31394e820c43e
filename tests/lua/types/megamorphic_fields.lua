-- Forty shapes at one access: read, write, call of a method, and absent.
local function mk(i)
    local o = {}
    for j = 1, i % 10 do o["f" .. (i + j) % 13] = j end
    o.x = i
    function o:get() return self.x end
    if i % 4 == 0 then o.y = i / 2 end
    return o
end
local all, sum, ys = {}, 0, 0
for i = 1, 40 do all[i] = mk(i) end
local function use(o) o.x = o.x + 1 return o:get(), o.y end
for round = 1, 3 do for i = 1, 40 do local a, b = use(all[i]) sum, ys = sum + a, ys + (b or 0) end end
print(sum, ys) all[1].x = 1.5 all[2].x = "7" all[3].get = function() return 0.25 end
print(use(all[1])) print(use(all[2])) print(use(all[3])) all[4].x = nil print(pcall(use, all[4]))
setmetatable(all[5], {__index = {y = "proto"}, __newindex = error}) print(use(all[5]))
all[6].get = nil print(pcall(use, all[6])) print(use(setmetatable({x = 1}, {__index = all[7]})))
