-- Trees of arrays that are made and dropped.
local seed, count

local function random()
  seed = seed * 16807 % 2147483647
  return seed
end

local function tree(depth)
  count = count + 1
  if depth == 0 then
    local leaf = {}
    for i = 1, random() % 10 do leaf[i] = false end
    return leaf
  end
  local branches = {}
  for i = 1, 4 do branches[i] = tree(depth - 1) end
  return branches
end

function bench(size)
  seed, count = 42, 0
  local leaves = 0
  for turn = 1, size do
    local root = tree(5)
    leaves = leaves + #root[1][2][3][4][1]
  end
  return count * 10 + leaves
end
