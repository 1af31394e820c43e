-- A cache that forgets what was used longest ago: hash and linked list.
local Cache = {}
Cache.__index = Cache
function Cache.new(size)
    local ends = {}
    ends.next, ends.prev = ends, ends
    return setmetatable({size = size, n = 0, map = {}, ends = ends}, Cache)
end
local function unlink(e) e.prev.next, e.next.prev = e.next, e.prev end
function Cache:front(e)
    local first = self.ends.next
    e.prev, e.next = self.ends, first
    first.prev, self.ends.next = e, e
end
function Cache:get(k)
    local e = self.map[k]
    if not e then return nil end
    unlink(e)
    self:front(e)
    return e.value
end
function Cache:put(k, v)
    local e = self.map[k]
    if e then
        e.value = v
        unlink(e)
    else
        if self.n == self.size then
            local old = self.ends.prev
            unlink(old)
            self.map[old.key] = nil
        else
            self.n = self.n + 1
        end
        e = {key = k, value = v}
        self.map[k] = e
    end
    self:front(e)
end
local function keys(c)
    local out, e = {}, c.ends.next
    while e ~= c.ends do out[#out + 1] = tostring(e.key) e = e.next end
    return table.concat(out, " ")
end
local c = Cache.new(3)
for _, k in ipairs {"a", "b", "c"} do c:put(k, k:upper()) end
print(keys(c), c:get("a"), keys(c))
c:put("d", "D") print(keys(c), c:get("b"))
c:put("c", "new") print(keys(c), c:get("c"))
local hits, big = 0, Cache.new(10)
for i = 1, 500 do
    local k = i * i % 13
    if big:get(k) then hits = hits + 1 else big:put(k, i) end
end
print(hits, keys(big))
