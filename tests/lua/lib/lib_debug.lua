local function t(...) print(pcall(...)) end
local up1, up2 = 1, 2
local function f(a, b, ...) local c = a + b; do local d = 4; local i=1 while true do local n,v = debug.getlocal(1,i) if not n then break end print(i,n,type(v)=="table" and "T" or v) i=i+1 end print(debug.getlocal(1,-1)) print(debug.getlocal(1,-2)) print(debug.getlocal(1,-9)) end local e = up1 up2 = 3 local info = debug.getinfo(1) print(info.name, info.namewhat, info.short_src, info.linedefined, info.lastlinedefined, info.what, info.currentline, info.nups, info.nparams, info.isvararg, info.istailcall, info.func==f, info.source) return c, e end
f(1,2,"x","y")
print(debug.getlocal(f,1)) print(debug.getlocal(f,2)) print(debug.getlocal(f,3)) t(debug.getlocal,100,1) t(debug.getlocal,print,1)
local i = debug.getinfo(print) print(i.what,i.short_src,i.source,i.linedefined,i.lastlinedefined,i.currentline,i.nups,i.nparams,i.isvararg,i.name)
print(debug.getinfo(100)) t(debug.getinfo,1,"X") t(debug.getinfo,1,">S") t(debug.getinfo,"x") t(debug.getinfo) local m = debug.getinfo(1,"S") print(m.what, m.linedefined, m.lastlinedefined) print(debug.getinfo(1,"l").currentline)
local function g() local x = 10; (function() print(debug.setlocal(2,1,20)) end)() print(x) end g() for i=1,200 do local function h() local y=1; debug.setlocal(1,1,y+1) return y end assert(h()==2) end
print((debug.getupvalue(f,1))) print(debug.getupvalue(f,2)) print(debug.getupvalue(f,9)) print(debug.setupvalue(function() return up2 end,1,99), up2)
local a = function() return up2 end local b = function() up2 = up2 + 1 return up1 end print(debug.upvalueid(a,1)==debug.upvalueid(b,1), type(debug.upvalueid(a,1)), debug.upvalueid(a,1)==debug.upvalueid(b,2)) t(debug.upvaluejoin,a,3,b,1) t(debug.upvaluejoin,print,1,b,1) 
local function cnt() local n = 0 return function() n = n + 1 return n end end local c1,c2 = cnt(),cnt() c1() c1() debug.upvaluejoin(c2,1,c1,1) print(c2(), c1())
print(debug.getmetatable("").__index==string) debug.setmetatable(1,{__index=function(n,k) return k end}) print((5).foo) debug.setmetatable(1,nil) t(debug.setmetatable,1) t(debug.setmetatable,1,2) print(debug.getuservalue(io.stdout)) print(debug.getuservalue(1)) print(type(debug.getregistry()))
local function lvl3() error("deep") end local function lvl2() lvl3() end function lvl1() lvl2() end
print(select(2,xpcall(lvl1, debug.traceback))) print(debug.traceback("msg")) print(debug.traceback("msg",2)) print(debug.traceback({})~=nil, debug.traceback(nil)) print(debug.traceback(12,0))
local co = coroutine.create(function(x) local loc = x coroutine.yield() error("err") end) coroutine.resume(co, 7) print(debug.traceback(co)) print(debug.traceback(co,"m")) print(debug.traceback(co,"m",1)) print(debug.getlocal(co,1,1)) print(debug.getlocal(co,1,2)) print(debug.setlocal(co,1,2,8), debug.getlocal(co,1,2)) print(debug.getinfo(co,1,"l").currentline, debug.getinfo(co,0,"S").what, debug.getinfo(co,5)) 
local function tail() print(debug.getinfo(1,"t").istailcall, debug.traceback("t")) end local function callt() return tail() end callt()
local s = "" for l in pairs(debug.getinfo(f,"L").activelines) do s = s..l.." " end print(s) 
local o = {}
function o.meth(self) local i = debug.getinfo(1,"n") return i.name,i.namewhat end print(o:meth()) print(o.meth()) local loc = o.meth print(loc()) for k in (function() local i = debug.getinfo(1,"n") print(i.name,i.namewhat) end) do end
