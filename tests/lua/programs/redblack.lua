-- A red-black tree by persistent balancing; its invariants are checked. modes: tier0 tier1 now default background osr deopt image check generic spill
local function node(color, left, key, value, right)
    return {color = color, left = left, key = key, value = value, right = right}
end
local function red(t) return t and t.color == "red" end
local function balance(l, k, v, r)
    if red(l) and red(l.left) then
        local a = l.left
        return node("red", node("black", a.left, a.key, a.value, a.right), l.key, l.value,
            node("black", l.right, k, v, r))
    elseif red(l) and red(l.right) then
        local b = l.right
        return node("red", node("black", l.left, l.key, l.value, b.left), b.key, b.value,
            node("black", b.right, k, v, r))
    elseif red(r) and red(r.left) then
        local b = r.left
        return node("red", node("black", l, k, v, b.left), b.key, b.value,
            node("black", b.right, r.key, r.value, r.right))
    elseif red(r) and red(r.right) then
        local c = r.right
        return node("red", node("black", l, k, v, r.left), r.key, r.value,
            node("black", c.left, c.key, c.value, c.right))
    end
    return node("black", l, k, v, r)
end
local function put(t, k, v)
    if not t then return node("red", nil, k, v, nil) end
    if k < t.key then
        local l = put(t.left, k, v)
        if t.color == "black" then return balance(l, t.key, t.value, t.right) end
        return node("red", l, t.key, t.value, t.right)
    elseif t.key < k then
        local r = put(t.right, k, v)
        if t.color == "black" then return balance(t.left, t.key, t.value, r) end
        return node("red", t.left, t.key, t.value, r)
    end
    return node(t.color, t.left, k, v, t.right)
end
local function insert(t, k, v)
    local n = put(t, k, v)
    n.color = "black"
    return n
end
local function get(t, k)
    while t do
        if k == t.key then return t.value end
        t = k < t.key and t.left or k > t.key and t.right or nil
    end
end
local function check(t)
    if not t then return 1, 0 end
    assert(not (red(t) and (red(t.left) or red(t.right))), "two reds")
    local lb, ln = check(t.left)
    local rb, rn = check(t.right)
    assert(lb == rb, "black heights")
    return lb + (t.color == "black" and 1 or 0), ln + rn + 1
end
local function each(t)
    return coroutine.wrap(function()
        local function walk(n)
            if n then
                walk(n.left)
                coroutine.yield(n.key, n.value)
                walk(n.right)
            end
        end
        walk(t)
    end)
end
local t, x, versions = nil, 7, {}
for i = 1, 120 do
    x = (x * 137 + 71) % 257
    t = insert(t, x, i)
    if i % 40 == 0 then versions[#versions + 1] = t end
end
for i, v in ipairs(versions) do print(i, check(v)) end
local last, ok, n = -1, true, 0
for k in each(t) do ok, last, n = ok and last < k, k, n + 1 end
print(ok, n, get(t, x), get(t, 1000), get(versions[1], x))
local f -- floats and integers are one key
for i = 1, 20 do f = insert(insert(f, i / 2, "float"), i, "int") end
local row = {}
for k, v in each(f) do row[#row + 1] = k .. v:sub(1, 1) end
print(table.concat(row, " "))
local s
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do s = insert(s, w, #w) end
row = {}
for k, v in each(s) do row[#row + 1] = k .. v end
print(table.concat(row, " ")) print(pcall(insert, s, 5, 1))
