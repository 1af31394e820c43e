print(("ab"):rep(3), ("ab"):rep(3, ","), ("x"):rep(0) == "", ("x"):rep(-1) == "", (""):rep(10, "-"))
print(("abc"):reverse(), (""):reverse(), ("MiXed"):upper(), ("MiXed"):lower(), ("x"):rep(1, "sep"))
print(pcall(string.rep, "x", 1 << 60)) print(pcall(string.rep, "x", 1 << 40, "yy"))
print(("äÖ"):upper(), #("é"):rep(5), ("a\0b"):reverse() == "b\0a")
