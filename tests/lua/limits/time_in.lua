-- ours: options: --max-time=1000
-- An endless loop that is not one of the program's own statements: it ends in
-- each of these, whatever catches errors around it.
local function forever() while true do end end
local co = coroutine.wrap(function()
  pcall(function()
    setmetatable({}, {__index = function(t, k)
      return xpcall(function()
        table.sort({1, 2, 3}, function(a, b) forever() end)
      end, forever)
    end}).x = nil
    return setmetatable({}, {__index = forever}).x
  end)
end)
print("before")
co()
print("never")
