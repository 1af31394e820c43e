-- Iteration over matches: captures, anchors, empty ones, starts, nested loops.
local function all(s, p, i) local t = {} for a, b in s:gmatch(p, i) do t[#t + 1] = b and a .. "=" .. b or a end return #t .. ":" .. table.concat(t, ",") end
print(all("one two", "%a+")) print(all("k=v, x=y", "(%w+)=(%w+)")) print(all("abc", "")) print(all("abc", "()")) print(all("aXbX", "(.-)X")) print(all("hello", "l*"))
print(all("aaa", "^a")) print(all("one two", "%a+", 4)) print(all("one two", "%a+", -2)) print(all("x", "y")) print(all("", ".*")) print(all("a\nb\n", "([^\n]*)\n?"))
local n = 0 for l in ("a b;c d;e"):gmatch("[^;]+") do for w in l:gmatch("%S+") do n = n + #w * 10 end end print(n)
local it = ("123"):gmatch("%d") print(it(), it(), it(), it(), it()) local a, b = ("xy"):gmatch("."), ("12"):gmatch(".") print(a(), b(), a(), b(), a(), b())
print(pcall(string.gmatch, "x")) print(pcall(function() for _ in ("x"):gmatch("[") do end end)) local h = {} for w in ("b a b c b"):gmatch("%w") do h[w] = (h[w] or 0) + 1 end print(h.a, h.b, h.c)
local sum = 0 for i = 1, 20 do for d in ("n" .. i .. "-" .. i * 2):gmatch("%d+") do sum = sum + d end end print(sum, math.type(sum))
