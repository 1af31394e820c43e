-- Constants that only seem to be: a table that is final until it is not.
local config = {scale = 2, name = "x"}
local function f(i) return i * config.scale end
local s = 0
for i = 1, 100 do s = s + f(i) end
print(s)
config.scale = 3
s = 0 for i = 1, 100 do s = s + f(i) end print(s)
for k = 1, 5 do config.scale = config.scale + 0.5 print(f(2)) end
config = {scale = 10} print(f(2))
config = setmetatable({}, {__index = function(_, k) return #k end}) print(f(2))
config.scale = "4" print(f(2))
config = nil print(pcall(f, 2))
