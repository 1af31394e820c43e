-- Moving circles; a quadtree finds those that touch each other.
local Tree = {}
Tree.__index = Tree

function Tree.new(x, y, half)
  return setmetatable({ x = x, y = y, half = half, items = {},
                        parts = false }, Tree)
end

function Tree:part(item)
  return (item.x < self.x and 1 or 2) + (item.y < self.y and 0 or 2)
end

function Tree:divide()
  local x, y, half = self.x, self.y, self.half / 2
  self.parts = { Tree.new(x - half, y - half, half),
                 Tree.new(x + half, y - half, half),
                 Tree.new(x - half, y + half, half),
                 Tree.new(x + half, y + half, half) }
  local items = self.items
  self.items = {}
  for _, item in ipairs(items) do self:insert(item) end
end

function Tree:insert(item)
  if self.parts then return self.parts[self:part(item)]:insert(item) end
  self.items[#self.items + 1] = item
  if #self.items > 4 and self.half > 2 then self:divide() end
end

function Tree:touches(x, y, reach)
  local far = self.half + reach
  return math.abs(x - self.x) <= far and math.abs(y - self.y) <= far
end

-- How many items are nearer than reach.
function Tree:near(x, y, reach)
  local count = 0
  if not self:touches(x, y, reach) then return 0 end
  if self.parts then
    for i = 1, 4 do count = count + self.parts[i]:near(x, y, reach) end
    return count
  end
  for _, item in ipairs(self.items) do
    local dx, dy = item.x - x, item.y - y
    if dx * dx + dy * dy < reach * reach then count = count + 1 end
  end
  return count
end

local function move(item)
  item.x, item.y = item.x + item.dx, item.y + item.dy
  if item.x < 0 or item.x > 128 then item.dx = -item.dx end
  if item.y < 0 or item.y > 128 then item.dy = -item.dy end
end

function bench(size)
  local items, seed, sum = {}, 99, 0
  local function random(n)
    seed = seed * 16807 % 2147483647
    return seed % n
  end
  for i = 1, 100 do
    items[i] = { x = random(128), y = random(128),
                 dx = random(5) / 2 - 1, dy = random(7) / 4 - 0.75 }
  end
  for turn = 1, size do
    local tree = Tree.new(64, 64, 64)
    for _, item in ipairs(items) do
      move(item)
      tree:insert(item)
    end
    for _, item in ipairs(items) do
      sum = sum + tree:near(item.x, item.y, 8) - 1
    end
  end
  return sum
end
