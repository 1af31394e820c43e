for _, p in ipairs {"[a", "[]", "[^]", "%", "(", ")", "(()", "%1", "(a)%2", "%b", "%bx", "[%", "[a-"} do
    print(p, pcall(string.find, "aab", p))
end
print(pcall(string.rep)) print(pcall(("x").bad))
print(pcall(string.match, ("a"):rep(10), ("a?"):rep(10)))
print(pcall(string.find, "a", ("(a"):rep(40))) print((("a"):rep(1000)):match(".-b"))
