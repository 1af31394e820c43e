-- Functions as values: composed, kept in objects, called.
local function inc(x) return x + 1 end
local function dbl(x) return x + x end
local function cut(x) if x > 1000 then return x - 1000 end return x end
local function compose(f, g) return { f = f, g = g } end
local function run(c, x) return (c.g(c.f(x))) end
local function times(c, n, x)
  while n > 0 do x = cut(run(c, x)); n = n - 1 end
  return x
end
function bench(size)
  return times(compose(inc, dbl), size, 1) * 10000 +
         times(compose(dbl, inc), size, 1)
end
