-- Calls and varargs in the middle and at the end of every list.
local function two() return 1, 2 end local function none() end local function pass(...) return ... end
local function all(...)
    local t = {..., ..., n = ...} local a, b, c = ..., two() local d, e = (...), (two())
    return #t, t.n, a, b, c, d, e, two(), none(), pass(...)
end
for i = 1, 30 do all(i, i) end
print(all(5, 6)) print(all()) print(all(nil, nil)) print((all(1))) print(#{all(1, 2, 3)}, #{two(), two()}, #{two(), (two())}, #{none(), none(), two()})
print(two(), two()) print((two()), two()) print(none(), none()) print(pcall(pass)) print(pass(none())) print((none())) print(type((none())), pcall(type, none()))
local t = {two(), two(), [10] = two()} print(#t, t[10], t[3]) local x, y, z, w = 0, two() print(x, y, z, w) x, y, z = two(), 10 print(x, y, z) x, y = none(), none(), 5 print(x, y)
print(select("#", none()), select("#", (none())), select(2, "a", two()), ("x"):rep(two()), math.max(two(), two()), ({two()})[1]) for i, v in pass(ipairs {7, 8}) do io.write(i, v, " ") end print(two() + two(), two() .. two(), -two(), two() == two(), not none())
if none() then print "yes" else print "no" end print(#pass("abc", 1), pass({5}, 1)[1], (pass(pass(pass(1, 2, 3)))), pass(two(), pass(two())))
