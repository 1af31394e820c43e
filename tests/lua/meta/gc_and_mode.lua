local weak = setmetatable({}, {__mode = "k"})
local keep = {}
weak[keep] = "kept" weak[{}] = "lost" weak.s = "string"
for i = 1, 50 do weak[{}] = i end
collectgarbage() collectgarbage()
print(weak[keep], weak.s)
local values = setmetatable({keep, n = 1, s = "text"}, {__mode = "v"})
collectgarbage() print(values[1] == keep, values.n, values.s)
print(getmetatable(weak).__mode)
