-- Errors of a reader are handled as they would be without load.
local n = 0
print(load(function() error("from the reader", 0) end))
print(load(function() n = n + 1 return n == 1 and {} or nil end))
print(pcall(load, function() error("caught", 0) end))
n = 0
print(load(function() n = n + 1 return n == 1 and "return " or n == 2 and 5 or nil end)())
print(xpcall(load, function(m) return "handled: " .. tostring(m) end,
             function() error("x", 0) end))
print(xpcall(load, function(m) return "not handled" end, "x ="))
print(load("x ="))
print(xpcall(load, function(m) return "handled: " .. tostring(m) end,
             ("("):rep(1000)))
