local function res(name) return setmetatable({}, {__close = function(_, e) print("close " .. name, e) end}) end
do local a <close> = res("a") local b <close> = res("b") print("body") end
local function f() local x <close> = res("x") return 1, 2, 3 end
print(f())
for i = 1, 2 do local y <close> = res("loop" .. i) if i == 2 then break end end
print(pcall(function() local z <close> = res("z") error("oops", 0) end))
do local n <close> = nil local m <close> = false end
print(pcall(function() local bad <close> = 5 end))
print(pcall(function() local bad <close> = {} end))
local function g() local t <close> = res("t") return f() end print(g())
print(pcall(function() local e <close> = setmetatable({}, {__close = function() error("in close", 0) end}) error("first", 0) end))
print(pcall(function() local e <close> = setmetatable({}, {__close = function() error("in close", 0) end}) return 5 end))
for k in (function() return nil end), nil, nil, res("iter") do end
for k in next, {1}, nil, res("iter2") do print(k) break end
do local a <close> = res("first") goto done end ::done:: print("after")
local function nest() local a <close> = res("n1") do local b <close> = res("n2") return "r" end end print(nest())
while true do local w <close> = res("w") break end
