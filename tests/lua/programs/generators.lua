-- Lazy sequences by coroutines.
local function gen(f) return coroutine.wrap(f) end
local yield = coroutine.yield
local function from(n) return gen(function() while true do yield(n) n = n + 1 end end) end
local function filter(p, g)
    return gen(function() for x in g do if p(x) then yield(x) end end end)
end
local function map(f, g) return gen(function() for x in g do yield(f(x)) end end) end
local function take(n, g)
    return gen(function() for i = 1, n do yield(g()) end end)
end
local function zip(a, b)
    return gen(function() for x in a do yield(x, b()) end end)
end
local function list(g)
    local out = {}
    for x in g do out[#out + 1] = tostring(x) end
    return table.concat(out, " ")
end
print(list(take(8, map(function(x) return x * x end, from(3)))))
local function primes()
    return gen(function()
        local source = from(2)
        while true do
            local p = source()
            yield(p)
            source = filter(function(x) return x % p ~= 0 end, source)
        end
    end)
end
print(list(take(20, primes())))
for a, b in zip(take(3, from(1)), map(tostring, from(0.5))) do print(a, b, math.type(b)) end
local function permutations(a, n)
    n = n or #a
    if n <= 1 then return yield(a) end
    for i = 1, n do
        a[n], a[i] = a[i], a[n]
        permutations(a, n - 1)
        a[n], a[i] = a[i], a[n]
    end
end
for p in gen(function() permutations {"a", "b", "c"} end) do io.write(table.concat(p), " ") end
print()
local function inorder(t)
    if t then inorder(t.l) yield(t.k) inorder(t.r) end
end
local root
for _, k in ipairs {5, 2, 8, 1, 9, 3} do
    local function put(t)
        if not t then return {k = k} end
        if k < t.k then t.l = put(t.l) else t.r = put(t.r) end
        return t
    end
    root = put(root)
end
print(list(gen(function() inorder(root) end)))
