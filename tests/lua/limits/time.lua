-- ours: options: --max-time=1000
print("before")
pcall(function() while true do end end)
print("never")
