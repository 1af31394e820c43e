-- Functions that make functions: pipelines over ranges.
local function range(first, last)
  return function(yield)
    for i = first, last do yield(i) end
  end
end

local function map(source, f)
  return function(yield) source(function(x) yield(f(x)) end) end
end

local function filter(source, accept)
  return function(yield)
    source(function(x) if accept(x) then yield(x) end end)
  end
end

local function fold(source, start, f)
  local result = start
  source(function(x) result = f(result, x) end)
  return result
end

local function compose(f, g) return function(x) return f(g(x)) end end

local function counter()
  local n = 0
  return function() n = n + 1 return n end
end

function bench(size)
  local sum, count = 0, counter()
  local function add(a, b) return (a + b) % 1000003 end
  for turn = 1, size do
    local double = function(x) return x * 2 + turn end
    local twice = compose(double, double)
    local odd = function(x) count() return x % 3 ~= 0 end
    sum = fold(map(filter(range(1, 100), odd), twice), sum, add)
  end
  return sum + count()
end
