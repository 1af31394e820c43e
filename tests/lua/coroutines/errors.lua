-- Errors through several coroutines, dead ones, and misuse, with messages.
local function chain(n)
    if n == 0 then error("bottom") end
    return coroutine.wrap(function() chain(n - 1) end)()
end
print(pcall(chain, 3))
local co = coroutine.create(function() local x = nil; return x.y end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.close(co))
co = coroutine.create(function() coroutine.yield() error({code = 7}) end)
coroutine.resume(co)
local ok, e = coroutine.resume(co)
print(ok, type(e), e.code, coroutine.status(co), (coroutine.close(co)))
print(pcall(coroutine.resume, nil)) print(pcall(coroutine.create, 1)) print(pcall(coroutine.wrap))
print(pcall(coroutine.yield, 1)) print(coroutine.resume(coroutine.running()))
print(pcall(coroutine.close, coroutine.running()))
co = coroutine.wrap(function() return pcall(co) end) print(co())
local w = coroutine.wrap(function() error("in wrap", 1) end) print(pcall(w))
w = coroutine.wrap(function() error() end) print(pcall(w))
w = coroutine.wrap(function() error(nil, 2) end) print(pcall(w)) print(pcall(w))
co = coroutine.create(function(...) return select("#", ...), xpcall(function() coroutine.yield(1) error("x", 0) end,
    function(m) return m .. "!" end) end)
print(coroutine.resume(co, nil, nil)) print(coroutine.resume(co)) print(coroutine.resume(co))
print(select("#", coroutine.resume(coroutine.create(function() end))))
