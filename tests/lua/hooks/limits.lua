-- a hook that throws stops what runs, compiled loops too
local function stop() debug.sethook() error("stopped", 0) end
local function run(f, ...) debug.sethook(stop, ...) print(pcall(f)) debug.sethook() end
local function endless() while true do end end
local function counting() local n = 0 for i = 1, 1e15 do n = n + i end end
local function calls() local function f(x) return x end local n = 0 repeat n = f(n) + 1 until n < 0 end
for i = 1, 3 do
    run(endless, "", 100000) run(counting, "", 100000) run(calls, "", 100000)
end
-- set while a loop is hot
local n = 0
local function hot(at) for i = 1, 300000 do n = n + i % 3 if i == at then debug.sethook(stop, "", 10) end end end
hot(0) print(pcall(hot, 200000)) print(n < 2 * 300000)
local count = 0
debug.sethook(function() count = count + 1 end, "", 1) for i = 1, 1000 do end debug.sethook()
print(count >= 1000)
