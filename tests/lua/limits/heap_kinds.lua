-- ours: options: --max-heap=12M
-- Each way to ask for too much ends in "not enough memory", which programs can
-- catch; then there is room again.
local function try(name, f)
  local ok, m = pcall(f)
  print(name, ok, (tostring(m):gsub("^.-:%d+: ", "")))
  collectgarbage()
end
for round = 1, 2 do
  try("array", function() local t = {} for i = 1, 1e9 do t[i] = i end end)
  try("tables", function() local t for i = 1, 1e9 do t = {t} end end)
  try("keys", function()
    local t = {} for i = 1, 1e9 do t[i * 7919] = true end end)
  try("strings", function()
    local t = {} for i = 1, 1e9 do t[i] = ("%d"):format(i):rep(20) end end)
  try("concatenation", function()
    local s = ("x"):rep(100) while true do s = s .. s end end)
  try("rep", function() return ("x"):rep(1 << 28) end)
  try("closures", function()
    local t = {} for i = 1, 1e9 do t[i] = function() return i end end end)
  try("gsub", function()
    local s = ("x"):rep(1 << 20)
    return (s:gsub("x", ("y"):rep(1000))) end)
  try("concat", function()
    local t = {} for i = 1, 1000 do t[i] = ("z"):rep(1000) end
    for i = 1001, 1e6 do t[i] = t[1] end
    return table.concat(t) end)
  try("unpack", function()
    return #{table.unpack({}, 1, 900000)}, #{table.unpack({}, 1, 900000)},
           string.rep("a", 20 << 20) end)
end
