-- Assigning to existing fields and clearing them while pairs runs.
local function keys(t) local k = {} for x in pairs(t) do k[#k + 1] = tostring(x) end table.sort(k) return table.concat(k, " ") end
local t = {} for i = 1, 20 do t[i] = i t["s" .. i] = i end
for k, v in pairs(t) do if v % 2 == 0 then t[k] = nil else t[k] = v * 2 end end print(keys(t))
for k in pairs(t) do t[k] = nil end print(next(t), keys(t), #t) for i = 1, 5 do t[i] = 6 - i end
local order = {} for k, v in pairs(t) do order[#order + 1] = k .. v end print(table.concat(order, " "))
print(pcall(next, {}, "nokey")) print(next({}), next({5}), next({5}, 1), rawequal(next, next)) print(type(next), pcall(next)) local n = 0
for k, v in next, {a = 1, b = 2, 3, 4.5} do n = n + v end print(n) for i, v in ipairs({1, 2, nil, 4}) do n = n * 10 + v end print(n)
local p = {10, 20, 30} for i, v in ipairs(p) do if i < 6 then p[i + 1] = v + 1 end end print(#p, p[6]) for i, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return i * i end end})) do io.write(i, "=", v, " ") end print()
for i = 1, 20 do local c = 0 for _ in pairs({x = 1, y = 2, i}) do c = c + 1 end assert(c == 3) end local e = {} e.x = 1 e.x = nil e.y = 2 print(next(e)) collectgarbage() print(next(e))
