-- Dominators and natural loops of a control-flow graph.
local Block = {}
Block.__index = Block

function Block.new(id)
  return setmetatable({ id = id, to = {}, from = {}, order = 0, idom = false,
                        depth = 0 }, Block)
end

function Block:link(to)
  self.to[#self.to + 1] = to
  to.from[#to.from + 1] = self
end

-- Nested loops with branches in them; returns the last block.
local function make(blocks, from, depth)
  local function add()
    local block = Block.new(#blocks + 1)
    blocks[#blocks + 1] = block
    return block
  end
  local head = add()
  from:link(head)
  local left, right, join = add(), add(), add()
  head:link(left)
  head:link(right)
  left:link(join)
  right:link(join)
  local last = join
  if depth > 0 then
    last = make(blocks, last, depth - 1)
    last = make(blocks, last, depth - 1)
  end
  last:link(head)
  local exit = add()
  last:link(exit)
  return exit
end

local function number(block, order, seen)
  seen[block] = true
  for _, to in ipairs(block.to) do
    if not seen[to] then number(to, order, seen) end
  end
  order[#order + 1] = block
  block.order = #order
end

local function common(a, b)
  while a ~= b do
    while a.order < b.order do a = a.idom end
    while b.order < a.order do b = b.idom end
  end
  return a
end

local function dominators(entry, order)
  local changed = true
  entry.idom = entry
  while changed do
    changed = false
    for i = #order - 1, 1, -1 do
      local block, idom = order[i], false
      for _, from in ipairs(block.from) do
        if from.idom then idom = idom and common(idom, from) or from end
      end
      if block.idom ~= idom then
        block.idom = idom
        changed = true
      end
    end
  end
end

local function dominates(a, b)
  while b.order < a.order do b = b.idom end
  return a == b
end

-- All blocks of the loop that goes back from a block to its head.
local function body(head, back)
  local inside, work = { [head] = true }, { back }
  while #work > 0 do
    local block = table.remove(work)
    if not inside[block] then
      inside[block] = true
      block.depth = block.depth + 1
      for _, from in ipairs(block.from) do work[#work + 1] = from end
    end
  end
  head.depth = head.depth + 1
end

local function analyze(entry)
  local order = {}
  number(entry, order, {})
  dominators(entry, order)
  for _, block in ipairs(order) do
    for _, to in ipairs(block.to) do
      if dominates(to, block) then body(to, block) end
    end
  end
  return order
end

function bench(size)
  local sum = 0
  for turn = 1, size do
    local entry = Block.new(1)
    make({ entry }, entry, 4)
    for _, block in ipairs(analyze(entry)) do
      sum = (sum * 3 + block.depth + block.idom.id) % 1000003
    end
  end
  return sum
end
