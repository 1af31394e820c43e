local function level(n)
    return coroutine.wrap(function()
        if n > 0 then for v in level(n - 1) do coroutine.yield(v * 2) end end
        coroutine.yield(1)
    end)
end
local out = {} for v in level(8) do out[#out + 1] = v end print(table.concat(out, " "))
local log = {}
local function task(name, n) return coroutine.create(function()
    for i = 1, n do log[#log + 1] = name .. i coroutine.yield() end end) end
local tasks = {task("a", 3), task("b", 1), task("c", 2)}
while #tasks > 0 do
    for i = #tasks, 1, -1 do
        coroutine.resume(tasks[i])
        if coroutine.status(tasks[i]) == "dead" then table.remove(tasks, i) end
    end
end
print(table.concat(log, " "))
local a, b
a = coroutine.create(function() return coroutine.resume(b) end)
b = coroutine.create(function() return coroutine.resume(a) end)
print(coroutine.resume(a))
