-- When variables close: by each way out of each block, and in which order.
local log
local function res(n) return setmetatable({}, {__close = function(_, e) log[#log + 1] = n .. (e and ":" .. tostring(e) or "") end}) end
local function run(f, ...) log = {} local r = table.pack(pcall(f, ...)) print(table.concat(log, " "), table.unpack(r, 1, r.n)) end
local function early(x)
    local a <close> = res "a"
    if x == 1 then local b <close> = res "b" return "one" end
    for i = 1, 3 do local c <close> = res("c" .. i) if x == 2 and i == 2 then return i, "two" end if x == 3 then break end end
    do local d <close> = res "d" if x == 4 then goto out end local e <close> = res "e" if x == 5 then error("five", 0) end end
    while x == 6 do local f <close> = res "f" x = 0 end
    ::out::
    return "end", x
end
for i = 1, 10 do log = {} pcall(early, i % 7) end
for x = 0, 6 do run(early, x) end
run(function() local a <close>, b <const>, c = nil, 2 local d <close> = false return b, c end)
run(function() local x <close> = res "x" local y <close> = setmetatable({}, {__close = function() error("in y", 0) end}) local z <close> = res "z" error("first", 0) end)
run(function() local x <close> = 42 end) run(function() local x <close> = {} end)
run(function() for k, v in next, {1}, nil, res "loop" do local b <close> = res "body" end return "done" end)
run(function() for k in pairs({1, 2}), nil, nil, res "never" do end end)
run(function(...) local a <close> = res "args" return ..., select("#", ...) end, 1, nil, 3)
run(function() local r <close> = res "r" return (function() local q <close> = res "q" return log[1] or "none" end)() end)
