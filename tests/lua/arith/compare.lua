local function try(f, ...) print(select(2, pcall(f, ...))) end
local function lt(a, b) return a < b end
local function le(a, b) return a <= b end
for _, f in ipairs { lt, le } do
  try(f, 1, 2) try(f, 1.5, 2) try(f, 2, 1.5) try(f, "a", "b") try(f, 2, 2.0)
  try(f, 1, "2") try(f, {}, {}) try(f, nil, 1) try(f, true, false) try(f, {}, 1)
  try(f, print, print)
end
print(1 ~= 1.0, "1" == 1, nil == false, {} == {}, print == print)
local t = {}
print(t == t, t ~= t, t == nil, nil == nil)
