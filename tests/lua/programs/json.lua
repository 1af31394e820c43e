-- A JSON parser and printer, and a round trip.
local escapes = {n = "\n", t = "\t", r = "\r", b = "\b", f = "\f"}
local function fail(p, what) error(what .. " at " .. p.i, 0) end
local parse
local function space(p) p.i = p.s:match("^%s*()", p.i) end
local function expect(p, c)
    space(p)
    if p.s:sub(p.i, p.i) ~= c then fail(p, "expected " .. c) end
    p.i = p.i + 1
end
local function peek(p) space(p) return p.s:sub(p.i, p.i) end
local function text(p)
    expect(p, '"')
    local out = {}
    while true do
        local c = p.s:sub(p.i, p.i)
        if c == "" then fail(p, "open string") end
        p.i = p.i + 1
        if c == '"' then return table.concat(out) end
        if c == "\\" then
            c = p.s:sub(p.i, p.i)
            p.i = p.i + 1
            if c == "u" then
                c = utf8.char(tonumber(p.s:sub(p.i, p.i + 3), 16))
                p.i = p.i + 4
            else
                c = escapes[c] or c
            end
        end
        out[#out + 1] = c
    end
end
local function list(p, close, item)
    local t = {}
    p.i = p.i + 1
    if peek(p) == close then p.i = p.i + 1 return t end
    repeat
        item(t)
        local c = peek(p)
        if c ~= "," and c ~= close then fail(p, "expected , or " .. close) end
        p.i = p.i + 1
    until c == close
    return t
end
function parse(p)
    local c = peek(p)
    if c == "{" then
        return list(p, "}", function(t)
            local k = text(p)
            expect(p, ":")
            t[k] = parse(p)
        end)
    elseif c == "[" then
        return list(p, "]", function(t) t[#t + 1] = parse(p) end)
    elseif c == '"' then
        return text(p)
    end
    local word, after = p.s:match("^([%w.+-]+)()", p.i)
    if not word then fail(p, "unexpected " .. (c == "" and "end" or c)) end
    p.i = after
    if word == "true" then return true end
    if word == "false" then return false end
    if word == "null" then return nil end
    return tonumber(word) or fail(p, "bad word " .. word)
end
local function decode(s)
    local p = {s = s, i = 1}
    local v = parse(p)
    if peek(p) ~= "" then fail(p, "text after the value") end
    return v
end
local function encode(v)
    if type(v) == "string" then
        return '"' .. v:gsub('[%c"\\]', function(c)
            return ("\\u%04x"):format(c:byte())
        end) .. '"'
    elseif type(v) ~= "table" then
        return tostring(v)
    end
    local out = {}
    if #v > 0 then
        for _, x in ipairs(v) do out[#out + 1] = encode(x) end
        return "[" .. table.concat(out, ",") .. "]"
    end
    for k, x in pairs(v) do out[#out + 1] = encode(k) .. ":" .. encode(x) end
    table.sort(out)
    return "{" .. table.concat(out, ",") .. "}"
end
local source = [=[ {"name": "caf\u00e9 \"x\"", "list": [1, 2.5, -3e2, true, false],
  "nested": {"a": [], "b": {"c": [[1],[2,[3]]]}}, "tab": "a\tb"} ]=]
for i = 1, 5 do
    local s = encode(decode(source))
    assert(encode(decode(s)) == s)
    if i == 5 then print(s) end
end
for _, bad in ipairs {"", "[1,", "[1 2]", '{"a" 1}', '"abc', "nope", "1 2"} do
    print(pcall(decode, bad))
end
