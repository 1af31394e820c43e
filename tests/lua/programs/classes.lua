-- A class library: inheritance, super, mixins, operators, instance_of.
local function class(name, base)
    local c = {name = name, base = base}
    c.__index = c
    if base then
        for k, v in pairs(base) do
            if k:sub(1, 2) == "__" and k ~= "__index" then c[k] = v end
        end
    end
    return setmetatable(c, {
        __index = base,
        __call = function(cls, ...)
            local o = setmetatable({}, cls)
            if cls.init then o:init(...) end
            return o
        end,
        __tostring = function() return "class " .. name end,
    })
end
local function instance_of(o, c)
    local k = getmetatable(o)
    while k do
        if k == c then return true end
        k = k.base
    end
    return false
end
local Shape = class("Shape")
function Shape:init(name) self.label = name end
function Shape:area() return 0 end
function Shape:describe() return ("%s of area %g"):format(self.label, self:area()) end
Shape.__lt = function(a, b) return a:area() < b:area() end
Shape.__tostring = function(s) return "<" .. s:describe() .. ">" end
Shape.__add = function(a, b)
    local s = Shape("sum")
    s.area = function() return a:area() + b:area() end
    return s
end
local Rect = class("Rect", Shape)
function Rect:init(w, h) Shape.init(self, "rect") self.w, self.h = w, h end
function Rect:area() return self.w * self.h end
local Square = class("Square", Rect)
function Square:init(a) Rect.init(self, a, a) self.label = "square" end
function Square:describe() return "nice " .. Rect.describe(self) end
local Circle = class("Circle", Shape)
function Circle:init(r) self.r = r Shape.init(self, "circle") end
function Circle:area() return 3 * self.r ^ 2 end
local all = {Rect(2, 3), Square(4), Circle(1), Shape("nothing"), Square(1.5)}
table.sort(all)
for _, s in ipairs(all) do
    print(s, instance_of(s, Rect), instance_of(s, Shape), getmetatable(s))
end
print(all[1] + all[2] + all[5], Rect(1, 1) < Square(2))
local total = 0
for i = 1, 60 do total = total + all[i % 5 + 1]:area() end
print(total)
function Shape:describe() return "patched" end
print(all[1], all[3])
print(pcall(function() return Rect(1, 1) + 1 end))
