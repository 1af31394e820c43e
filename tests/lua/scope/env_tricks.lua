local function f() local _ENV = {x = 1} x = x + 1 return x end
print(f(), x) do local _ENV = setmetatable({}, {__index = _G}) y = 5 print(y, _G.y) end
local function g(_ENV) return a + b end
print(g {a = 1, b = 2}, pcall(g, {a = 1}))
print(pcall(function() local _ENV = nil return z end))
local print = print do local _ENV <const> = {k = 3} print(k) end
setmetatable(_G, {__index = function(_, n) return "undef " .. n end, __newindex = function(t, n, v) rawset(t, n, v and v * 2) end})
print(undefinedvar) newvar = 21
print(newvar) setmetatable(_G, nil)
print(undefinedvar, newvar)
for i = 1, 30 do local _ENV = {i = i, s = i * 2} if i == 30 then print(i, s) end end _G.dyn = 1
print(dyn, _ENV == _G, _G._G == _G)
