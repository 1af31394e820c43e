local f = coroutine.wrap(function(...) local a = ...
    for i = 1, 3 do a = coroutine.yield(a, i) end return "end", a end)
print(f("a")) print(f("b")) print(f("c")) print(f("d")) print(pcall(f))
local g = coroutine.wrap(function() error("bad") end) print(pcall(g)) print(pcall(g))
local h = coroutine.wrap(function() error({code = 5}) end)
print(select(2, pcall(h)).code)
local r r = coroutine.wrap(function() return r() end) print(pcall(r))
print(pcall(coroutine.wrap, nil)) print(select("#", coroutine.wrap(function() end)()))
