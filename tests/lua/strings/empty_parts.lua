-- Concatenation where all but one part are empty, and the formats that are
-- written most.
local empty = ("x"):rep(0)
local text = ("ab"):rep(2)
for i = 1, 50 do
  local all = empty .. text .. empty
  assert(all == "abab" and all == empty .. text and all == text .. empty)
  assert(empty .. empty == "" and empty .. i == tostring(i))
  assert(1.5 .. empty == "1.5" and #(empty .. 10 .. empty) == 2)
  assert(math.type(empty .. i) == nil and type(empty .. i) == "string")
end
print(empty .. text, text .. empty .. text, 1 .. empty .. 2, empty .. -0.0)

local format = string.format
print(format("%d|%s|%d", 1, "two", 3), format("%s", empty), format("%d%%", 7))
print(format("%d", 3.0), format("%d", "12"), format("%s", 1.0))
print(format("%d", math.mininteger), format("%d", -0), format("%5d|%-5d|", 1, 2))
print(format("%s %s", nil, true), format("%s", "a\0b") == "a\0b")
print(pcall(format, "%d", "x"))
print(pcall(format, "%d", 1.5))
print(pcall(format, "%s"))
debug.setmetatable(0, { __tostring = function(n) return "number" end })
print(format("%s %s %d", 1, 1.5, 1), tostring(2))
