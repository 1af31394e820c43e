-- The sign of a NaN is up to the machine: no sign here.
local function t(...)
  local r = table.pack(pcall(...))
  for i = 1, r.n do if r[i] ~= r[i] then r[i] = "nan" end end
  print(table.unpack(r, 1, r.n))
end
t(math.randomseed, 42) print(math.random(0), math.random(10), math.random(), math.random(3,7), math.random(1<<40))
t(math.randomseed, 1.5) t(math.randomseed, 1,2) t(math.random,0) t(math.random,2,1) t(math.random,1,2,3) t(math.random,0.5)
t(math.tointeger,"3") t(math.tointeger,3.0) t(math.tointeger,3.5) t(math.tointeger) t(math.tointeger,{}) t(math.tointeger, "x")
t(math.floor,-3.5) t(math.floor,1e300) t(math.ceil,-3.5) t(math.floor,"x") t(math.floor,"7.5") t(math.fmod,5,0) t(math.fmod,math.mininteger,-1) t(math.fmod,-5,3) t(math.fmod,5.5,-2) t(math.fmod,1,0.0)
t(math.modf,3) t(math.modf,-3.7) t(math.modf,1/0) t(math.modf,-1/0) t(math.modf,0/0)
t(math.abs,math.mininteger) t(math.abs,-0.0) t(math.max) t(math.max,1,2.5) t(math.min,1,"x") t(math.min,2,1,1.0) t(math.log,8,2) t(math.log,100,10) t(math.log,27,3) t(math.log,0) t(math.ult,1,-1)
t(math.type,1) t(math.type,1.0) t(math.type,"1") t(math.type) t(math.sqrt,2) t(math.exp,1) t(math.deg,math.pi) t(math.rad,180) t(math.atan,1) t(math.atan,1,-1) print(math.pi,math.huge,math.maxinteger,math.mininteger)
t(math.cos,1) t(math.sin,1) t(math.tan,1) t(math.asin,1) t(math.acos,1) t(math.randomseed, 7)
for i=1,5 do io.write(math.random(100)," ") end print()
for k in pairs(math) do io.write("") end
local n = {} for k in pairs(math) do n[#n+1]=k end table.sort(n) print(table.concat(n," "))
