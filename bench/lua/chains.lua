-- Linked lists: made, turned round, merged and sorted by recursion.
local function cons(value, next) return { value = value, next = next } end

local function reverse(list)
  local result
  while list do
    list, list.next, result = list.next, result, list
  end
  return result
end

local function split(list)
  local left, right
  while list do
    left, right = cons(list.value, right), left
    list = list.next
  end
  return left, right
end

local function merge(a, b)
  if not a then return b end
  if not b then return a end
  if a.value <= b.value then return cons(a.value, merge(a.next, b)) end
  return cons(b.value, merge(a, b.next))
end

local function sort(list)
  if not list or not list.next then return list end
  local left, right = split(list)
  return merge(sort(left), sort(right))
end

function bench(size)
  local sum, seed = 0, 17
  for turn = 1, size do
    local list
    for i = 1, 100 do
      seed = seed * 16807 % 2147483647
      list = cons(seed % 1000, list)
    end
    list = reverse(sort(list))
    local place = 1
    while list do
      sum = (sum + list.value * place) % 1000003
      list, place = list.next, place + 1
    end
  end
  return sum
end
