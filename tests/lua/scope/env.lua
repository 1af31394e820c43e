local print, pcall, load, setmetatable = print, pcall, load, setmetatable
do local _ENV = {v = 5} print(v, w) w = 6 print(w) end
print(v, w)
local function sandbox(_ENV) return a + b end
print(sandbox {a = 1, b = 2})
local env = setmetatable({}, {__index = _G})
local f = load("x = 10 return x + (y or 1)", "chunk", "t", env)
print(f(), env.x, x)
env.y = 5 print(f())
print(pcall(load("return undefined.field", "=c", "t", {})))
print(load("return ...", "c")(1, 2))
local function get() return _ENV.g1 end g1 = "one" print(get())
_ENV.g2 = 2 print(g2, _G.g2)
local _ENV <const> = {print = print} print(g1)
