-- Polynomials as tables: arithmetic, roots by Newton, interpolation, printing.
local P = {} P.__index = P
local function new(t) while #t > 1 and t[#t] == 0 do t[#t] = nil end return setmetatable(t, P) end
local function lift(x) return type(x) == "number" and new {x} or x end
function P.__add(a, b) a, b = lift(a), lift(b) local r = {} for i = 1, math.max(#a, #b) do r[i] = (a[i] or 0) + (b[i] or 0) end return new(r) end
function P.__unm(a) local r = {} for i = 1, #a do r[i] = -a[i] end return new(r) end
function P.__sub(a, b) return a + -lift(b) end
function P.__mul(a, b) a, b = lift(a), lift(b) local r = {} for i = 1, #a do for j = 1, #b do r[i + j - 1] = (r[i + j - 1] or 0) + a[i] * b[j] end end return new(r) end
function P.__pow(a, n) local r = new {1} for _ = 1, n do r = r * a end return r end
function P.__call(p, x) local v = 0 for i = #p, 1, -1 do v = v * x + p[i] end return v end
function P.__eq(a, b) if #a ~= #b then return false end for i = 1, #a do if a[i] ~= b[i] then return false end end return true end
function P.__idiv(a, b) local r, q = table.move(a, 1, #a, 1, {}), {} for i = #a - #b + 1, 1, -1 do q[i] = r[i + #b - 1] / b[#b] for j = 1, #b do r[i + j - 1] = r[i + j - 1] - q[i] * b[j] end end return new(q) end
function P:derive() local r = {} for i = 2, #self do r[i - 1] = self[i] * (i - 1) end return new(#r > 0 and r or {0}) end
function P.__tostring(p) local o = {} for i = #p, 1, -1 do local c = p[i] if c ~= 0 or #p == 1 then local v = i == 1 and "" or i == 2 and "x" or "x^" .. i - 1 o[#o + 1] = (#o > 0 and (c < 0 and " - " or " + ") or c < 0 and "-" or "") .. ((math.abs(c) ~= 1 or v == "") and math.abs(c) or "") .. v end end return table.concat(o) end
local x = new {0, 1} local p = (x - 1) * (x - 2) * (x + 3)
print(p, p(2), p(0.5), p("2"), p:derive(), p // (x - 1), (x + 1) ^ 5, p - p, 2 * x ^ 2 + 1 == new {1, 0, 2}, x(x + 1), p(x) == p)
local function root(f, at) local d = f:derive() for i = 1, 60 do local step = f(at) / d(at) at = at - step if math.abs(step) < 1e-14 then return at, i end end end
print(("%.6f %.6f %.6f"):format(root(p, 10), root(p, -9), (root(x ^ 2 - 2, 1))), (root(x ^ 2 + 1, 0.5)))
local function lagrange(points) local sum = new {0} for i, a in ipairs(points) do local l = new {a[2]} for j, b in ipairs(points) do if i ~= j then l = l * (x - b[1]) * (1 / (a[1] - b[1])) end end sum = sum + l end return sum end
local q = lagrange {{1, 1}, {2, 4}, {3, 9}} print(("%.3f %.3f %.3f"):format(q(0), q(4), q(2.5)), #q, pcall(function() return p + {} end))
