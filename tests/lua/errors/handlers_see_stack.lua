-- Message handlers run where the error is: levels, locals, and tracebacks.
local function names() local t = {} for l = 2, 20 do local i = debug.getinfo(l, "nS") if not i or i.what == "main" then break end t[#t + 1] = i.name or i.what end return table.concat(t, " ") end
local function inner(x) if x > 3 then error("deep", 0) end return inner(x + 1) + 1 end
local function outer() local v = inner(1) return v end
print(xpcall(outer, function(m) return m .. ": " .. names() end)) print(xpcall(outer, function() local n, v = debug.getlocal(3, 1) return n .. tostring(v) end))
for i = 1, 30 do xpcall(outer, tostring) end print(xpcall(outer, function(m) return #debug.traceback(m) > 40 end)) print((debug.traceback("msg", 1):gsub("\n.*", ""))) print(debug.traceback({}) ~= nil, debug.traceback(nil), debug.traceback(12), debug.traceback("a", 99))
print(xpcall(function() return nil + 1 end, function(m) return m, debug.getinfo(2, "l").currentline end)) print(xpcall(string.rep, function(m) return m .. "!" end)) print(xpcall(function() string.rep() end, function(m) return m end))
local depth = 0 print(xpcall(function() local function r() depth = depth + 1 return xpcall(error, function(m) return m .. depth end, "n", 0) end return r() end, print)) local co = coroutine.create(function() local zz = 5 coroutine.yield() error "in co" end) coroutine.resume(co) print(debug.getlocal(co, 1, 1)) print((debug.traceback(co):gsub("\n\t", " | "))) print(coroutine.resume(co))
