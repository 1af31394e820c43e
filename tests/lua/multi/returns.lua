local function r0() end
local function r1() return 1 end
local function r3() return 1, 2, 3 end
print(r0()) print((r0())) print(r1()) print(r3()) print((r3()))
print(r0(), 5) print(r3(), 5) print(5, r3()) print(5, r0())
print(#{r0()}, #{r1()}, #{r3()}, #{r3(), r3()})
local function pass(...) return ... end
print(pass(r3())) print(pass(pass(r3(), r3())))
local function nested() if true then do for i = 1, 3 do while true do return i, i * 2 end end end end end
print(nested())
local function last(...) return (select(select('#', ...), ...)) end
print(last(4, 5, 6))
print(r0() == nil, r3() == 1, not r0())
local s = r3() + r3() print(s)
print(({r3()})[2], ({pass(nil, nil, 3)})[3])
local function big(n) local t = {} for i = 1, n do t[i] = i end return t end
print(select("#", table and table.unpack and table.unpack(big(200)) or 1) >= 1)
