local function mk() local a, b = 3, 5
  local function f1() return a + b end
  local function f2() return b + a end
  do local a = 10
  local function f3() return a + b end
  return f1, f2, f3 end end
local f1, f2, f3 = mk()
print(f1(), f2(), f3())
for i=1,20 do f1() f3() end
debug.upvaluejoin(f1, 2, f2, 2)
print(f1(), f2(), f3())
debug.upvaluejoin(f3, 2, f2, 1)
print(f3())
debug.upvaluejoin(f3, 2, f2, 2)
print(f3())
