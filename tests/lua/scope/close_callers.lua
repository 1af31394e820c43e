-- while an error closes variables, only who catches it is still there
local function closing(f) return setmetatable({}, { __close = f }) end
local function caller() local i = debug.getinfo(3, "Sn") print(i.what, i.name) end
local function inner() local a <close> = closing(function(_, e) caller() print(e) end) error("one", 0) end
local function outer() local b <close> = closing(function(_, e) caller() print(e) error("two", 0) end) inner() end
print(pcall(outer))
local function quiet() local a <close> = closing(function() caller() end) return 1, 2 end
print(quiet())
print(coroutine.resume(coroutine.create(function() return pcall(inner) end)))
