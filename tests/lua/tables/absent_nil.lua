-- Names that are given nil before they are given anything else.
local function cons(value, next) return { value = value, next = next } end

local function sum(list)
  local all, n = 0, 0
  while list do
    all, n, list = all + list.value, n + 1, list.next
  end
  return all, n
end

local total = 0
for turn = 1, 60 do
  local list
  for i = 1, 20 do list = cons(i, list) end
  total = total + sum(list)
end
print(total, sum(cons(1, nil)), sum(cons(1, cons(2))))

-- A name that is there: another kind of value, then none.
local function set(t, v) t.name = v end
for i = 1, 60 do
  local t = {}
  set(t, nil)
  assert(t.name == nil and next(t) == nil)
  set(t, i)
  assert(t.name == i and next(t) == "name")
  set(t, "text")
  assert(t.name == "text")
  set(t, nil)
  assert(t.name == nil and next(t) == nil)
  set(t, i % 2 == 0 and i or nil)
  assert(t.name == (i % 2 == 0 and i or nil))
end

-- A name in the hash table, where there are too many for a shape.
local many = {}
for i = 1, 200 do many["n" .. i] = i end
local function put(v) many.name = v end
for i = 1, 60 do
  put(nil)
  assert(many.name == nil)
  put(i)
  assert(many.name == i)
end
put(nil)
local left = 0
for _ in pairs(many) do left = left + 1 end
print(left, many.name, many.n200)

-- A table without the name whose hash table has it: as a key put together.
local hashed = {}
for i = 1, 40 do hashed[("k"):rep(i)] = i end
hashed[table.concat { "lat", "er" }] = "here"
local clear = load("local t, v = ... t.later = v")
clear({}, nil)
clear(hashed, nil)
print(rawget(hashed, "later"), hashed.kkk)
clear(hashed, 1)
print(rawget(hashed, "later"))

-- __newindex sees it, from when there is one.
local seen, mt = 0, {}
local function make(v)
  local t = setmetatable({}, mt)
  t.field = v
  return t
end
for i = 1, 60 do
  if i == 30 then mt.__newindex = function() seen = seen + 1 end end
  local t = make(i % 3 ~= 0 and i or nil)
  assert(rawget(t, "field") == (i < 30 and i % 3 ~= 0 and i or nil))
end
print(seen)
