-- ours: modes: tier0
-- A table that a constructor with keys has made is not kept by the function that
-- made it.  (Compiled code may keep one in its frame.)
local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end
local weak = setmetatable({}, {__mode = "k"})
local last
for i = 1, 100 do
  local n = {}
  weak[n] = {k = {last}}
  last = n
end
collectgarbage()
print(count(weak))
local n = last
while n do n = weak[n].k[1] end
last = nil
collectgarbage()
print(count(weak) < 5)
