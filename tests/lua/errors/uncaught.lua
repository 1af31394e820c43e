local function inner(x)
  local y = x + nil
  return y
end
local t = {}
function t.field() inner(1) end
function t:method() self.field() end
print("before")
t:method()
