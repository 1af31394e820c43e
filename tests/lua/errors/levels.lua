local function lvl(n) error("msg", n) end
local function mid(n) lvl(n) end
for n = 0, 3 do print(pcall(mid, n)) end
print(pcall(error, "m", 1)) print(pcall(error, "m", 2))
print(pcall(error, 5, 1)) print(pcall(error, nil, 2))
print(select("#", pcall(error)))
print(pcall(assert, false)) print(pcall(assert, nil, "why"))
print(pcall(assert, 1, 2, 3))
print(pcall(assert))  print(pcall(pcall)) print(pcall(pcall, error, "x"))
