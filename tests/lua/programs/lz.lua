-- LZ77 with hash chains, run lengths, and move-to-front; each round trips.
local function pack(s)
    local out, at, i, chains = {}, 1, 1, {}
    local function flush(to)
        while at <= to do
            local n = math.min(to - at + 1, 127)
            out[#out + 1] = string.char(n) .. s:sub(at, at + n - 1)
            at = at + n
        end
    end
    while i <= #s do
        local key = s:sub(i, i + 2)
        local best, from = 0, nil
        for _, p in ipairs(chains[key] or {}) do
            local n = 3
            while n < 130 and i + n <= #s and s:byte(p + n) == s:byte(i + n) do n = n + 1 end
            if n > best and #key == 3 then best, from = n, p end
        end
        local list = chains[key]
        if not list then list = {} chains[key] = list end
        if #list == 4 then table.remove(list, 1) end
        list[#list + 1] = i
        if best > 3 then
            flush(i - 1)
            out[#out + 1] = (">BI2"):pack(128 | best - 3, i - from)
            i = i + best
            at = i
        else
            i = i + 1
        end
    end
    flush(#s)
    return table.concat(out)
end
local function unpack(s)
    local out, n, i = {}, 0, 1
    while i <= #s do
        local c = s:byte(i)
        if c < 128 then
            for k = 1, c do out[n + k] = s:sub(i + k, i + k) end
            n, i = n + c, i + c + 1
        else
            local back = (">I2"):unpack(s, i + 1)
            for _ = 1, (c & 127) + 3 do
                n = n + 1
                out[n] = out[n - back]
            end
            i = i + 3
        end
    end
    return table.concat(out)
end
local function runs(s)
    return (s:gsub("((.)%2*)", function(run, c)
        return #run > 1 and #run .. c or c
    end))
end
local function unruns(s)
    return (s:gsub("(%d+)(%D)", function(n, c) return c:rep(n) end))
end
local function mtf(s)
    local list, out = {}, {}
    for i = 0, 255 do list[i + 1] = i end
    for i = 1, #s do
        local c, k = s:byte(i), 1
        while list[k] ~= c do k = k + 1 end
        table.insert(list, 1, table.remove(list, k))
        out[i] = k - 1
    end
    return out
end
local text = ("she sells sea shells by the sea shore; "):rep(4) .. "the shells she sells"
for _, s in ipairs {"", "a", "abcabcabcabcabc", ("x"):rep(300), text, "\0\1\0\1\0\1\255"} do
    local p = pack(s)
    print(#s, #p, unpack(p) == s)
end
for _, s in ipairs {"aaabccddddd", "abc", "", ("z"):rep(20)} do
    print(runs(s), unruns(runs(s)) == s)
end
print(table.concat(mtf "bananaaa", " "), #mtf(text:sub(1, 60)))
