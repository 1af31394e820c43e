-- A table without a metatable gets one while its accesses are compiled.
local t = {x = 1}
local function get() return t.x, t.y end
local function put(v) t.y = v end
for i = 1, 60 do get() put(i) put(nil) end
print(get())
setmetatable(t, {__index = {x = "other", y = "inherited"}}) print(get())
local log = {}
getmetatable(t).__newindex = function(_, k, v) log[#log + 1] = k .. "=" .. v end
put(5) print(get()) print(table.concat(log, ","))
getmetatable(t).__index = function(_, k) return k .. k end print(get())
rawset(t, "y", 9) print(get()) put(10) print(get()) print(#log)
t.x = nil print(get())
setmetatable(t, nil) print(get())
local a = {}
local function add(b) return pcall(function() return a + b end) end
for i = 1, 5 do print(add(1)) end
setmetatable(a, {__add = function() return "sum" end}) print(add(1))
getmetatable(a).__add = function() return "sum 2" end print(add(1))
getmetatable(a).__add = nil print(add(1))
