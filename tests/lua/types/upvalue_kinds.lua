local total = 0
local function add(x) total = total + x return total end
for i = 1, 100 do add(1) end
print(total) print(add(0.5)) print(add("2"))
total = math.maxinteger print(add(1))
total = nil print(pcall(add, 1))
local name = "a"
local function key() return name end
local t = {a = 1, b = 2}
local function get() return t[key()] end
for i = 1, 60 do get() end
print(get()) name = "b" print(get()) name = nil print(get())
t = "str" name = "len" print(get() == string.len)
t = nil print(pcall(get))
