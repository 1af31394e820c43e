local function t(...) print(pcall(...)) end
local co = coroutine.create(function(a,b) print(a,b) local c = coroutine.yield(a+b) print(c) local d,e = coroutine.yield() print(d,e) return "x","y","z" end)
print(coroutine.status(co), coroutine.resume(co,1,2)) print(coroutine.status(co), coroutine.resume(co,5)) print(coroutine.resume(co,6,7)) print(coroutine.status(co)) print(coroutine.resume(co))
t(coroutine.yield,1) t(coroutine.resume,1) t(coroutine.create,1) t(coroutine.wrap,1) t(coroutine.status,{}) 
local f = coroutine.wrap(function() for i=1,3 do coroutine.yield(i) end error("oops") end)
print(f(),f(),f()) t(f) t(f) 
local f = coroutine.wrap(function() error({}) end) print(type(select(2,pcall(f))))
print(coroutine.isyieldable(), select(2,coroutine.running())) 
local co co = coroutine.create(function() print(coroutine.isyieldable(), coroutine.running()==co, coroutine.status(co)) print(coroutine.resume(co)) local c2 = coroutine.create(function() print(coroutine.status(co)) print(coroutine.resume(co)) t(coroutine.close,co) end) coroutine.resume(c2) t(coroutine.close,co)
  print(pcall(function() coroutine.yield(1) error("in") end)) print(pcall(table.sort,{3,2,1},coroutine.yield)) print(pcall(string.gsub,"abc",".",coroutine.yield))
  for k in (function() return coroutine.yield("iter") end) do print(k) end
  local m = setmetatable({},{__index=function(t,k) return coroutine.yield(k) end, __add=function(a,b) return coroutine.yield("add") end, __call=function(self,x) return coroutine.yield(x) end, __lt=function() return coroutine.yield("lt") end, __concat=function() return coroutine.yield("cc") end, __eq = function() return coroutine.yield("eq") end, __len=function() return coroutine.yield("len") end})
  print(m.foo, m+1, m(9), m<m, m.."x", #m, m == setmetatable({},getmetatable(m)))
  return "end" end)
print(coroutine.resume(co)) for i=1,12 do print(i, coroutine.resume(co, i ~= 2 and i or nil)) end
-- close
local co = coroutine.create(function() local x <close> = setmetatable({},{__close=function(_,e) print("closed",e) end}) local y <close> = setmetatable({},{__close=function(_,e) print("closed y",e) error(111) end}) coroutine.yield() end)
print(coroutine.resume(co)) print(coroutine.close(co)) print(coroutine.status(co)) print(coroutine.close(co)) print(coroutine.close(co))
local co = coroutine.create(function() error("dead") end) print(coroutine.resume(co)) print(coroutine.close(co)) print(coroutine.close(co))
local co = coroutine.create(print) print(coroutine.close(co)) print(coroutine.status(co)) print(coroutine.resume(co))
local co = coroutine.create(function() pcall(pcall, coroutine.yield) print("never") end) coroutine.resume(co) print(coroutine.close(co))
-- deep nesting
local n = 0 local function rec() n = n + 1 local ok, e = coroutine.resume(coroutine.create(rec)) if not ok then error(e, 0) end end
print(pcall(rec)) print(n > 100)
local function gen(n) return coroutine.wrap(function() for i=1,n do coroutine.yield(i) end end) end
local s = 0 for i in gen(10000) do s = s + i end print(s)
local all = {} for i=1,2000 do local g = gen(3) g() all[i]=g end local s=0 for i=1,2000 do s = s + all[i]() end print(s)
local function deep(n) if n == 0 then return coroutine.yield("deep") end return 1 + deep(n-1) end
local c = coroutine.wrap(deep) print(c(300)) print(c(7))
print(pcall(coroutine.wrap(function() return pcall(function() local function f() return 1 + f() end f() end) end)))
local x = coroutine.wrap(function(...) while true do print(select('#',...), ...) coroutine.yield(...) end end) print(x()) print(x(1)) print(x(nil,nil))
print(select('#', coroutine.resume(coroutine.create(function() return table.unpack({},1,100) end))))
print(xpcall(coroutine.wrap(function() error("inner") end), function(m) return "H:"..m end))
