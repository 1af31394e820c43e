-- Fields whose values are integers where tables are made, and others later.
local function item(i) return { x = i, y = i, dx = 1, name = "n" } end
local function move(o)
  o.x = o.x + 0.5
  if o.x > 50 then o.y = o.y .. "" end
  if o.x > 90 then o.name = nil end
end
local sum, texts, nils = 0, 0, 0
for turn = 1, 30 do
  for i = 1, 100 do
    local o = item(i)
    for k = 1, 5 do move(o) end
    sum = sum + o.x + o.dx
    if type(o.y) == "string" then texts = texts + 1 end
    if o.name == nil then nils = nils + 1 end
    local keys = 0
    for _ in pairs(o) do keys = keys + 1 end
    assert(keys == (o.name and 4 or 3))
  end
end
print(sum, texts, nils, math.type(item(1).x), item(2).y)
