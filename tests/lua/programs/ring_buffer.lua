-- A ring that drops or blocks, a deque on negative indices, moving averages.
local Ring = {}
Ring.__index = function(r, k) if math.type(k) == "integer" then return r.items[(r.first + k - 2) % r.cap + 1] end return Ring[k] end
Ring.__len = function(r) return r.n end
local function ring(cap) return setmetatable({items = {}, first = 1, n = 0, cap = cap}, Ring) end
function Ring:push(v)
    local old
    if self.n == self.cap then
        old = self.items[self.first]
        self.items[self.first] = v
        self.first = self.first % self.cap + 1
    else
        self.items[(self.first + self.n - 1) % self.cap + 1] = v
        self.n = self.n + 1
    end
    return old
end
function Ring:shift()
    if self.n == 0 then return nil end
    local v = self.items[self.first]
    self.items[self.first] = nil
    self.first, self.n = self.first % self.cap + 1, self.n - 1
    return v
end
local r, dropped = ring(5), 0
for i = 1, 40 do dropped = dropped + (r:push(i) or 0) if i % 7 == 0 then r:shift() end end
print(#r, r[1], r[#r], r:shift(), dropped, r.cap, r[99])
local function average(n) local w, s = ring(n), 0 return function(x) s = s + x - (w:push(x) or 0) return s / #w end end
local avg, row = average(3), {}
for i, x in ipairs {1, 2, 3, 10, 0.5, -4, 1e3} do row[i] = ("%.2f"):format(avg(x)) end
print(table.concat(row, " "))
local d = {lo = 0, hi = -1}
local function front(v) d.lo = d.lo - 1 d[d.lo] = v end
local function back(v) d.hi = d.hi + 1 d[d.hi] = v end
local function pop(at, step) local v = d[d[at]] d[d[at]] = nil d[at] = d[at] + step return v end
for i = 1, 40 do if i % 3 == 0 then front(i) else back(tostring(i)) end end
local s = 0
while d.lo <= d.hi do s = s * 3 % 1009 + (d.lo % 2 == 0 and pop("lo", 1) or pop("hi", -1)) end
print(s, d.lo, d.hi, next(ring(1).items), #ring(3), ring(2):shift())
