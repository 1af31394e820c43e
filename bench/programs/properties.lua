-- Properties of one object, read and written.
function bench(size)
  local o = { i = 0, sum = 0, last = 0 }
  while o.i < size do
    o.sum = o.sum + o.i - o.last
    o.last = o.i // 2
    o.i = o.i + 1
  end
  return o.sum
end
