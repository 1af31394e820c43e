-- A B-tree of order 5: table.insert, remove and move inside small arrays.
local MAX = 4
local function leaf() return {keys = {}, values = {}} end
local function find(keys, k)
    local lo, hi = 1, #keys + 1
    while lo < hi do
        local mid = lo + hi >> 1
        if keys[mid] < k then lo = mid + 1 else hi = mid end
    end
    return lo
end
local function split(parent, i)
    local left = parent.children[i]
    local right = leaf()
    local mid = MAX // 2 + 1
    table.move(left.keys, mid + 1, #left.keys, 1, right.keys)
    table.move(left.values, mid + 1, #left.values, 1, right.values)
    if left.children then
        right.children = table.move(left.children, mid + 1, #left.children, 1, {})
        for j = #left.children, mid + 1, -1 do left.children[j] = nil end
    end
    table.insert(parent.keys, i, left.keys[mid])
    table.insert(parent.values, i, left.values[mid])
    table.insert(parent.children, i + 1, right)
    for j = #left.keys, mid, -1 do left.keys[j], left.values[j] = nil, nil end
end
local function put(n, k, v)
    local i = find(n.keys, k)
    if n.keys[i] == k then
        n.values[i] = v
        return false
    end
    if not n.children then
        table.insert(n.keys, i, k)
        table.insert(n.values, i, v)
        return true
    end
    local new = put(n.children[i], k, v)
    if #n.children[i].keys > MAX then split(n, i) end
    return new
end
local Tree = {}
Tree.__index = Tree
Tree.__len = function(t) return t.size end
function Tree.__newindex(t, k, v)
    if put(t.root, k, v) then rawset(t, "size", t.size + 1) end
    if #t.root.keys > MAX then
        rawset(t, "root", {keys = {}, values = {}, children = {t.root}})
        split(t.root, 1)
    end
end
function Tree.__pairs(t)
    local stack = {{t.root, 1}}
    return function()
        while #stack > 0 do
            local top = stack[#stack]
            local n, i = top[1], top[2]
            if n.children and not top[3] then
                top[3] = true
                stack[#stack + 1] = {n.children[i], 1}
            elseif i <= #n.keys then
                top[2], top[3] = i + 1, false
                return n.keys[i], n.values[i]
            else
                stack[#stack] = nil
            end
        end
    end
end
function Tree:get(k)
    local n = self.root
    while n do
        local i = find(n.keys, k)
        if n.keys[i] == k then return n.values[i] end
        n = n.children and n.children[i]
    end
end
local function new() return setmetatable({root = leaf(), size = 0}, Tree) end
local function depth(n, d, seen)
    assert(#n.keys <= MAX and #n.keys >= (d == 0 and 0 or MAX // 2))
    if not n.children then seen[d] = true return seen end
    assert(#n.children == #n.keys + 1)
    for _, c in ipairs(n.children) do depth(c, d + 1, seen) end
    return seen
end
local t = new()
for i = 1, 150 do t[i * 61 % 151] = i end
local last, n, sum = -1, 0, 0
for k, v in pairs(t) do
    assert(k > last)
    last, n, sum = k, n + 1, sum + k * v
end
print(#t, n, sum, t:get(75), t:get(0), t:get(-1))
for d in pairs(depth(t.root, 0, {})) do print("depth", d) end
t[7], t[7.0], t[7.5] = "seven", "sieben", "between"
print(t:get(7), t:get(7.5), #t)
local w = new()
for s in ("b tree keys may be words too and words repeat in a text"):gmatch("%a+") do
    w[s] = (w:get(s) or 0) + 1
end
local out = {}
for k, v in pairs(w) do out[#out + 1] = k .. v end
print(#w, table.concat(out, " ")) print(pcall(function() w[1] = 2 end))
