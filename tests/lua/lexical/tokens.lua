print(1 --[[x]]+--[[y]]2, 3-(-4), 2^-1, - - 2, not not nil, -2^2, 2^3^2)
print(1 ..2, 7//2, 7~=8, 5~3, ~5, 1<<2, 16>>2, "a".."b", #"abc"+1)
local t = {f = function(s) return s end} print(t.f"x", t.f[[y]], t.f{1}[1])
local a <const>, b = 1, 2 ; ; ; print(a, b) ;
::l1:: do ::l2:: end print((("x")):rep(3), ({1, 2})[2], (function() return 9 end)())
goto done do print "skipped" end ::done:: print "end"
