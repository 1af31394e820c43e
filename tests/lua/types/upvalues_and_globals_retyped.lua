-- The same variable as a local, an upvalue, a global and a field, retyped.
local up = 1 glob = 1 local obj = {f = 1}
local function all(d) up, glob, obj.f = up + d, glob + d, obj.f + d return up, glob, obj.f end
for i = 1, 40 do all(1) end print(all(0.5)) print(all("1")) glob = nil print(pcall(all, 1)) glob = 10 print(all(1)) up = "7" print(all(1)) obj = setmetatable({}, {__index = {f = 100}}) print(all(1)) print(rawget(obj, "f"))
setmetatable(_G, {__index = function(_, k) return k end, __newindex = function(t, k, v) rawset(t, k, v == nil and "none" or v) end}) print(undefined_name, pcall(function() return undefined_name + 1 end)) newglobal = nil print(newglobal) newglobal = 5 print(newglobal) glob = nil print(glob) glob = 3 print(glob) setmetatable(_G, nil) print(undefined_name)
local function counter() local n = 0 return function(d) n = n + d return n end end local c, d = counter(), counter() for i = 1, 40 do c(1) d(0.25) end print(c(1), d(1), c("2"), pcall(d, {})) print(c(0), d(0)) local old = print local out = {} function print(...) out[#out + 1] = select("#", ...) end for i = 1, 5 do print(i, i) end print = old print(#out, out[5])
