local function join(a, b) return a .. b end
local s = ""
for i = 1, 60 do s = join(s, i % 10) end
print(s, #s)
print(join(1, 2), join(1.5, "x"), join(-0.0, ""), join(2^63, "|"))
local C = {__concat = function(a, b)
    if type(a) == "table" then a = "T" end
    if type(b) == "table" then b = "T" end
    return a .. "&" .. b
end}
local o = setmetatable({}, C)
print(join(o, 1), join("a", o), join(o, o), "x" .. 1 .. o, o .. "x" .. 1)
print(pcall(join, nil, "a")) print(pcall(join, "a", {}))
print(pcall(join, true, 1))
local r = {}
for i = 1, 40 do r[#r + 1] = join(i % 3 == 0 and i or i / 2, ";") end
print(table.concat(r))
