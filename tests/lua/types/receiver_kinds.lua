-- self is a table, a string, a file, a number: the same method call node.
local function call(o) return o:len() end
local T = {len = function(self) return self.n end}
local function obj(n) return setmetatable({n = n}, {__index = T}) end
for i = 1, 50 do call(obj(i)) end
print(call(obj(5)), call("hello"), call {len = function() return "own" end})
print(pcall(call, 12)) print(pcall(call, nil)) print(pcall(call, {}))
print(pcall(call, io.stdout))
local old = string.len
string.len = function(s) return "patched " .. s end
print(call("x")) string.len = old print(call("x"))
T.len = function() return "new" end print(call(obj(1)))
debug.setmetatable(1, {__index = {len = function(n) return n * 2 end}})
print(call(21)) debug.setmetatable(1, nil) print(pcall(call, 21))
