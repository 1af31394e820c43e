local function memoize(f)
    local cache = setmetatable({}, {__mode = "k"})
    local results, calls = {}, 0
    return function(n)
        local r = results[n]
        if r == nil then
            calls = calls + 1
            r = f(n)
            results[n] = r
        end
        return r
    end, function() return calls end
end
local fib, calls
fib, calls = memoize(function(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end)
print(fib(80), calls()) print(fib(90), calls()) print(fib(100), calls())
local sq, sq_calls = memoize(function(x) return x * x end)
print(sq(2), sq(2.0), sq(2.5), sq("3"), sq("3"), sq_calls())
print(pcall(sq, nil)) print(pcall(sq, {}))
local paths, path_calls
paths, path_calls = memoize(function(key)
    local x, y = key:match("(%d+),(%d+)")
    x, y = tonumber(x), tonumber(y)
    if x == 0 or y == 0 then return 1 end
    return paths((x - 1) .. "," .. y) + paths(x .. "," .. (y - 1))
end)
print(paths("12,12"), path_calls())
