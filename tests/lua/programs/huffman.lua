local text = "so much wood would a woodchuck chuck if a woodchuck could"
local count, nodes = {}, {}
for c in text:gmatch(".") do count[c] = (count[c] or 0) + 1 end
for c, n in pairs(count) do nodes[#nodes + 1] = {char = c, n = n, first = c} end
while #nodes > 1 do
    table.sort(nodes, function(a, b)
        if a.n ~= b.n then return a.n > b.n end
        return a.first > b.first
    end)
    local a, b = table.remove(nodes), table.remove(nodes)
    nodes[#nodes + 1] = {l = a, r = b, n = a.n + b.n,
        first = math.min(a.first:byte(), b.first:byte()) == a.first:byte() and
            a.first or b.first}
end
local code = {}
local function walk(t, prefix)
    if t.char then code[t.char] = prefix return end
    walk(t.l, prefix .. "0")
    walk(t.r, prefix .. "1")
end
walk(nodes[1], "")
local bits = text:gsub(".", code)
print(#bits, #text * 8, bits:sub(1, 24))
local function decode(s)
    local out, t = {}, nodes[1]
    for b in s:gmatch("[01]") do
        t = b == "0" and t.l or t.r
        if t.char then out[#out + 1] = t.char t = nodes[1] end
    end
    return table.concat(out)
end
print(decode(bits) == text, decode(bits:sub(1, 24)))
local bytes = {}
for chunk in (bits .. ("0"):rep(-#bits % 8)):gmatch(("[01]"):rep(8)) do
    bytes[#bytes + 1] = string.char(tonumber(chunk, 2))
end
print(#table.concat(bytes), code[" "] and #code[" "], code["l"] and #code["l"])
