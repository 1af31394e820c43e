-- Trees compared leaf by leaf, each walked by its own coroutine.
local function leaves(t)
    if type(t) ~= "table" then coroutine.yield(t) return 1 end
    local n = 0
    for i = 1, #t do n = n + leaves(t[i]) end
    return n
end
local function same(a, b)
    local x, y = coroutine.create(leaves), coroutine.create(leaves)
    local steps, ok1, ok2, p, q = 0, true, true, a, b
    repeat
        ok1, p = coroutine.resume(x, a)
        ok2, q = coroutine.resume(y, b)
        steps = steps + 1
        if p ~= q then return false, steps, p, q end
    until coroutine.status(x) == "dead" or coroutine.status(y) == "dead"
    return coroutine.status(x) == coroutine.status(y), steps
end
local function comb(n, left)
    local t = {n}
    for i = n - 1, 1, -1 do t = left and {t, i} or {i, t} end
    return t
end
for i = 1, 12 do same(comb(i, false), comb(i, false)) end
print(same(comb(30, false), comb(30, false))) print(same(comb(30, true), comb(30, false)))
print(same({1, {2, 3}}, {{1, 2}, {{3}}})) print(same({1, {2, 3.0}}, {{1.0, 2}, 3}))
print(same({"a", {"b"}}, {"a", {"c"}})) print(same({}, {{}, {{}}})) print(same({1}, {}))
print(same({1, 2}, {1, 2, 3})) print(same({false, {true}}, {{false}, true}))
