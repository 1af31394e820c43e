-- Functions that share code and not their environment.
local function make(env) local _ENV = env local function get() return x end local function set(v) x = v end return get, set end
local get, set = make {x = 1} local get2, set2 = make {x = "other"}
for i = 1, 50 do set(get() + 1) end
set2(get2() .. "!") print(get(), get2(), x) set(0.5) print(get(), get2())
local log = {} local watched = setmetatable({}, {__index = function(_, k) log[#log + 1] = "r" .. k return 10 end, __newindex = function(t, k, v) log[#log + 1] = "w" .. k rawset(t, k, v) end})
local f = load("y = x + 1; y = y + x; return y, z", "=chunk", "t", watched) print(f()) print(f()) print(table.concat(log, " "))
do local _ENV = {print = print} print(tostring == nil, _G == nil) function g() return "in g" end print(g()) end print(g)
local function sandbox(src, vars) local env = setmetatable(vars or {}, {__index = {print = print, pairs = pairs}}) local f, e = load(src, "=sb", "t", env) if not f then return e end return select(2, pcall(f)), env end
print((sandbox "os.exit()")) print((sandbox "a = 1 return a")) print(sandbox "x =") local _, e = sandbox("b = b + 1", {b = 41}) print(e.b) print(pcall(function() local _ENV <const> = nil return zz end)) print(pcall(function() local _ENV = 5 zz = 1 end))
local function param(_ENV) return a, b end for i = 1, 20 do param({a = i}) end print(param({a = 1, b = 2}), param(setmetatable({}, {__index = function(_, k) return k end})))
