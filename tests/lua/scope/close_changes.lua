-- A closing method that appears, goes, counts, or throws anew; no tail calls.
local n = 0
local mt = {__close = function(o, e) n = n + 1 o.closed = (o.closed or 0) + 1 end}
local function use(o) local x <close> = o return x and x.v end
local o = setmetatable({v = 1}, mt)
for i = 1, 60 do use(o) end
print(n, o.closed, use(nil), use(false), pcall(use, {})) mt.__close = function() n = n + 100 end
use(o) print(n) mt.__close = nil print(pcall(use, o))
local function drop(o) local x <close> = o getmetatable(o).__close = nil end
mt.__close = print print(pcall(drop, o)) print(pcall(function() local x <close> = setmetatable({}, {__close = true}) end)) mt.__close = function(_, e) error(tostring(e) .. "+", 0) end
local function two(o) local a <close>, b = o local c <close> = o error("e", 0) end print(pcall(two, o))
mt.__close = setmetatable({}, {__call = function(_, ...) print("object closes", select("#", ...)) end}) use(o)
local depth = 0 mt.__close = function() depth = depth - 1 end
local function rec(k) local x <close> = setmetatable({}, mt) depth = depth + 1 if k == 0 then return depth end return (rec(k - 1)) end print(rec(50), depth)
local function not_tail(k) local x <close> = nil if k == 0 then return "deep" end return not_tail(k - 1) end print(not_tail(100))
