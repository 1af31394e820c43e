-- A function that made a tail call is not there any longer.
local function check(x) if not x then error("bad", 2) end return x end
local function f(x) return check(x) end
local function g(x)
  local r = check(x)
  return r
end
print(pcall(f))
print(pcall(g))
print(pcall(function()
  f()
end))
print(pcall(function()
  local x = f(false)
  return x
end))
