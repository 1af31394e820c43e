local obj = {n = 1}
function obj:get() return self.n end
function obj:add(a, b, c) return self.n + (a or 0) + (b or 0) + (c or 0) end
function obj.plain(x) return x end
print(obj:get(), obj.get(obj), obj:add(), obj:add(1), obj:add(1, 2), obj:add(1, 2, 3))
print(obj.plain(7), obj.plain "s", obj.plain {5}[1], obj.plain [[long]])
local a = {b = {c = {}}}
function a.b.c.f(x) return x * 2 end
function a.b.c:g(x) return self == a.b.c, x end
print(a.b.c.f(4), a.b.c:g(5))
print(pcall(function() obj:none() end))
print(pcall(function() obj.x.y() end))
