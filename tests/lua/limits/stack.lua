-- options: --max-stack=1M
local function f(n) return 1 + f(n + 1) end
local ok, m = pcall(f, 1)
print(ok, (m:gsub("overflow.*", "overflow")))
local t = setmetatable({}, {__add = function(a, b) return a + b end})
print(pcall(function() return t + 1 end) == false)
local function g(...) return 1, g(1, ...) end
print((pcall(g)))
print(#select(2, load(("("):rep(1000000) .. "1" .. (")"):rep(1000000), "=p")) > 10)
print((pcall(string.rep, "x", 1 << 40)))
local n = 0
for i = 1, 20 do local ok = pcall(f, 1) n = n + (ok and 0 or 1) end
print(n)
