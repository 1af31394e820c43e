-- Signals with handlers that connect and disconnect while being called.
local Signal = {}
Signal.__index = Signal
function Signal.new() return setmetatable({handlers = {}}, Signal) end
function Signal:connect(f, once)
    local h = {f = f, once = once}
    table.insert(self.handlers, h)
    return function() h.dead = true end
end
function Signal:emit(...)
    local n, called = #self.handlers, 0
    for i = 1, n do
        local h = self.handlers[i]
        if not h.dead then
            if h.once then h.dead = true end
            local ok, err = pcall(h.f, ...)
            called = called + 1
            if not ok then print("handler failed: " .. tostring(err)) end
        end
    end
    for i = #self.handlers, 1, -1 do
        if self.handlers[i].dead then table.remove(self.handlers, i) end
    end
    return called
end
local s, log = Signal.new(), {}
local function note(...) log[#log + 1] = table.concat({...}, ",") end
s:connect(function(x) note("a", x) end)
local off = s:connect(function(x) note("b", x) end)
s:connect(function(x) note("once", x) end, true)
print(s:emit(1), s:emit(2)) off() print(s:emit(3))
s:connect(function(x)
    if x < 6 then s:connect(function(y) note("new", y) end, true) end
end)
print(s:emit(5), s:emit(6), s:emit(7))
s:connect(function(x) error({code = x}) end)
s:connect(function(x) error("bad " .. x, 0) end)
s.handlers[#s.handlers - 1].f = function() return nil + 1 end
print(s:emit(8))
print(table.concat(log, " "))
local n, t = 0, Signal.new()
for i = 1, 4 do t:connect(function(k) n = n + k * i end) end
for k = 1, 50 do t:emit(k) end
print(n)
