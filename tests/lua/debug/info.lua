local function f(a, b, ...) local c = 1 local i = debug.getinfo(1, "nSlutf") return i end
local i = f(1, 2) print(i.what, i.short_src, i.linedefined, i.currentline, i.nups, i.nparams, i.isvararg, i.namewhat, i.name, i.istailcall, i.func == f)
print(debug.getinfo(print).what, debug.getinfo(print).short_src, debug.getinfo(99), debug.getinfo(1, "S").what, pcall(debug.getinfo, 1, "X"))
print(pcall(debug.getinfo, "x"))
local function g() local x, y = 10, 20 debug.setlocal(1, 1, 11) return debug.getlocal(1, 1), debug.getlocal(1, 2) end
print(g()) print(debug.getlocal(f, 1), debug.getlocal(f, 3))
local up = 5 local function h() return up end
print(debug.getupvalue(h, 1)) print(debug.setupvalue(h, 1, 6), h(), debug.getupvalue(h, 2))
print(debug.getmetatable("").__index == string) up = up
local function u() return up, f end
local function v() return up end debug.upvaluejoin(u, 1, v, 1)
print(debug.upvalueid(u, 1) == debug.upvalueid(v, 1), debug.upvalueid(u, 1) == debug.upvalueid(u, 2))
