-- Yields from tail calls, from deep recursion, and from varargs passed on.
local function tail(n, ...)
    if n == 0 then return coroutine.yield(...) end
    return tail(n - 1, ...)
end
local co = coroutine.wrap(function(...) return "ret", tail(...) end)
print(co(500, "a", nil)) print(co("b", "c"))
local function deep(n) if n == 0 then return coroutine.yield("deep") end return 1 + deep(n - 1) end
for i = 1, 3 do
    local d = coroutine.wrap(deep)
    print(d(150 * i), d(i == 3 and 0.5 or i))
end
local function ping(n) return function(v) if n == 0 then return v end return ping(n - 1)(coroutine.yield(v + n)) end end
local p, v = coroutine.wrap(ping(10)), 0
for _ = 1, 11 do v = p(v) end
print(v, pcall(p))
local gen = coroutine.wrap(function()
    local function walk(t, ...)
        if t == nil then return end
        if type(t) == "table" then walk(table.unpack(t)) else coroutine.yield(t) end
        return walk(...)
    end
    walk(1, {2, {3, "four"}, {{5}}}, 6.5)
end)
for x in gen do io.write(x, " ") end print()
