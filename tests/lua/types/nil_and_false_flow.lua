-- and, or and not on values of each kind, in loops that saw only booleans.
local function pick(a, b, c) return a and b or c end local function both(a, b) return a and b, a or b, not a, not not b end
local function count(t) local k = 0 for i = 1, 6 do if t[i] and not (t[i] == 0) then k = k + 1 elseif t[i] == nil then k = k + 100 end end return k end
for i = 1, 40 do pick(i > 20, i, -i) both(true, i % 2 == 0) count {true, true, true, true, true, true} end
print(pick(nil, 1, 2), pick(0, 1, 2), pick("", false, 3), pick(false, 1, nil), pick({}, nil, false)) print(both(nil, false)) print(both(false, nil)) print(both(0, "")) print(both(1.5, 2)) print(count {1, nil, false, 0, 0.0, "x"})
local function chain(x) return x == nil and "nil" or x == false and "false" or x == 0 and "zero" or x ~= x and "nan" or x end for i = 1, 30 do chain(i) end print(chain(nil), chain(false), chain(-0.0), chain(0 / 0), chain("s"), chain(1))
local n = 0 local function side(v) n = n + 1 return v end for i = 1, 30 do local _ = side(i > 15) and side(i) or side(nil) end print(n) local x = nil while not x or x < 5 do x = (x or 0) + 1 end print(x, (x > 3 and x < 9) == true, not nil == not false, 1 and nil, nil or false, false == nil)
