-- call and return hooks, and who the hook sees
local events = {}
local function fib(n) if n < 2 then return n end local a = fib(n - 1) return a + fib(n - 2) end
debug.sethook(function(event)
    local i, own = debug.getinfo(2, "nf"), debug.getinfo(1, "n")
    if i.func == fib then local _, n = debug.getlocal(2, 1) events[#events + 1] = event .. own.namewhat .. (event == "return" and n or "") end
end, "cr")
fib(2)
debug.sethook()
print(table.concat(events, " "))
print(debug.getinfo(1, "n").namewhat)
-- hooks of other threads
local co, seen = coroutine.create(function() local x = 1 coroutine.yield() x = 2 return x end), 0
debug.sethook(co, function() seen = seen + 1 end, "l")
local y = 1
coroutine.resume(co) coroutine.resume(co)
print(seen > 0, debug.gethook() == nil, debug.gethook(co) ~= nil)
