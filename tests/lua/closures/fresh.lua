local fs = {} for i = 1, 3 do fs[i] = function() i = i + 10 return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
local n, gs = 0, {} while n < 3 do n = n + 1 local k = n gs[n] = function() k = k * 2 return k end end
print(gs[1](), gs[2](), gs[3](), gs[1]())
local hs = {} for _, v in ipairs {"a", "b"} do hs[#hs + 1] = function() v = v .. v return v end end
print(hs[1](), hs[2](), hs[1]())
local rs, r = {}, 0 repeat local v = r r = r + 1 rs[r] = function() return v end until v >= 2
print(rs[1](), rs[3]())
do local j = 0 local ks = {} ::top:: local m = j ks[j] = function() m = m + 1 return m end j = j + 1 if j < 3 then goto top end print(ks[0](), ks[0](), ks[2]()) end
