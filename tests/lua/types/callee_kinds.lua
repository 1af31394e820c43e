-- A call site meets one closure, many, a builtin, an object, a non-function.
local function apply(f, ...) return f(...) end
local function id(...) return ... end
for i = 1, 50 do apply(id, i) end
print(apply(id, 1, 2, 3))
for k = 1, 8 do
    local f = function(x) return x + k end
    print(apply(f, 1))
end
print(apply(math.max, 3, 9, 2), apply(select, "#", nil, nil))
print(apply(setmetatable({}, {__call = function(_, a) return a end}), "called"))
print(pcall(apply, nil)) print(pcall(apply, 1)) print(pcall(apply, {}))
print(apply(string.format, "%d-%s", 3, "x"), apply(coroutine.wrap(id), "co"))
print(apply(pcall, error, "e"), apply(apply, apply, id, "deep"))
