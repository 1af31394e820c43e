-- Sorting: kinds of elements, comparators that are wrong, raise, or yield ties.
local function line(t) return table.concat(t, " ") end
local function sorted(t, f) table.sort(t, f) return line(t) end
local function list(n, f) local t = {} for i = 1, n do t[i] = f(i) end return t end
print(sorted(list(20, function(i) return i * 7 % 20 end))) print(sorted(list(12, function(i) return (i * 5 % 12) / 2 end))) print(sorted {3, 1.5, -2, 2 ^ 53, math.mininteger, -0.5})
print(sorted {"b", "a", "C", "", "ab", "B1"}) print(sorted(list(20, function(i) return i * 3 % 7 end), function(a, b) return a > b end)) print(sorted {}, sorted {1}, sorted {2, 1})
local people = list(12, function(i) return {n = ("%02d"):format(i * 5 % 12), a = i % 3} end)
table.sort(people, function(x, y) if x.a ~= y.a then return x.a < y.a end return x.n > y.n end)
for i, p in ipairs(people) do io.write(p.a, p.n, i < 12 and " " or "\n") end
print((pcall(table.sort, {1, "x", 2}))) print(pcall(table.sort, {{}, {}})) print(pcall(table.sort, {3, 2, 1}, function() error("stop", 0) end))
local n = 0 table.sort(list(50, function(i) return -i end), function(a, b) n = n + 1 return a < b end) print(n >= 49, n < 1000)
local m = setmetatable({}, {__len = function() return 3 end, __index = function(_, i) return 4 - i end, __newindex = rawset}) table.sort(m) print(rawget(m, 1), m[2], m[3])
print(sorted(list(60, function(i) return i * 37 % 61 end)) == line(list(60, function(i) return i end)), pcall(table.sort, {1, 2}, 5))
local s = {} for w in ("the cat sat on the mat and the dog"):gmatch("%a+") do s[#s + 1] = w end print(sorted(s, function(a, b) return #a < #b or #a == #b and a < b end))
