local function inner() error("deep") end
local function outer() inner() print("unreached") end
print(xpcall(outer, debug.traceback))
print(debug.traceback("msg", 1):match("^msg\nstack traceback:\n") ~= nil)
print(debug.traceback({}) ~= nil, debug.traceback(nil) ~= "")
local co = coroutine.create(function() local function f() coroutine.yield() end f() print() end) coroutine.resume(co)
print(debug.traceback(co)) print(debug.traceback(co, "m"))
