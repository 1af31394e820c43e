-- Yields across pcall, xpcall, error handlers, and closing variables.
local co = coroutine.wrap(function()
    print(pcall(function() coroutine.yield(1) error("after", 0) end))
    print(xpcall(function() return coroutine.yield(2), "r" end, print))
    print(xpcall(function() coroutine.yield(3) error("x", 0) end,
        function(m) return "handled " .. m end))
    local c <close> = setmetatable({}, {__close = function() coroutine.yield(4) end})
    return "last"
end)
for i = 1, 4 do print("got", co(i)) end print(co())
local deep = coroutine.wrap(function()
    local function f(n) if n == 0 then coroutine.yield("bottom") return 0 end
        return 1 + select(2, pcall(f, n - 1)) end
    return f(50)
end)
print(deep()) print(deep())
