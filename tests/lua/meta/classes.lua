local Animal = {} Animal.__index = Animal
function Animal.new(name) return setmetatable({name = name}, Animal) end
function Animal:speak() return self.name .. " makes a sound" end
function Animal:kind() return "animal" end
local Dog = setmetatable({}, {__index = Animal}) Dog.__index = Dog
function Dog.new(name) local d = Animal.new(name) return setmetatable(d, Dog) end
function Dog:speak() return self.name .. " barks, " .. Animal.speak(self) end
local a, d = Animal.new("cat"), Dog.new("rex")
print(a:speak(), d:speak(), d:kind())
local n = 0
for i = 1, 2000 do local o = i % 2 == 0 and a or d if o:kind() == "animal" then n = n + 1 end end
print(n)
function Dog:kind() return "dog" end
for i = 1, 2000 do local o = i % 2 == 0 and a or d if o:kind() == "animal" then n = n + 1 end end
print(n)
Dog.kind = nil
for i = 1, 2000 do local o = i % 2 == 0 and a or d if o:kind() == "animal" then n = n + 1 end end
print(n)
setmetatable(Dog, {__index = {kind = function() return "other" end}})
for i = 1, 2000 do local o = i % 2 == 0 and a or d if o:kind() == "other" then n = n + 1 end end
print(n)
print(pcall(d.speak, d))
print(pcall(function() setmetatable(Dog, nil) return d:kind() end))
Animal.count = 0
for i = 1, 3000 do Animal.count = Animal.count + 1 end print(Animal.count)
