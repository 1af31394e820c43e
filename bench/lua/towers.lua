-- The towers of Hanoi, with discs that are linked objects.
local Towers = {}
Towers.__index = Towers

function Towers:push(disc, pile)
  local top = self.piles[pile]
  if top and top.width <= disc.width then error("a disc is too wide") end
  disc.below = top
  self.piles[pile] = disc
end

function Towers:pop(pile)
  local disc = self.piles[pile]
  self.piles[pile] = disc.below
  disc.below = false
  return disc
end

function Towers:move(n, from, to)
  if n > 0 then
    local other = 6 - from - to
    self:move(n - 1, from, other)
    self:push(self:pop(from), to)
    self.moves = self.moves + 1
    self:move(n - 1, other, to)
  end
end

function bench(size)
  local towers = setmetatable({ piles = { false, false, false }, moves = 0 },
                              Towers)
  for width = size, 1, -1 do
    towers:push({ width = width, below = false }, 1)
  end
  towers:move(size, 1, 3)
  return towers.moves
end
