-- A text that is put together piece by piece, many times.
local function build(n)
  local s = {}
  while n > 0 do s[#s + 1] = n .. ","; n = n - 1 end
  return table.concat(s)
end
function bench(size)
  local same, first = 0, build(2000)
  for i = 1, size do
    if build(2000) == first then same = same + 1 end
  end
  return same
end
