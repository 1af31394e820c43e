-- Values with operators of their own.
local Vector = {}
Vector.__index = Vector

local function vector(x, y)
  return setmetatable({ x = x, y = y }, Vector)
end

function Vector.__add(a, b) return vector(a.x + b.x, a.y + b.y) end
function Vector.__sub(a, b) return vector(a.x - b.x, a.y - b.y) end
function Vector.__mul(a, k) return vector(a.x * k, a.y * k) end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y end
function Vector:square() return self.x * self.x + self.y * self.y end

function bench(size)
  local at, speed, centre = vector(1.0, 0.0), vector(0.0, 0.5), vector(0, 0)
  local turns, equal = 0, 0
  for i = 1, size do
    local pull = (centre - at) * 0.01
    local before = at
    speed = speed + pull
    at = at + speed * 0.1
    if at:square() > 1.0 then turns = turns + 1 end
    if at == before then equal = equal + 1 end
  end
  return turns * 3 + equal + math.floor(at.x * 1000)
end
