-- Constants that are known when a chunk is compiled are no local variables.
local a <const> = 5
local b <const> = "x"
local c <const> = {}
local d = 7
local function f() return a, b, c, d end
for i = 1, 3 do
  local name, value = debug.getlocal(1, i)
  print(name, type(value))
end
print(f() == 5, debug.getupvalue(f, 1), (debug.getupvalue(f, 2)))
