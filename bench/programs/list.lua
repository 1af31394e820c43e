-- Linked lists: made, walked, reversed.
local function make(n)
  local list = nil
  while n > 0 do list = { value = n, next = list }; n = n - 1 end
  return list
end
local function reverse(list)
  local r = nil
  while list ~= nil do
    local next = list.next
    list.next = r; r = list; list = next
  end
  return r
end
local function sum(list)
  local s = 0
  while list ~= nil do s = s + list.value; list = list.next end
  return s
end
function bench(size)
  local total = 0
  for i = 1, size do
    local list = reverse(make(5000))
    total = total + sum(list) + list.value
  end
  return total
end
