local function len(x) return #x end
for i = 1, 60 do len({i, i}) end
print(len {}, len {1, 2, 3}, len "abc", len "")
print(len(setmetatable({1, 2}, {__len = function() return "many" end})))
print(pcall(len, 5)) print(pcall(len, nil)) print(pcall(len, print))
local t = {n = 0}
for i = 1, 40 do t[len(t) + 1] = i end
print(len(t)) t[len(t)] = nil print(len(t))
local s = setmetatable({}, {__len = function(t) return t.size end})
s.size = 3 print(len(s)) s.size = nil print(len(s))
