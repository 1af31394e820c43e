-- Several base classes, searched and cached; super calls; abstract methods.
local function class(name, ...)
    local bases, c = {...}, {name = name}
    c.__index = c
    setmetatable(c, {
        __index = function(t, k)
            for _, b in ipairs(bases) do
                local v = b[k]
                if v ~= nil then
                    t[k] = v
                    return v
                end
            end
        end,
        __call = function(cls, ...)
            local o = setmetatable({}, cls)
            if cls.init then cls.init(o, ...) end
            return o
        end,
        __tostring = function(t) return "class " .. t.name end,
    })
    return c
end
local Shape = class "Shape"
function Shape:init(n) self.n = n end
function Shape:area() error(self.name .. " has no area", 2) end
function Shape:describe() return self.name .. " of " .. tostring(self:area()) end
local Named = class "Named"
function Named:hello() return "hello " .. self.name .. (self.n or "") end
Named.color = "red"
local Square = class("Square", Shape, Named)
function Square:area() return self.n * self.n end
local Cube = class("Cube", Square)
function Cube:area() return 6 * Square.area(self) end
function Cube:describe() return "3d " .. Shape.describe(self) end
local Blob = class("Blob", Named, Shape)
local all = {Square(3), Cube(2), Square(1.5), Cube(0.5)}
local sum = 0
for i = 1, 40 do sum = sum + all[i % 4 + 1]:area() end
print(sum)
for _, o in ipairs(all) do print(o:describe(), o:hello(), o.color, o.none) end
local b = Blob(9) print(pcall(b.describe, b)) print(b:hello(), tostring(Blob), rawget(Blob, "describe") == Shape.describe)
Named.color = "blue" print(all[1].color, Blob.color, Square.color)
function Square:area() return -self.n end
for _, o in ipairs(all) do io.write(o:area(), " ") end print()
Cube.area = nil print(pcall(function() return all[2]:area() end)) print(pcall(function() return Blob.nothing() end))
