do local i = 1 ::top:: if i <= 3 then io = i i = i + 1 goto top end print(i) end
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto next_i end
    print(i, j)
  end
  ::next_i::
end
do
  local n = 0
  ::a:: n = n + 1
  if n < 5 then goto a end
  if n < 7 then goto b end
  goto c
  ::b:: n = n + 1 goto a
  ::c:: print(n)
end
local fs = {}
do
  local i = 1
  ::again::
  local x = i
  fs[i] = function() x = x + 1 return x end
  i = i + 1
  if i <= 3 then goto again end
end
print(fs[1](), fs[1](), fs[2](), fs[3]())
while true do do goto out end end ::out:: print("out")
local function f(n) ::l1:: if n > 0 then n = n - 1 goto l1 end return n end
print(f(5000))
do goto e; local y = 5; ::e:: end
print("end")
