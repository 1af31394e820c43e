-- ours: options: --max-heap=50M
print(pcall(function() local t = {} for i = 1, 1e9 do t[i] = {i} end end))
print(pcall(function() local s = "x" while true do s = s .. s end end))
print("goes on")
