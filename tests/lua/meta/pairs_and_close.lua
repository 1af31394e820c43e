local P = setmetatable({}, {__pairs = function(t) return function(_, k)
    k = (k or 0) + 1
    if k < 4 then return k, k * k end
end, t, nil end})
for k, v in pairs(P) do io.write(k, "=", v, " ") end print()
print(pcall(pairs)) print(pcall(ipairs))
local I = setmetatable({}, {__index = function(_, i) if i < 4 then return i * 10 end end})
for i, v in ipairs(I) do io.write(i, ":", v, " ") end print()
local function res(n) return setmetatable({}, {__close = function(_, e)
    print("close " .. n, e) end}) end
do local a <close> = res "a" local b <close> = res "b" print "in" end
print(pcall(function() local a <close> = res "e" error("oops", 0) end))
for i = 1, 2 do local c <close> = res(i) if i == 1 then goto go end break ::go:: end
local function f() local x <close> = res "ret" return "value", 2 end print(f())
print(pcall(function() local x <close> = 5 end))
local n <close> = nil local m <close> = false
for k in next, {1}, nil, res "for" do print(k) end
