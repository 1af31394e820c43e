-- Insertion sort of a linked list by a field.
local function random(x) x = x * 1103515 + 12345; return x - x // 65536 * 65536 end
local function insert(sorted, e)
  if sorted == nil then e.next = sorted; return e end
  if e.key <= sorted.key then e.next = sorted; return e end
  local p = sorted
  while p.next ~= nil do
    if e.key <= p.next.key then break end
    p = p.next
  end
  e.next = p.next
  p.next = e
  return sorted
end
function bench(size)
  local x, sorted = 42, nil
  for i = 1, size do
    x = random(x)
    sorted = insert(sorted, { key = x, next = nil })
  end
  local sum, i = 0, 0
  while sorted ~= nil do
    i = i + 1
    sum = sum + i * sorted.key
    sorted = sorted.next
  end
  return sum
end
