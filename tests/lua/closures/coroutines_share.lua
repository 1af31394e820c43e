-- Upvalues that two coroutines and the main program write in turn.
local total, log = 0, {}
local function adder(name, step)
    return coroutine.wrap(function()
        local mine = 0
        while true do
            total = total + step
            mine = mine + 1
            log[#log + 1] = name .. mine
            step = coroutine.yield(function() return mine, total end) or step
        end
    end)
end
local a, b = adder("a", 1), adder("b", 100)
local last
for i = 1, 30 do
    last = a()
    if i % 3 == 0 then b(i % 2 == 0 and 0.5 or nil) end
    if i == 20 then total = total - 1000 end
end
print(total, last(), #log, log[#log])
total = "12"
print(b(1)()) print(a("0x10")())
total = nil
print(pcall(a)) print(pcall(a)) total = 0 print(b()())
