print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print(("x1 y2"):gsub("%f[%d]%d", "<%0>"), ("end"):find("%f[%z]"), ("end"):find("%f[\0]"))
print(("a,b,,c"):gsub("%f[^,]", "|"), ("word"):match("%f[%w]%w+%f[%W]"))
print(pcall(string.find, "a", "%f")) print(pcall(string.find, "a", "%f[a"))
