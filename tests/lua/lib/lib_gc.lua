local function t(...) print(pcall(...)) end
print(type(collectgarbage("count")), collectgarbage(), collectgarbage("collect"), collectgarbage("isrunning"))
print(collectgarbage("stop"), collectgarbage("isrunning"), collectgarbage("restart"), collectgarbage("isrunning"))
collectgarbage("generational") print(collectgarbage("incremental"), collectgarbage("incremental"), collectgarbage("setpause", 200), collectgarbage("step", 0))
t(collectgarbage, "nothing")
-- weak values: most of what nobody holds goes, the rest stays
local function most(n, of) return n < of / 10 end
local function count(w) local n = 0 for _ in pairs(w) do n = n + 1 end return n end
local kept = {}
-- what calls have left on the stack keeps nothing
local function sweep(n) if n > 0 then return 1 + sweep(n - 1) end return 0 end
local values = setmetatable({}, { __mode = "v" })
local function fill_values() for i = 1, 1000 do values[i] = { i } if i % 100 == 0 then kept[i] = values[i] end end values.name, values.number, values.flag = "text", 12, true end
fill_values() sweep(200) collectgarbage()
local n = count(values) print(n >= 13, most(n, 1000), values.name, values.number, values.flag, values[100] == kept[100], values[1000][1])
-- weak keys
local keys = setmetatable({}, { __mode = "k" })
local function fill_keys() for i = 1, 1000 do local k = { i } keys[k] = i if i % 100 == 0 then kept[i] = k end end keys.name = {} end
fill_keys() sweep(200) collectgarbage()
n = count(keys) print(n >= 11, most(n, 1000), keys[kept[500]], type(keys.name))
-- values that refer to their own keys go with them; those of keys that stay, stay
local chain = setmetatable({}, { __mode = "k" })
local first = {}
local function fill_chain() for i = 1, 1000 do local k = {} chain[k] = { k } end local k = first for i = 1, 50 do local next = {} chain[k] = { next, i } k = next end end
fill_chain() sweep(200) collectgarbage()
local length, at = 0, first while chain[at] do length = length + 1 at = chain[at][1] end
print(length, most(count(chain) - 50, 1000))
-- both
local both = setmetatable({}, { __mode = "kv" })
local function fill_both() for i = 1, 500 do both[{}] = i both[i] = {} both["k" .. i] = kept end end
fill_both() sweep(200) collectgarbage() n = count(both) print(n >= 500, most(n - 500, 1000))
-- __gc
local closed = 0
local function make() for i = 1, 200 do setmetatable({}, { __gc = function(o) closed = closed + 1 end }) end end
make() collectgarbage() collectgarbage() print(most(200 - closed, 200))
local resurrected
local function lazarus() setmetatable({ value = 42 }, { __gc = function(o) resurrected = o end }) end
for i = 1, 20 do lazarus() end collectgarbage() collectgarbage() print(resurrected and resurrected.value)
-- errors in finalizers, coroutines in them, garbage in them
local function bad() for i = 1, 20 do setmetatable({}, { __gc = function() error("ignored") end }) end end
bad() collectgarbage()
local sum = 0
local function co() for i = 1, 20 do setmetatable({}, { __gc = function() for x in coroutine.wrap(function() for k = 1, 3 do coroutine.yield(k) end end) do sum = sum + x end collectgarbage() end }) end end
co() collectgarbage() collectgarbage() print(sum >= 60, sum % 6)
-- in the middle of things
local function churn() local s = 0 for i = 1, 20000 do local a = setmetatable({ i }, { __gc = function() s = s + 1 end }) local x, y, z = table.unpack { 1, 2, 3 } assert(x + y + z == 6) end return s end
print(churn() >= 0)
-- at the end, in the reverse order of their making
for i = 1, 3 do _G["last" .. i] = setmetatable({}, { __gc = function() print("end", i) end }) end
