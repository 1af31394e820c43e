-- an operation whose metamethod cannot be called says which one it was
local function try(f, ...) print(select(2, pcall(f, ...))) end
local function with(name, v) return setmetatable({}, { [name] = v }) end
try(function(a) return a + 1 end, with("__add", 34))
try(function(a) return 2 .. a end, with("__concat", {}))
try(function(a) return a > a end, with("__lt", true))
try(function(a) return a <= a end, with("__le", "x"))
try(function(a) return -a end, with("__unm", 1))
try(function(a) return #a end, with("__len", 1))
try(function(a) return a ~= with("__eq", 1) end, with("__eq", 1))
-- and a metamethod that runs knows what it is
local function who() local i = debug.getinfo(2, "n") print(i.name, i.namewhat) end
local t = setmetatable({}, { __add = function() who() return 1 end, __index = function() who() end,
    __newindex = function() who() end, __lt = function() who() return true end,
    __concat = function() who() return "" end, __len = function() who() return 1 end,
    __bnot = function() who() return 1 end, __eq = function() who() return true end })
local _ = t + 1, t.x, t < t, t .. "a", #t, ~t, t == setmetatable({}, getmetatable(t))
t.y = 1
