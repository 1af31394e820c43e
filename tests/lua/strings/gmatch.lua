for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end print()
for w in ("one two  three"):gmatch("%a+") do io.write("[", w, "]") end print()
for p in ("abc"):gmatch("()") do io.write(p, " ") end print()
for a in ("aXbX"):gmatch("[^X]*") do io.write("<", a, ">") end print()
for a in ("hello"):gmatch("l", 4) do io.write(a) end print()
for a in ("aaa"):gmatch("^a") do io.write(a) end print()
local it = ("xy"):gmatch(".") print(it(), it(), it())
for i = 1, 3 do local n = 0 for _ in ("x y z"):rep(i, " "):gmatch("%S+") do n = n + 1 end print(n) end
