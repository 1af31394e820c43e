-- Exact fractions: overloaded operators, harmonic sums, Egyptian fractions.
local Q = {}
Q.__index = Q
local function gcd(a, b) while b ~= 0 do a, b = b, a % b end return a end
local function new(n, d)
    d = d or 1
    if d == 0 then error("zero denominator", 3) end
    local g = gcd(math.abs(n), math.abs(d))
    if d < 0 then g = -g end
    return setmetatable({n = n // g, d = d // g}, Q)
end
local function lift(x) return math.type(x) == "integer" and new(x) or x end
function Q.__add(a, b) a, b = lift(a), lift(b) return new(a.n * b.d + b.n * a.d, a.d * b.d) end
function Q.__sub(a, b) return a + -lift(b) end
function Q.__mul(a, b) a, b = lift(a), lift(b) return new(a.n * b.n, a.d * b.d) end
function Q.__div(a, b) a, b = lift(a), lift(b) return new(a.n * b.d, a.d * b.n) end
function Q.__unm(a) return new(-a.n, a.d) end
function Q.__lt(a, b) a, b = lift(a), lift(b) return a.n * b.d < b.n * a.d end
function Q.__le(a, b) return not (lift(b) < lift(a)) end
function Q.__eq(a, b) return a.n == b.n and a.d == b.d end
function Q.__tostring(a) return a.d == 1 and ("%d"):format(a.n) or ("%d/%d"):format(a.n, a.d) end
function Q.__concat(a, b) return tostring(a) .. tostring(b) end
local h = new(0)
for i = 1, 20 do h = h + new(1, i) end
print(h, new(2, -4), new(1, 2) + 1, 1 - new(1, 3), new(1, 2) / new(3, 4), -new(3), new(6, 3) == new(2))
print(new(1, 3) < new(1, 2), new(1, 2) <= new(2, 4), 1 > new(3, 2), new(5, 5) .. "!" .. new(1, 7))
local function egyptian(q)
    local out = {}
    while q.n > 0 do
        local d = -(-q.d // q.n)
        out[#out + 1] = "1/" .. d
        q = q - new(1, d)
    end
    return table.concat(out, " + ")
end
print(egyptian(new(4, 13))) print(egyptian(new(7, 15)))
print(pcall(new, 1, 0)) print(pcall(function() return new(1) + 0.5 end)) print(pcall(function() return new(1) / 0 end))
