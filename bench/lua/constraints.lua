-- A net of variables and constraints: a change runs through all that depend.
local Variable = {}
Variable.__index = Variable

function Variable.new(value)
  return setmetatable({ value = value, readers = {}, mark = 0 }, Variable)
end

local function subclass(base)
  local class = setmetatable({}, { __index = base })
  class.__index = class
  return class
end

local Constraint = {}
Constraint.__index = Constraint

function Constraint.new(class, output, ...)
  local inputs = { ... }
  local self = setmetatable({ output = output, inputs = inputs, done = 0 },
                            class)
  for _, input in ipairs(inputs) do
    input.readers[#input.readers + 1] = self
  end
  return self
end

function Constraint:known(mark)
  for i = 1, #self.inputs do
    if self.inputs[i].mark ~= mark then return false end
  end
  return true
end

function Constraint:solve(mark)
  self.done = mark
  self.output.value = self:compute()
  self.output.mark = mark
end

local Equal = subclass(Constraint)
function Equal:compute() return self.inputs[1].value end

local Sum = subclass(Constraint)
function Sum:compute()
  local sum = 0
  for _, input in ipairs(self.inputs) do sum = sum + input.value end
  return sum % 65521
end

local Scale = subclass(Constraint)
function Scale:compute()
  return (self.inputs[1].value * 7 + self.inputs[2].value) % 65521
end

-- Computes all that depends on a few variables, in an order that works out.
local function propagate(sources, mark)
  local agenda, first = {}, 1
  for _, source in ipairs(sources) do
    source.mark = mark
    agenda[#agenda + 1] = source
  end
  while first <= #agenda do
    local variable = agenda[first]
    first = first + 1
    for _, reader in ipairs(variable.readers) do
      if reader.done ~= mark and reader:known(mark) then
        reader:solve(mark)
        agenda[#agenda + 1] = reader.output
      end
    end
  end
  return #agenda
end

function bench(size)
  local left, right = Variable.new(1), Variable.new(2)
  local sources, all = { left, right }, { left, right }
  for i = 1, 100 do
    local a, b, out = all[#all], all[#all - 1], Variable.new(0)
    if i % 3 == 0 then Equal:new(out, a)
    elseif i % 3 == 1 then Sum:new(out, a, b, all[1])
    else Scale:new(out, a, b) end
    all[#all + 1] = out
  end
  local sum = 0
  for turn = 1, size do
    left.value, right.value = turn, turn % 7
    sum = (sum + propagate(sources, turn) + all[#all].value) % 1000003
  end
  return sum
end
