for i = 1, 9 do if i % 2 == 0 then goto continue end for j = 1, 3 do if j == 2 then goto continue end io.write(i, j, " ") end ::continue:: end
print()
do local n = 0 ::again:: n = n + 1 if n < 5 then goto again end print(n) end
for i = 1, 3 do for j = 1, 3 do if i * j == 4 then goto out end end end ::out:: print "out"
while true do if true then break end end repeat if true then break end until false
print(load("goto x; local a; ::x:: print(a)", "=s"))
print(load("::a:: ::a::", "=s"))
print(load("break", "=s"))
