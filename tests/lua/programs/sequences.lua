-- Immutable lists, zippers, streams with memory, and queues of two lists.
local Nil = {}
local function cons(h, t) return {h, t} end
local function list(...) local l = Nil for i = select("#", ...), 1, -1 do l = cons((select(i, ...)), l) end return l end
local function each(l) return function() if l ~= Nil then local h = l[1] l = l[2] return h end end end
local function show(l) local o = {} for x in each(l) do o[#o + 1] = tostring(x) end return table.concat(o, " ") end
local function fold(f, z, l) while l ~= Nil do z, l = f(z, l[1]), l[2] end return z end
local function reverse(l) return fold(function(a, x) return cons(x, a) end, Nil, l) end
local function map(f, l) if l == Nil then return Nil end return cons(f(l[1]), map(f, l[2])) end
local function merge(a, b) if a == Nil then return b elseif b == Nil then return a elseif b[1] < a[1] then return cons(b[1], merge(a, b[2])) end return cons(a[1], merge(a[2], b)) end
local function sort(l)
    if l == Nil or l[2] == Nil then return l end
    local a, b = Nil, Nil
    for x in each(l) do a, b = cons(x, b), a end
    return merge(sort(a), sort(b))
end
local l = list(5, 2.5, 8, -1, 3) print(show(sort(l)), show(reverse(l)), show(map(function(x) return x * 2 end, l)), fold(math.max, -1 / 0, l)) print(show(sort(list("pear", "fig", "apple"))), pcall(sort, list(1, "a")))
local function stream(h, f) return setmetatable({head = h}, {__index = function(s, k) if k == "tail" then local t = f() s.tail = t return t end end}) end
local made = 0 local function from(n) made = made + 1 return stream(n, function() return from(n + 1) end) end
local function sieve(s) return stream(s.head, function() local p, t = s.head, s.tail local function drop(u) while u.head % p == 0 do u = u.tail end return stream(u.head, function() return drop(u.tail) end) end return sieve(drop(t)) end) end
local s, row = sieve(from(2)), {} for i = 1, 15 do row[i] = s.head s = s.tail end print(table.concat(row, " "), made)
local function zipper(t) local left, right = {}, {} for i = #t, 1, -1 do right[#right + 1] = t[i] end
    return {move = function(n) while n > 0 and #right > 0 do left[#left + 1] = table.remove(right) n = n - 1 end while n < 0 and #left > 0 do right[#right + 1] = table.remove(left) n = n + 1 end end, put = function(x) left[#left + 1] = x end, del = function() return table.remove(right) end,
        text = function() local o = table.move(left, 1, #left, 1, {}) for i = #right, 1, -1 do o[#o + 1] = right[i] end return table.concat(o) end} end
local z = zipper {"a", "b", "c", "d"} z.move(2) z.put "X" z.put(1) print(z.text(), z.del(), z.text()) z.move(-99) z.put "<" z.move(99) z.put(2.5) print(z.text(), z.del())
