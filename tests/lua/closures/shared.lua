local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter()
inc() inc() print(get())
local inc2, get2 = counter() inc2() print(get(), get2())
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 10 return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
for i, v in ipairs {"a", "b"} do fs[i] = function() return i, v end end
print(fs[1]()) print(fs[2]())
local k = 0
while k < 3 do k = k + 1 local j = k fs[k] = function() j = j + 1 return j end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
local function outer(a) local function mid() local function inner() a = a + 1 return a end return inner end return mid(), function() return a end end
local f, g = outer(5) f() f() print(g())
local x = 1
local function setx(v) x = v end
setx(7) print(x)
repeat local z = 5 local function h() return z end until h() == 5
local function fact(n) return n == 0 and 1 or n * fact(n - 1) end
print(fact(20))
local fib fib = function(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end print(fib(15))
do local a = 1 local b = function() return a end a = 2 print(b()) end
