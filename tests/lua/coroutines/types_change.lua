-- What comes back from a yield changes its type while the loop is hot.
local acc = coroutine.wrap(function(x)
    local s = x
    while true do
        local d = coroutine.yield(s)
        if d == nil then d = 1 end
        s = s + d
    end
end)
acc(0)
local s
for i = 1, 60 do s = acc(i) end
print(s, acc(0.5), acc("3"), acc(), acc(math.maxinteger), acc(-1))
local wide = coroutine.wrap(function()
    local n, t = 0, {}
    while true do t = {coroutine.yield(#t, n, table.unpack(t))} n = n + #t end
end)
wide()
for i = 1, 40 do wide(i) end
print(wide()) print(wide(1, 2, 3)) print(wide("a", 2.5)) print(wide(table.unpack({}, 1, 3)))
local V = setmetatable({v = 1}, {__add = function(a, b) return coroutine.yield "meta" end})
local co = coroutine.wrap(function(x) for i = 1, 50 do x = x + 1 end local y = x + V + 10 return y end)
print(co(5)) print(co(100))
local each = coroutine.wrap(function(t) for k, v in pairs(t) do coroutine.yield(v) end return "done" end)
local r = each {1, 2.5, "x", true, {}}
local kinds = {}
while r ~= "done" do kinds[#kinds + 1] = type(r) r = each() end
print(table.concat(kinds, " "))
