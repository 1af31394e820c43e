-- Keys of an access are integers, then floats, strings, booleans, tables.
local function get(t, k) return t[k] end
local function set(t, k, v) t[k] = v end
local t = {}
for i = 1, 50 do set(t, i, i * i) end
for i = 1, 50 do assert(get(t, i) == i * i) end
print(get(t, 7), get(t, 7.0), get(t, 7.5), get(t, "7"))
set(t, 7.0, "float") set(t, "7", "string") set(t, 7.5, "half")
print(get(t, 7), get(t, 7.0), get(t, 7.5), get(t, "7"))
local k = {}
set(t, k, "table") set(t, true, "true") set(t, print, "function")
print(get(t, k), get(t, true), get(t, false), get(t, print), get(t, nil))
print(pcall(set, t, nil, 1)) print(pcall(set, t, 0 / 0, 1))
print(get(t, 0 / 0), get(t, 2 ^ 53), get(t, -1), get(t, 0))
set(t, 2 ^ 53, "big") print(get(t, 1 << 53), get(t, 2 ^ 53))
set(t, -1, "minus") set(t, 0, "zero") set(t, math.mininteger, "min")
print(get(t, -1.0), get(t, -0.0), get(t, -2 ^ 63))
print(pcall(get, nil, 1)) print(pcall(set, 5, 1, 1)) print(get("abc", "len") == string.len)
