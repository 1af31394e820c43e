local p = {}
for i = 1, 5000 do p[i] = i * 2 end
local s = 0
for r = 1, 20 do for i = 1, #p do s = s + p[i] end end
print(s)
for i = 1, #p do p[i] = p[i] + 0.5 end
s = 0 for i = 1, #p do s = s + p[i] end print(s)
p[100] = "x" print(p[99], p[100], p[101], p[5001], p[0])
local function point(x, y) return {x = x, y = y} end
local a = point(0, 0)
for i = 1, 5000 do local b = point(i, i * 2) a.x = a.x + b.x a.y = a.y + b.y end
print(a.x, a.y)
a.x = 0.5 a.x = nil a.z = 1 print(a.x, a.y, a.z)
local shapes = {{a = 1}, {b = 1, a = 2}, {c = 1, b = 1, a = 3}, {d = 1, a = 4}, {e = 1, a = 5}, {f = 1, a = 6}, {g = 1, a = 7}, {h = 1, a = 8}, {i = 1, a = 9}, {j = 1, a = 10}}
s = 0 for r = 1, 300 do for i = 1, #shapes do s = s + shapes[i].a shapes[i].a = shapes[i].a + 1 end end print(s)
local m = {} for i = 1, 20 do m[i] = {} for j = 1, 20 do m[i][j] = i * j end end
s = 0 for r = 1, 50 do for i = 1, 20 do local row = m[i] for j = 1, 20 do s = s + row[j] end end end print(s)
global_counter = 0
for i = 1, 5000 do global_counter = global_counter + 1 end print(global_counter)
