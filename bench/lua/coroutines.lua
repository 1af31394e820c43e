-- Producers and consumers that take turns; walks through trees.
local yield, wrap = coroutine.yield, coroutine.wrap

local function tree(n)
  if n == 0 then return false end
  return { left = tree(n - 1), key = n, right = tree(n - 1) }
end

local function walk(node)
  if node then
    walk(node.left)
    yield(node.key)
    walk(node.right)
  end
end

local function each(node)
  return wrap(function() walk(node) end)
end

local function numbers(n)
  return wrap(function() for i = 1, n do yield(i, i * i) end end)
end

local function only_odd(source)
  return wrap(function()
    for i, square in source do
      if i % 2 == 1 then yield(square) end
    end
  end)
end

function bench(size)
  local root, sum = tree(7), 0
  for turn = 1, size do
    for key in each(root) do sum = (sum * 3 + key) % 1000003 end
    for square in only_odd(numbers(100)) do sum = (sum + square) % 1000003 end
  end
  return sum
end
