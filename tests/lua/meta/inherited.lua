-- A call of a method that several classes inherit, from more than one class.
local function class(base)
  local c = setmetatable({}, { __index = base })
  c.__index = c
  return c
end

local A = class(nil)
function A:f() return 1 end
function A:g(x) return self.x + x end

local B, C, D = class(A), class(A), class(A)
function D:g(x) return self.x - x end
local classes = { B, C, D, class(C) }

local function run(list)
  local n = 0
  for i = 1, #list do
    local t = list[i]
    n = n + t:f() * 2 + t:g(i)
  end
  return n
end

local list = {}
for i = 1, 40 do list[i] = setmetatable({ x = i }, classes[i % 4 + 1]) end
local sum = 0
for i = 1, 500 do sum = sum + run(list) end
print(sum)

-- One of them gets a method of its own, all of them another one.
function C:f() return 10 end
print(run(list))
function A:f() return 100 end
print(run(list))
