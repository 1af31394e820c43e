-- Round robin with sleep, wait, spawn and messages; tasks that fail.
local ready, sleeping, clock, log = {}, {}, 0, {}
local function note(...) log[#log + 1] = table.concat({clock, ...}, " ") end
local function spawn(name, f, ...)
    local task = {name = name, co = coroutine.create(f), args = table.pack(...), box = {}, waiters = {}}
    ready[#ready + 1] = task
    return task
end
local function step(task)
    local ok, what, arg = coroutine.resume(task.co, table.unpack(task.args, 1, task.args.n))
    task.args = {n = 0}
    if not ok then note(task.name, "failed:", what) end
    if coroutine.status(task.co) == "dead" then
        task.done = true
        for _, w in ipairs(task.waiters) do w.args = {n = 1, what} ready[#ready + 1] = w end
    elseif what == "sleep" then
        sleeping[#sleeping + 1] = {task = task, at = clock + arg}
    elseif what == "wait" then
        if arg.done then ready[#ready + 1] = task else table.insert(arg.waiters, task) end
    elseif what == "receive" and #task.box == 0 then
        task.hungry = true
    else
        ready[#ready + 1] = task
    end
end
local function send(task, m)
    table.insert(task.box, m)
    if task.hungry then task.hungry = false ready[#ready + 1] = task end
end
local function run()
    while #ready > 0 or #sleeping > 0 do
        while #ready > 0 do step(table.remove(ready, 1)) end
        if #sleeping == 0 then break end
        table.sort(sleeping, function(a, b) return a.at < b.at or a.at == b.at and a.task.name < b.task.name end)
        clock = sleeping[1].at
        while sleeping[1] and sleeping[1].at == clock do
            ready[#ready + 1] = table.remove(sleeping, 1).task
        end
    end
end
local yield = coroutine.yield
local printer
printer = spawn("printer", function()
    local n = 0
    while true do
        while #printer.box == 0 do yield "receive" end
        local m = table.remove(printer.box, 1)
        if m == "stop" then note("printed", n) return n end
        n = n + 1
    end
end)
for i = 1, 4 do
    spawn("worker" .. i, function(k, ...)
        for j = 1, k do
            yield("sleep", k * (j % 2 == 0 and 0.5 or 1))
            send(printer, j)
        end
        if k == 3 then error("broken", 0) end
        note("worker", k, "ends", select("#", ...))
    end, i, nil, nil)
end
spawn("boss", function()
    local child = spawn("child", function() for _ = 1, 5 do yield("sleep", 3) end return "child's result" end)
    note("boss got", yield("wait", child))
    send(printer, "stop")
end)
run()
print(table.concat(log, "\n")) print(printer.done, #ready, clock)
