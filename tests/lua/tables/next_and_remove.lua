local t = {} for i = 1, 20 do t[i] = i t["k" .. i] = i end
local n, s = 0, 0 for k, v in pairs(t) do n, s = n + 1, s + v t[k] = nil end
print(n, s, next(t))
for i = 1, 10 do t[i] = i end for k in pairs(t) do if k % 2 == 0 then t[k] = nil end end
local left = {} for k in pairs(t) do left[#left + 1] = k end table.sort(left)
print(table.concat(left, " "))
for k, v in pairs(t) do t[k] = v * 2 end print(t[1], t[9], pcall(next, t, "none"))
print(rawequal(next, pairs({})), select("#", next({})), next({5}))
