-- The longest way to 1; branches that nobody can foresee.
function bench(size)
  local best, at, i = 0, 0, 1
  while i < size do
    local n, c = i, 0
    while n ~= 1 do
      local h = n // 2
      if h * 2 == n then n = h else n = 3 * n + 1 end
      c = c + 1
    end
    if c > best then best = c; at = i end
    i = i + 1
  end
  return at * 1000 + best
end
