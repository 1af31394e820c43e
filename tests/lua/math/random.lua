math.randomseed(42) local a, b = math.random(100), math.random() math.randomseed(42)
print(a == math.random(100), b == math.random())
local ok = true for i = 1, 200 do local x, y, z = math.random(), math.random(6), math.random(-3, 3) ok = ok and x >= 0 and x < 1 and y >= 1 and y <= 6 and z >= -3 and z <= 3 end
print(ok)
print(pcall(math.random, 0, -1))
print(pcall(math.random, 1, 2, 3))
print(math.random(5, 5), math.type(math.random(0)), pcall(math.random, 1.5))
math.randomseed(7) local seen = {}
for i = 1, 100 do seen[math.random(4)] = true end
print(#seen, math.random(math.mininteger, math.maxinteger) ~= nil)
