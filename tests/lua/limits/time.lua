-- ours: options: --max-time=300
print("before")
pcall(function() while true do end end)
print("never")
