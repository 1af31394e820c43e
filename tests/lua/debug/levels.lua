-- tracebacks of long stacks, from any level on, in coroutines and outside
local function deep(l, n)
  if l == 0 then return (debug.traceback("m", n)) end
  return (deep(l - 1, n))
end
local function shown(s)
  local _, n = s:gsub("\n", "")
  return n .. " " .. (s:match("skipping %d+") or "all")
end
for _, d in ipairs {5, 15, 18, 19, 20, 21, 22, 30, 100} do
  for _, n in ipairs {0, 1, 2, 5, 15, 23, 90, 103, 104, 105, 106} do
    print(d, n, shown(deep(d, n)), shown(coroutine.wrap(deep)(d, n)))
  end
end
print(deep(30, 3))
print(coroutine.wrap(deep)(30, 3))
