-- ours: modes: tier0
-- A table that a constructor with keys has made is not kept by the function that
-- made it.  A word on the C stack may still look like its address: at some depth
-- there is none.  (Compiled code may keep one in its frame.)
local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end
local function left()
  local weak = setmetatable({}, {__mode = "k"})
  local last
  for i = 1, 100 do
    local n = {}
    weak[n] = {k = {last}}
    last = n
  end
  collectgarbage()
  assert(count(weak) == 100)
  local n = last
  while n do n = weak[n].k[1] end
  last = nil
  collectgarbage()
  return count(weak)
end
local function at_depth(n)
  if n == 0 then return left() end
  return (at_depth(n - 1))
end
local least = 100
for depth = 0, 20 do least = math.min(least, at_depth(depth)) end
print(least < 5)
