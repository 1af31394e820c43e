local _, _a, A1, and_, END, goto1 = 1, 2, 3, 4, 5, 6
print(_, _a, A1, and_, END, goto1)
for _, w in ipairs {"and", "break", "do", "else", "elseif", "end", "false",
    "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
    "repeat", "return", "then", "true", "until", "while"} do
    print(w, (load("local " .. w .. " = 1")))
end
print(load("local é = 1", "=s")) print(load("return 1a", "=s"))
print(load("x = }", "=s")) print(load("x = @", "=s")) print(load("$", "=s"))
