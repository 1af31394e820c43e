-- How long points of a grid stay near zero.
function bench(size)
  local sum = 0
  for row = 0, size - 1 do
    local ci = 2.0 * row / size - 1.0
    for column = 0, size - 1 do
      local cr = 2.0 * column / size - 1.5
      local zr, zi, turns = 0.0, 0.0, 0
      while turns < 50 and zr * zr + zi * zi < 4.0 do
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
        turns = turns + 1
      end
      sum = sum + turns
    end
  end
  return sum
end
