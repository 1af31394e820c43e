-- A trie with prefixes and wildcards, and Aho-Corasick over the same nodes.
local Trie = {}
Trie.__index = Trie
function Trie.new() return setmetatable({root = {}, count = 0}, Trie) end
function Trie:add(word, value)
    local n = self.root
    for c in word:gmatch(utf8.charpattern) do
        local k = n[c]
        if not k then k = {} n[c] = k end
        n = k
    end
    if n.value == nil then self.count = self.count + 1 end
    n.value = value == nil and true or value
    return self
end
function Trie:get(word)
    local n = self.root
    for c in word:gmatch(utf8.charpattern) do
        n = n[c]
        if not n then return nil end
    end
    return n.value
end
local function sorted(n)
    local keys = {}
    for k in pairs(n) do if k ~= "value" and k ~= "fail" and k ~= "out" then keys[#keys + 1] = k end end
    table.sort(keys)
    return keys
end
function Trie:complete(prefix)
    local n = self.root
    for c in prefix:gmatch(utf8.charpattern) do
        n = n and n[c]
    end
    local found = {}
    local function walk(m, word)
        if m.value then found[#found + 1] = word end
        for _, c in ipairs(sorted(m)) do walk(m[c], word .. c) end
    end
    if n then walk(n, prefix) end
    return found
end
function Trie:like(pattern)
    local found = {}
    local function walk(m, i, word)
        if not m then return end
        local c = pattern:sub(i, i)
        if c == "" then
            if m.value then found[#found + 1] = word end
        elseif c == "?" then
            for _, k in ipairs(sorted(m)) do walk(m[k], i + 1, word .. k) end
        elseif c == "*" then
            walk(m, i + 1, word)
            for _, k in ipairs(sorted(m)) do walk(m[k], i, word .. k) end
        else
            walk(m[c], i + 1, word .. c)
        end
    end
    walk(self.root, 1, "")
    return table.concat(found, " ")
end
local t = Trie.new()
for w in ("car card care cart cat catalog dog do done dot über übung"):gmatch("%S+") do t:add(w, #w) end
print(t.count, t:get "card", t:get "ca", t:get "über", t:get "zebra")
print(table.concat(t:complete "car", " "), "|", table.concat(t:complete "ü", " "), "|", #t:complete "x", #t:complete "")
print(t:like "c?t", "|", t:like "*t*", "|", t:like "do", "|", t:like "?o?")
t:add("cat", 99):add("cat"):add("no", false)
print(t:get "cat", t:get "no", t.count)

local function automaton(words)
    local trie = Trie.new()
    for _, w in ipairs(words) do trie:add(w, w) end
    local root = trie.root
    local queue, head = {root}, 1
    while queue[head] do
        local n = queue[head]
        head = head + 1
        for _, c in ipairs(sorted(n)) do
            local k, f = n[c], n.fail
            while f and not f[c] do f = f.fail end
            k.fail = f and f[c] or root
            k.out = k.value and k or k.fail.out
            queue[#queue + 1] = k
        end
    end
    return function(text)
        local n, found = root, {}
        for i, c in utf8.codes(text) do
            c = utf8.char(c)
            while n ~= root and not n[c] do n = n.fail end
            n = n[c] or root
            local o = n.out
            while o do
                found[#found + 1] = o.value .. "@" .. i - #o.value + 1
                o = o.fail and o.fail.out
            end
        end
        return found
    end
end
local search = automaton {"he", "she", "his", "hers", "is"}
print(table.concat(search "ushers know his history", " "))
print(#automaton {"aa", "a"}(("a"):rep(40)), #search(""), table.concat(automaton {"x"} "äxöx", " "))
