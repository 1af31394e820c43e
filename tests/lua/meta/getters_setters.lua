-- Properties that are computed, by functions found in the metatable.
local function object(props)
    local getters, setters, values = {}, {}, {}
    for k, p in pairs(props) do
        if type(p) == "table" then getters[k], setters[k] = p.get, p.set else values[k] = p end
    end
    return setmetatable({}, {
        __index = function(self, k)
            local g = getters[k]
            if g then return g(values) end
            return values[k]
        end,
        __newindex = function(self, k, v)
            local s = setters[k]
            if s then return s(values, v) end
            if getters[k] then error(k .. " is read only", 2) end
            values[k] = v
        end,
    })
end
local t = object {
    c = 20,
    f = {get = function(s) return s.c * 9 / 5 + 32 end, set = function(s, f) s.c = (f - 32) * 5 / 9 end},
    k = {get = function(s) return s.c + 273.15 end},
}
local sum = 0
for i = 1, 50 do t.c = i sum = sum + t.f end
print(sum, t.c, t.f, t.k)
t.f = 212 print(t.c, t.k) t.c = "10" print(t.f, t.k)
print(pcall(function() t.k = 1 end)) t.new = "x" print(t.new, rawget(t, "new"), rawget(t, "c"))
for _, v in ipairs {1, 2.5, "3"} do t.f = v io.write(("%.3f "):format(t.c)) end print()
t.c = {} print(pcall(function() return t.f end))
