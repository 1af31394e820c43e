local function t(...) print(...) return ... end
print(nil and 1, false and error(), 1 and 2, nil or "x", false or nil, 0 or 1)
print(1 and nil, nil or false, not nil, not 0, not "", 1 and 2 and 3 or 4)
local n = 0
local function count(v) n = n + 1 return v end
local _ = count(nil) and count(1) or count(2) and count(3)
print(n, _)
local function three(a, b, c) return a and b or c end
print(three(true, false, 3), three(true, 2, 3), three(nil, 2, 3))
for i = 1, 30 do local x = i % 3 == 0 and "f" or i % 5 == 0 and "b" or i
    io.write(x, " ") end print()
if not (n > 100 or n < 2 and n ~= 1) then print "plain" end
local x = nil == false print(x, (nil or {}) ~= nil, (1 == 1) == true)
