local function f(n) return 1 + f(n + 1) end
local ok, m = pcall(f, 1)
print(ok, type(m))
local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})
ok, m = pcall(function() return t[1] end)
print(ok, type(m))
local function g() return pcall(g) end
print(type(g()))
print(pcall(string and string.rep or error, "x", -1))
