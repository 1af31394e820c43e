-- errors in the handlers of errors
local function deep(x) return 1 + deep(x) end
print(xpcall(deep, deep))
print(xpcall(error, function(m) error(m) end, "x"))
print(xpcall(deep, function(m) return #m > 0 end))
print(xpcall(deep, function(m) return deep(m) end))
local n = 0
print(xpcall(error, function(m) n = n + 1 if n < 5 then error("again") end return m end, "first"), n)
print(xpcall(error, print, "shown"))
print(pcall(xpcall, error))
print(select(2, pcall(load("local a\nfor k in\n3\ndo end", "=c"))))
