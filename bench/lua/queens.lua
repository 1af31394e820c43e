-- All places for queens that do not attack each other.
local function place(row, n, columns, up, down)
  if row > n then return 1 end
  local found = 0
  for column = 1, n do
    if columns[column] and up[row + column] and down[row - column + n] then
      columns[column], up[row + column] = false, false
      down[row - column + n] = false
      found = found + place(row + 1, n, columns, up, down)
      columns[column], up[row + column] = true, true
      down[row - column + n] = true
    end
  end
  return found
end

function bench(size)
  local columns, up, down = {}, {}, {}
  for i = 1, size do columns[i] = true end
  for i = 1, 2 * size do up[i], down[i] = true, true end
  return place(1, size, columns, up, down)
end
