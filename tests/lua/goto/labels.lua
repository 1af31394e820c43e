-- labels one after the other, the last at the end of its block
do
  goto first
  local skipped
  ::first:: ; ::second:: ;;
end
local n = 0
::again:: ::more:: n = n + 1
if n < 3 then goto more end
if n < 5 then goto again end
print(n)
for i = 1, 3 do
  if i == 2 then goto next elseif i == 3 then goto also end
  local x = i
  print(x)
  ::also:: ::next::
end
print(load("::a:: ::b:: ::a::"))
print(load("do goto a; local x; ::a:: ::b:: print(x) end"))
print(load(("::l%d:: "):rep(3):format(1, 2, 3) .. "return 7")())
