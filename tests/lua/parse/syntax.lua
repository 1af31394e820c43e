;;; local a = 1; local b = 2;
print(a + b * 2 ^ 2 // 3 % 4, (a + b) * 2, -a ^ 2, not a == b, a .. b .. 3, 2 ^ 3 ^ 2, 1 .. 2 == "12")
print(1 < 2 == true, not (1 > 2), 5 - 3 - 1, 2 * 3 % 4, "a" .. 1 + 2, 1 << 2 + 1, 6 & 3 | 8 ~ 1, - - 2, not not nil)
print(1 or error() and 2, nil and 1 or 2, false == nil, 1 == 1 and "yes" or "no")
local t = {1, 2; 3, x = 1; y = 2,} print(#t, t.x, t.y)
print(#"abc" + 1, -"2" + 0, #{1, 2, 3} * 2, ({5, 6})[2], ("x"), (print) == print)
local function f(...) return ... end print((f(1, 2)), f(3), f {4}[1], f "s", f [[l]])
local s = f
(9) print(s)
do end while false do end repeat until true for i = 1, 0 do end if false then end
function Global(x) return x end print(Global(1))
goto e do print("skipped") end ::e:: print("e")
return print("returned")
