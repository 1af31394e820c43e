local function res(n) return setmetatable({}, {__close = function(_, e) print(n, e) end}) end
local co = coroutine.create(function() local a <close> = res "a"
    local b <close> = res "b" coroutine.yield(1) end)
coroutine.resume(co) print(coroutine.close(co), coroutine.status(co))
print(coroutine.close(co)) print(coroutine.close(coroutine.create(print)))
local bad = coroutine.create(function() local a <close> = res "outer"
    local b <close> = setmetatable({}, {__close = function() error("in close", 0) end})
    coroutine.yield() end)
coroutine.resume(bad) print(coroutine.close(bad)) print(coroutine.status(bad))
local err = coroutine.create(function() error("boom", 0) end)
print(select("#", coroutine.resume(err)), coroutine.status(err))
print(pcall(coroutine.close, coroutine.running()))
