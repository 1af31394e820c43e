-- A hash map written in Lua, and the tables of Lua with keys of all kinds.
local Map = {}
Map.__index = Map

function Map.new()
  local buckets = {}
  for i = 1, 64 do buckets[i] = false end
  return setmetatable({ buckets = buckets, count = 0 }, Map)
end

function Map:get(key)
  local entry = self.buckets[key % #self.buckets + 1]
  while entry and entry.key ~= key do entry = entry.next end
  return entry and entry.value
end

function Map:grow()
  local old, buckets = self.buckets, {}
  for i = 1, 2 * #old do buckets[i] = false end
  self.buckets = buckets
  for i = 1, #old do
    local entry = old[i]
    while entry do
      local next, at = entry.next, entry.key % #buckets + 1
      entry.next = buckets[at]
      buckets[at] = entry
      entry = next
    end
  end
end

function Map:put(key, value)
  local at = key % #self.buckets + 1
  local entry = self.buckets[at]
  while entry and entry.key ~= key do entry = entry.next end
  if entry then
    entry.value = value
    return
  end
  self.buckets[at] = { key = key, value = value, next = self.buckets[at] }
  self.count = self.count + 1
  if self.count > #self.buckets then self:grow() end
end

local function own(n)
  local map, seed = Map.new(), 5
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    map:put(seed % 500, (map:get(seed % 500) or 0) + 1)
  end
  return map.count * 7 + (map:get(100) or 0)
end

local names = {}
for i = 1, 300 do names[i] = "name" .. i end

local function tables(n)
  local by_name, sparse, sum, seed = {}, {}, 0, 11
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    local name = names[seed % 300 + 1]
    by_name[name] = (by_name[name] or 0) + 1
    sparse[seed % 1000 * 97] = i
  end
  for _, count in pairs(by_name) do sum = sum + count * count end
  for key, value in pairs(sparse) do sum = (sum + key * value) % 1000003 end
  return sum
end

function bench(size)
  local sum = 0
  for turn = 1, size do
    sum = (sum + own(1000) + tables(1000)) % 1000003
  end
  return sum
end
