-- A priority queue as a binary heap, and heap sort by it.
local Heap = {}
Heap.__index = Heap
function Heap.new(before)
    return setmetatable({before = before or function(a, b) return a < b end}, Heap)
end
function Heap:push(x)
    local i = #self + 1
    while i > 1 and self.before(x, self[i // 2]) do
        self[i] = self[i // 2]
        i = i // 2
    end
    self[i] = x
end
function Heap:pop()
    local top, last = self[1], table.remove(self)
    local n, i = #self, 1
    if n == 0 then return top end
    while 2 * i <= n do
        local c = 2 * i
        if c < n and self.before(self[c + 1], self[c]) then c = c + 1 end
        if not self.before(self[c], last) then break end
        self[i], i = self[c], c
    end
    self[i] = last
    return top
end
local function drain(h)
    local out = {}
    while #h > 0 do out[#out + 1] = tostring(h:pop()) end
    return table.concat(out, " ")
end
local h, seed = Heap.new(), 7
for i = 1, 40 do seed = seed * 1103515245 + 12345 & 0x7fffffff h:push(seed % 100) end
print(drain(h))
h = Heap.new(function(a, b) return a > b end)
for _, x in ipairs {3, 1.5, 2, 9, 9, -4} do h:push(x) end
print(drain(h))
h = Heap.new()
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do h:push(w) end
print(drain(h))
h:push(1) print(pcall(h.push, h, "one"))
print(h:pop(), h:pop())
