-- Digits of pi and e by spigots, square roots by digits: integers only.
local function pi(n)
    local len, out, nines, pre = n * 10 // 3 + 1, {}, 0, 0
    local a = {}
    for i = 1, len do a[i] = 2 end
    for _ = 1, n do
        local q = 0
        for i = len, 1, -1 do
            local x = 10 * a[i] + q * i
            a[i], q = x % (2 * i - 1), x // (2 * i - 1)
        end
        a[1], q = q % 10, q // 10
        if q == 9 then nines = nines + 1
        else
            out[#out + 1] = pre + q // 10
            for _ = 1, nines do out[#out + 1] = q == 10 and 0 or 9 end
            nines, pre = 0, q % 10
        end
    end
    return table.concat(out):sub(2)
end
print(pi(42))
local function e(n)
    local a, out = {}, {}
    for i = 1, n + 5 do a[i] = 1 end
    for _ = 1, n do
        local c = 0
        for i = #a, 1, -1 do
            c = c + a[i] * 10
            a[i], c = c % (i + 1), c // (i + 1)
        end
        out[#out + 1] = c
    end
    return "2." .. table.concat(out)
end
print(e(30))
local function isqrt(n) local x = n while x * x > n do x = (x + n // x) // 2 end return x end
local bad = 0
for i = 1, 300, 7 do local r = isqrt(i) if r * r > i or (r + 1) * (r + 1) <= i then bad = bad + 1 end end
print(bad, isqrt(2 * 10 ^ 16 // 1 | 0), isqrt(2e16), pcall(isqrt, "x"))
local function collatz(n) local steps = 0 while n ~= 1 do n = n % 2 == 0 and n // 2 or 3 * n + 1 steps = steps + 1 end return steps end
print(collatz(27), collatz(97), collatz(27.0), collatz((1 << 40) + 1))
