-- A local that is an integer, then a float, then a string, then a table.
local function run(list, f) local acc for i = 1, #list do acc = f(acc, list[i]) end return acc end
local function add(a, x) if a == nil then return x end return a + x end
local ints, mixed = {}, {} for i = 1, 50 do ints[i] = i mixed[i] = i > 40 and i + 0.5 or i end
for _ = 1, 5 do run(ints, add) end print(run(ints, add), run(mixed, add), run({}, add), run({"1", "2.5", 3}, add))
local function widen(n) local v = 0 for i = 1, n do if i < 20 then v = v + 1 elseif i < 30 then v = v + 0.5 elseif i < 40 then v = v .. "" elseif i == 40 then v = {v} elseif i == 46 then v = #v end if i == 46 then v = tostring(v) end end return v end
for _, k in ipairs {10, 25, 35, 40, 44, 46, 50} do local v = widen(k) print(k, type(v), type(v) == "table" and v[1] or v) end
local function ping(n) local a, b = 1, 2.5 for i = 1, n do a, b = b, a if i % 10 == 0 then a = a + b end end return a, b end print(ping(7)) print(ping(33)) local s, last = 0, nil for i = 1, 60 do local v = i % 20 == 0 and tostring(i) or i s = s + v last = v end print(s, last)
