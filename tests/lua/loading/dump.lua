-- functions come back from string.dump, with their names and without
local function try(...) print(pcall(...)) end
local function add(a, ...) local sum = a for _, v in ipairs { ... } do sum = sum + v end return sum end
print(load(string.dump(add), "x", "b")(1, 2, 3), load(string.dump(add, true))(1, 2))
print(load(string.dump(add), "x", "t"))
try(string.dump, print)
local up, other = 20, 30
local function both(x) if x then up = other + x return up end return up, other end
local copy = load(string.dump(both))
print((debug.getupvalue(copy, 1)), (debug.getupvalue(copy, 2)))
debug.setupvalue(copy, 1, "a") debug.setupvalue(copy, 2, 5)
print(copy()) print(copy(2)) print(copy()) print(both())
local text = string.dump(load("x = 1; return x, ...", "=c"))
print(load(text, nil, "b", _ENV)(7))
for i = 1, #text, 7 do assert(not load(text:sub(1, i), "", "b")) end
local pieces, at = text, 0
print(load(function() at = at + 1 return pieces:sub(at, at) end)(8))
local named = load(string.dump(load("local v = 1\nreturn function(x) return v + x end", "@chunk")))()
local blank = load(string.dump(load("local v = 1\nreturn function(x) return v + x end", "@chunk"), true))()
for _, f in ipairs { named, blank } do
    local i = debug.getinfo(f, "S") print(i.source, i.short_src, i.linedefined, f(2), debug.getupvalue(f, 1))
    print((select(2, pcall(f, {})):gsub(" on .*", "")))
end
