-- Tasks of several classes that send packets to each other's queues.
local Packet = {}
Packet.__index = Packet

function Packet.new(kind, value)
  return setmetatable({ kind = kind, value = value, next = false }, Packet)
end

local Queue = {}
Queue.__index = Queue

function Queue.new()
  return setmetatable({ first = false, last = false, length = 0 }, Queue)
end

function Queue:put(packet)
  packet.next = false
  if self.last then self.last.next = packet else self.first = packet end
  self.last = packet
  self.length = self.length + 1
end

function Queue:take()
  local packet = self.first
  self.first = packet.next
  if not packet.next then self.last = false end
  self.length = self.length - 1
  return packet
end

local Task = {}
Task.__index = Task

local function subclass(base)
  local class = setmetatable({}, { __index = base })
  class.__index = class
  return class
end

function Task.new(class, name, priority)
  return setmetatable({ name = name, priority = priority, queue = Queue.new(),
                        runs = 0, total = 0, peer = false }, class)
end

function Task:ready() return self.queue.length > 0 end
function Task:send(packet) self.peer.queue:put(packet) end

function Task:step()
  self.runs = self.runs + 1
  self:handle(self.queue:take())
end

-- Sends packets off again with another value.
local Worker = subclass(Task)

function Worker:handle(packet)
  packet.value = (packet.value * 5 + self.priority) % 1009
  self.total = self.total + packet.value
  self:send(packet)
end

-- Puts two packets together and takes them apart again.
local Pairs = subclass(Task)

function Pairs:handle(packet)
  if not self.waiting then
    self.waiting = packet
    return
  end
  local first = self.waiting
  self.waiting = false
  first.value, packet.value = packet.value, first.value
  self.total = self.total + first.value - packet.value
  self:send(first)
  self:send(packet)
end

-- Makes new packets of old ones.
local Device = subclass(Task)

function Device:handle(packet)
  local kind = packet.kind == "read" and "write" or "read"
  if kind == "read" then self.total = self.total + 1 end
  self:send(Packet.new(kind, packet.value + 1))
end

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler:run(steps)
  local tasks = self.tasks
  while steps > 0 do
    local best = false
    for i = 1, #tasks do
      local task = tasks[i]
      if task:ready() and (not best or task.runs * best.priority <
                                       best.runs * task.priority) then
        best = task
      end
    end
    best:step()
    steps = steps - 1
  end
end

function bench(size)
  local tasks = {
    Task.new(Worker, "one", 3), Task.new(Pairs, "two", 2),
    Task.new(Device, "three", 5), Task.new(Worker, "four", 1),
    Task.new(Device, "five", 4), Task.new(Worker, "six", 2),
  }
  for i = 1, #tasks do
    tasks[i].peer = tasks[i % #tasks + 1]
    for k = 1, 3 do tasks[i].queue:put(Packet.new("read", i * k)) end
  end
  setmetatable({ tasks = tasks }, Scheduler):run(size)
  local sum = 0
  for i = 1, #tasks do sum = (sum * 31 + tasks[i].total) % 1000003 end
  return sum
end
