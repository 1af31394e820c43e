-- Two functions that call each other.
local odd
local function even(n) if n == 0 then return true end return (odd(n - 1)) end
function odd(n) if n == 0 then return false end return (even(n - 1)) end
function bench(size)
  local n = 0
  for i = 0, size - 1 do
    if even(i - i // 1000 * 1000) then n = n + 1 end
  end
  return n
end
