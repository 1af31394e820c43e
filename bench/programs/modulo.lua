-- Divisions in a loop: a - a / b * b.
function bench(size)
  local x, sum, i = 42, 0, 0
  while i < size do
    x = x * 16807 - x * 16807 // 65537 * 65537
    sum = sum + x - x // 7 * 7
    i = i + 1
  end
  return sum
end
