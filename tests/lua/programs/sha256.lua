-- SHA-256, MD5 and CRC-32: masks keep 64 bit integers at 32.
local M = 0xffffffff
local function ror(x, n) return (x >> n | x << 32 - n) & M end
local function rol(x, n) return (x << n | x >> 32 - n) & M end
local K, H0 = {}, {}
do -- the fraction bits of roots of primes
    local n, p = 0, 2
    local function fraction(x) return math.floor((x - math.floor(x)) * 2 ^ 32) end
    while n < 64 do
        local prime = true
        for d = 2, math.floor(p ^ 0.5) do if p % d == 0 then prime = false break end end
        if prime then
            n = n + 1
            K[n] = fraction(p ^ (1 / 3))
            if n <= 8 then H0[n] = fraction(p ^ 0.5) end
        end
        p = p + 1
    end
end
local function sha256(s)
    local h = table.pack(table.unpack(H0))
    local padded = s .. "\x80" .. ("\0"):rep(-(#s + 9) % 64) .. (">I8"):pack(#s * 8)
    local w = {}
    for at = 1, #padded, 64 do
        for i = 1, 16 do w[i] = (">I4"):unpack(padded, at + i * 4 - 4) end
        for i = 17, 64 do
            local x, y = w[i - 15], w[i - 2]
            w[i] = w[i - 16] + (ror(x, 7) ~ ror(x, 18) ~ x >> 3) + w[i - 7] +
                (ror(y, 17) ~ ror(y, 19) ~ y >> 10) & M
        end
        local a, b, c, d, e, f, g, k = table.unpack(h, 1, 8)
        for i = 1, 64 do
            local t1 = k + (ror(e, 6) ~ ror(e, 11) ~ ror(e, 25)) +
                (e & f ~ ~e & g) + K[i] + w[i]
            local t2 = (ror(a, 2) ~ ror(a, 13) ~ ror(a, 22)) + (a & b ~ a & c ~ b & c)
            a, b, c, d, e, f, g, k = t1 + t2 & M, a, b, c, d + t1 & M, e, f, g
        end
        for i, x in ipairs {a, b, c, d, e, f, g, k} do h[i] = h[i] + x & M end
    end
    return (("%08x"):rep(8)):format(table.unpack(h, 1, 8))
end
local shifts = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}
local T = {}
for i = 1, 64 do T[i] = math.abs(math.sin(i)) * 2 ^ 32 // 1 | 0 end
local function md5(s)
    local a0, b0, c0, d0 = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
    local padded = s .. "\x80" .. ("\0"):rep(-(#s + 9) % 64) .. ("<I8"):pack(#s * 8)
    for at = 1, #padded, 64 do
        local x = table.pack(("<" .. ("I4"):rep(16)):unpack(padded, at))
        local a, b, c, d = a0, b0, c0, d0
        for i = 0, 63 do
            local f, g
            if i < 16 then f, g = b & c | ~b & d, i
            elseif i < 32 then f, g = d & b | ~d & c, (5 * i + 1) % 16
            elseif i < 48 then f, g = b ~ c ~ d, (3 * i + 5) % 16
            else f, g = c ~ (b | ~d & M), 7 * i % 16 end
            f = (f & M) + a + T[i + 1] + x[g + 1] & M
            a, d, c, b = d, c, b, b + rol(f, shifts[i // 16 + 1][i % 4 + 1]) & M
        end
        a0, b0, c0, d0 = a0 + a & M, b0 + b & M, c0 + c & M, d0 + d & M
    end
    return (("<I4I4I4I4"):pack(a0, b0, c0, d0):gsub(".", function(c)
        return ("%02x"):format(c:byte())
    end))
end
local crc_table = {}
for i = 0, 255 do
    local c = i
    for _ = 1, 8 do c = c & 1 == 1 and 0xedb88320 ~ c >> 1 or c >> 1 end
    crc_table[i] = c
end
local function crc(s)
    local c = M
    for i = 1, #s do c = crc_table[(c ~ s:byte(i)) & 255] ~ c >> 8 end
    return ("%08x"):format(c ~ M)
end
for _, s in ipairs {"", "abc", "The quick brown fox jumps over the lazy dog", ("a"):rep(63)} do
    print(sha256(s)) print(md5(s), crc(s))
end
