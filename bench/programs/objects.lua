-- Objects that live for one turn of a loop.
local function point(x, y) return { x = x, y = y } end
local function add(a, b) return point(a.x + b.x, a.y + b.y) end
function bench(size)
  local p = point(0, 0)
  for i = 0, size - 1 do p = add(p, point(i, 1)) end
  return p.x - p.y
end
