-- Yields inside metamethods and iterators.
local y = coroutine.yield
local mt = {__add = function(a, b) return y("add") end, __lt = function() return y("lt") end,
    __index = function(_, k) return y("index " .. k) end, __call = function(_, x) return y(x) end,
    __newindex = function(_, k, v) y("set " .. k) end, __concat = function() return y("cat") end,
    __eq = function() return y("eq") end, __len = function() return y("len") end,
    __unm = function() return y("unm") end, __le = function() return y("le") end}
local function o() return setmetatable({}, mt) end
local co = coroutine.wrap(function()
    local a, b = o(), o()
    a.k = 1
    return "done", a + b, a < b, a.x, a("call"), a .. b, a == b, #a, -a, a <= b,
        a ~= b
end)
local v, n = co(), 0
while v ~= "done" do n = n + 1 io.write(v, " ") 
    local r = table.pack(co(n)) v = r[1] if v == "done" then print() print(table.unpack(r)) end end
for k, v in coroutine.wrap(function() for i = 1, 3 do y(i, i * i) end end)
do io.write(k, v, " ") end
print()
