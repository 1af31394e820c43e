-- Hooks by call, return and line; set inside, removed inside, that throw.
local n = {call = 0, ["return"] = 0, ["tail call"] = 0}
local function hook(e) n[e] = n[e] + 1 end
local function leaf(x) return x + 1 end local function tail(x) return leaf(x) end
for i = 1, 20 do tail(i) end
debug.sethook(hook, "cr") leaf(1) tail(1) debug.sethook() print(n.call >= 2, n["return"] >= 2)
local lines = {} debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
local z = 1
z = z + 1
debug.sethook() print(#lines, lines[2] - lines[1]) print(debug.gethook())
local c = 0 debug.sethook(function() c = c + 1 end, "", 100) for i = 1, 2000 do z = z + i end debug.sethook() print(c > 5)
debug.sethook(function() error("hook stops", 0) end, "", 1000) print(pcall(function() while true do end end)) debug.sethook() print(pcall(debug.sethook, 1, "z") ~= nil)
local co = coroutine.create(function() for i = 1, 3 do coroutine.yield(i) end end) local k = 0 debug.sethook(co, function() k = k + 1 end, "l") coroutine.resume(co) coroutine.resume(co) print(k > 0, debug.gethook(co) ~= nil, debug.gethook()) debug.sethook(co) print(debug.gethook(co))
