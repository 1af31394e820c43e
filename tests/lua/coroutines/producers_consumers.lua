-- Pipelines with bounded buffers, several consumers, back pressure, endings.
local yield, create, resume = coroutine.yield, coroutine.create, coroutine.resume
local function buffer(cap) return {cap = cap, full = 0, empty = 0} end
local function put(b, v) while #b == b.cap do b.full = b.full + 1 yield() end b[#b + 1] = v end
local function get(b) while #b == 0 do if b.closed then return nil end b.empty = b.empty + 1 yield() end return table.remove(b, 1) end
local function run(...) local tasks = {...} while #tasks > 0 do for i = #tasks, 1, -1 do assert(resume(tasks[i])) if coroutine.status(tasks[i]) == "dead" then table.remove(tasks, i) end end end end
local a, b, sums = buffer(3), buffer(2), {0, 0, 0}
local function consumer(k) return create(function() for v in get, b do sums[k] = sums[k] + v end end) end
run(create(function() for i = 1, 40 do put(a, i) end a.closed = true end), create(function() for v in get, a do if v % 2 == 0 then put(b, v / 2) else put(b, v) end end b.closed = true end), consumer(1), consumer(2), consumer(3))
print(sums[1] + sums[2] + sums[3], #a, #b, a.full > 0, b.empty > 0)
local function pipe(src, ...) for _, f in ipairs {...} do local prev = src src = coroutine.wrap(function() f(prev, yield) end) end return src end
local function numbers(n) return coroutine.wrap(function() for i = 1, n do yield(i) end end) end local function map(g) return function(src, out) for v in src do out(g(v)) end end end local function batch(n) return function(src, out) local t = {} for v in src do t[#t + 1] = v if #t == n then out(t) t = {} end end if #t > 0 then out(t) end end end
for t in pipe(numbers(10), map(function(x) return x * x end), batch(4), map(table.concat)) do io.write(t, " ") end print() local n = 0 for v in pipe(numbers(40), map(function(x) return x / 4 end), map(math.type)) do n = n + #v end print(n) print(pcall(function() for _ in pipe(numbers(3), map(error)) do end end))
