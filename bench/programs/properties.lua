-- Properties of one object, read and written.
local o = { i = 0, sum = 0, last = 0 }
while o.i < 24000000 do
  o.sum = o.sum + o.i - o.last
  o.last = o.i // 2
  o.i = o.i + 1
end
print(o.sum)
