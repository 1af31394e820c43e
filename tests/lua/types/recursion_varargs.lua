-- Recursion over varargs: sums, reversal, maximum, interleaving, counting nils.
local function sum(a, ...) if a == nil then return 0 end return a + sum(...) end
local function rev(a, ...) if select("#", ...) == 0 then return a end
    local t = {rev(...)} t[#t + 1] = a return table.unpack(t) end
local function count(...) local n = 0 for i = 1, select("#", ...) do if select(i, ...) == nil then n = n + 1 end end return n end
local function max(a, b, ...) if b == nil then return a end return max(a > b and a or b, ...) end
local function zip(n, ...) if n == 0 then return ... end return zip(n - 1, n, ...) end
for i = 1, 15 do sum(zip(i)) max(zip(i)) end
print(sum(1, 2, 3), sum(1, 2.5), sum("1", 2), sum()) print(rev(1, 2, 3, "x")) print(max(3, 9, 2), max("b", "a"), max(1, 1.5))
print(count(nil, 1, nil), count(), count(nil)) print(zip(8, "end")) print(sum(zip(100)), max(zip(60, 61)), select("#", zip(200)))
print((zip(3)), ({zip(3)})[1], #{zip(3), zip(3)}, #{(zip(3))}) print(pcall(sum, 1, {})) print(select(-1, zip(5)), select(-2, zip(5)))
