-- Closing variables yield: at the block's end, by break, goto, return, error.
local function res(name)
    return setmetatable({}, {__close = function(_, e)
        print("close", name, e, coroutine.yield("in " .. name))
    end})
end
local function drive(f)
    local co = coroutine.create(f)
    local args = {}
    for i = 1, 9 do
        local r = table.pack(coroutine.resume(co, i))
        print(i, table.unpack(r, 1, r.n))
        if coroutine.status(co) == "dead" then return end
    end
end
drive(function() do local a <close>, b = res "a", 1 end return "end", 2 end)
drive(function() for i = 1, 3 do local a <close> = res("b" .. i) if i == 2 then break end end end)
drive(function() local a <close> = res "c" local d <close> = res "d" return 1, 2, 3 end)
drive(function() do local a <close> = res "e" goto out end ::out:: return "out" end)
drive(function() return pcall(function() local a <close> = res "g" error(false) end) end)
local co = coroutine.create(function() local a <close> = res "h" coroutine.yield(0) end)
print(coroutine.resume(co)) print(coroutine.close(co), coroutine.status(co))
