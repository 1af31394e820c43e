-- The loop variable is copied, converted, captured; floats, steps, limits.
local function run(a, b, c, f) local r = {} for i = a, b, c do r[#r + 1] = f(i) if #r > 9 then break end end return table.concat(r, " ") end
local id = function(i) return i end
for i = 1, 30 do run(1, i, 1, id) end
print(run(1, 3, 1, id), run(1.0, 3, 1, id), run(1, 3.9, 1, id), run(1, 2, 0.5, id), run(3, 1, -1, id), run(1, 0, 1, id) == "")
print(run(math.maxinteger - 1, math.maxinteger, 1, id)) print(run(math.mininteger + 1, math.mininteger, -1, id))
print(run(1, math.huge, 3, id)) print(run(1, -math.huge, 1, id) == "", run(-1, -math.huge, -2, id)) print(run(0.1, 0.5, 0.1, id))
print(run(1, 5, 1, function(i) i = i * 10 return i end)) print(run(1, 3, 1, function(i) return ("s"):rep(i) end))
print(run(math.maxinteger - 3, math.huge, 2, id)) print(pcall(run, 1, 10, 0, id)) print(pcall(run, "1", 2, 1, id))
print(pcall(run, 1, {}, 1, id)) print(pcall(run, 1, 2, "x", id)) print(run(1, 0 / 0, 1, id) == "", pcall(run, 1, nil, 1, id))
print(run(3, 1e308, 1e308, id), run(-9, 9, 4, id), run(1 << 62, math.maxinteger, 1 << 61, id))
