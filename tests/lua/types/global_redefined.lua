-- Globals that are constant for long change under the loop.
local function loop(n)
    local s = 0
    for i = 1, n do s = s + step(i) + base end
    return s
end
base = 1
function step(i) return i end
for i = 1, 30 do loop(10) end
print(loop(10))
base = 2 print(loop(10))
base = 0.5 print(loop(10))
base = "3" print(loop(10))
function step(i) return i * 2 end
print(loop(10))
step = setmetatable({}, {__call = function(_, i) return i + base end})
print(loop(10))
step = math.sqrt
print(("%.6f"):format(loop(9)))
base = nil
print(pcall(loop, 3))
base, step = 1, nil
print(pcall(loop, 3))
step = function(i)
    if i == 5 then step = function() return 1000 end end
    return 0
end
print(loop(10))
