-- Base64, base32, hex and URL escapes there and back.
local function encoder(alphabet, bits, group)
    local back = {}
    for i = 1, #alphabet do back[alphabet:byte(i)] = i - 1 end
    local mask = (1 << bits) - 1
    local function encode(s)
        local out, acc, n = {}, 0, 0
        for i = 1, #s do
            acc, n = (acc << 8 | s:byte(i)) & 0xffffff, n + 8
            while n >= bits do
                n = n - bits
                local d = (acc >> n & mask) + 1
                out[#out + 1] = alphabet:sub(d, d)
            end
        end
        if n > 0 then
            local d = (acc << bits - n & mask) + 1
            out[#out + 1] = alphabet:sub(d, d)
        end
        return table.concat(out) .. ("="):rep(-#out % group)
    end
    local function decode(s)
        local out, acc, n = {}, 0, 0
        for i = 1, #s do
            local c = s:byte(i)
            if c == 61 then break end
            local v = back[c]
            if not v then return nil, ("bad character %q at %d"):format(s:sub(i, i), i) end
            acc, n = (acc << bits | v) & 0xffffff, n + bits
            if n >= 8 then
                n = n - 8
                out[#out + 1] = string.char(acc >> n & 255)
            end
        end
        return table.concat(out)
    end
    return encode, decode
end
local upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
local e64, d64 = encoder(upper .. upper:lower() .. "0123456789+/", 6, 4)
local e32, d32 = encoder(upper .. "234567", 5, 8)
local e16, d16 = encoder("0123456789ABCDEF", 4, 2)
for _, s in ipairs {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\0\255\127"} do
    print(e64(s), e32(s), e16(s), d64(e64(s)) == s, d32(e32(s)) == s, d16(e16(s)) == s)
end
print(d64 "Zm9v!", d32 "MZ1") print(d64("Zm9vYg==")) print(#d64(e64(("x"):rep(100))))
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
all = table.concat(all)
print(d64(e64(all)) == all, d32(e32(all)) == all, e64(all):sub(-8))
local function url(s)
    return (s:gsub("[^%w%-_.~]", function(c) return ("%%%02X"):format(c:byte()) end))
end
local function unurl(s)
    return (s:gsub("+", " "):gsub("%%(%x%x)", function(h) return string.char(tonumber(h, 16)) end))
end
print(url "a b&c=d/é?", unurl "a+b%26c%3Dd%2f%C3%A9", unurl(url(all:sub(2))) == all:sub(2))
