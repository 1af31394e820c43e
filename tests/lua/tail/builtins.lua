-- A builtin does not replace who calls it by a tail call.
local function f() return error("with position") end
print(pcall(f))
local function g() return f() end
print(pcall(g))
print(pcall(function() return assert(false, "as it is") end))
print(pcall(function() return tonumber() end))
print(pcall(function() return setmetatable(1) end))
local function h(x) return select("#", f, x) end
print(h(1))
