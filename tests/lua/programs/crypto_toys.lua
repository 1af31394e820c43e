-- Caesar, Vigenere, XOR, rail fence, RSA with small numbers, xorshift.
local function shift(s, n) return (s:gsub("%a", function(c) local a = c:find "%u" and 65 or 97 return string.char((c:byte() - a + n) % 26 + a) end)) end
print(shift("Hello, World!", 3), shift(shift("Zebra", 30), -30), shift("abc", 0))
local function vigenere(s, key, sign)
    local i = 0
    return (s:gsub("%a", function(c)
        i = i % #key + 1
        return shift(c, sign * (key:byte(i) - 97))
    end))
end
local v = vigenere("Attack at dawn", "lemon", 1) print(v, vigenere(v, "lemon", -1))
local function xor(s, key) local o = {} for i = 1, #s do o[i] = string.char(s:byte(i) ~ key:byte((i - 1) % #key + 1)) end return table.concat(o) end
print(xor(xor("secret text", "k3y"), "k3y"), (xor("AAA", " "):gsub("%c", "?")))
local function fence(s, n) local rows, r, d = {}, 1, 1 for i = 1, n do rows[i] = "" end for c in s:gmatch "." do rows[r] = rows[r] .. c if r + d < 1 or r + d > n then d = -d end r = r + d end return table.concat(rows) end
print(fence("WEAREDISCOVERED", 3), fence("abc", 2))
local function power(b, e, m) local r = 1 b = b % m while e > 0 do if e & 1 == 1 then r = r * b % m end b, e = b * b % m, e >> 1 end return r end
local function inverse(a, m) local r0, r1, s0, s1 = m, a, 0, 1 while r1 ~= 0 do local q = r0 // r1 r0, r1, s0, s1 = r1, r0 - q * r1, s1, s0 - q * s1 end return s0 % m end
local p, q = 1009, 2003 local n, phi = p * q, (p - 1) * (q - 1) local d = inverse(5, phi) local ok = 0
for m = 2, 60 do if power(power(m, 5, n), d, n) == m then ok = ok + 1 end end print(ok, d, power(3.0, 4, 7), power(2, 61, (1 << 31) - 1))
local function xorshift(s) return function() s = s ~ s << 13 s = s ~ s >> 7 s = s ~ s << 17 return s end end
local g, x = xorshift(88172645463325252) for _ = 1, 30 do x = g() end print(x, ("%x"):format(g()))
local counts, r = {0, 0, 0, 0, 0}, xorshift(42) for _ = 1, 100 do local k = (r() >> 1) % 5 + 1 counts[k] = counts[k] + 1 end print(table.concat(counts, " "))
