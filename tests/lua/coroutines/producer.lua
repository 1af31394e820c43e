local function producer(n) return coroutine.create(function()
    for i = 1, n do coroutine.yield("line " .. i) end end) end
local function filter(p) return coroutine.create(function()
    local n = 1
    while true do
        local ok, l = coroutine.resume(p)
        if not l then return nil end
        coroutine.yield(("%3d %s"):format(n, l)) n = n + 1
    end end) end
local c = filter(filter(producer(4)))
while true do local ok, l = coroutine.resume(c) if not l then break end print(l) end
print(coroutine.status(c))
