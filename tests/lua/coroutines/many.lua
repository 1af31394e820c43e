local list = {}
for i = 1, 12 do list[i] = coroutine.create(function(x)
    while true do x = x + coroutine.yield(x) end end) end
local s = 0
for round = 1, 4 do for i = 1, #list do
    s = s + select(2, coroutine.resume(list[i], i % 2 == 0 and round or round + 0.5)) end end
print(s)
for i = 1, 400 do local f = coroutine.wrap(function() coroutine.yield(i) end) f() end
print(pcall(function() for i = 1, 5 do coroutine.wrap(function() error(i, 0) end)() end end))
