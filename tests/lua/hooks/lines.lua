-- line hooks tell the lines that a program comes to, loops again and again
local function lines(text)
    local got = {}
    debug.sethook(function(event, line) got[#got + 1] = line end, "l") load(text)() debug.sethook()
    print(table.concat(got, " "))
end
print(debug.gethook())
load("function f(x)\n\n\n\n\n\n\n  return x\nend")()
lines("a = 1\nb = 2 c = 3\n\nd = 4\n")
lines("for i = 1, 3 do\n  a = i\nend\n")
lines("for i = 1, 4 do a = i end")
lines("for k, v in pairs { 1, 2 } do\n  a = v\nend\n")
lines("local n = 0\nwhile n < 2 do\n  n = n + 1\nend\n")
lines("local n = 0\nrepeat\n  n = n + 1\nuntil n == 2\n")
lines("if nil then\n  a = 1\nelse\n  a = 2\nend\n")
lines("g = f(1)\nh = f(2)\n")
local f, mask, count = debug.gethook() print(f, mask, count)
debug.sethook(print, "crl", 100) print(select(2, debug.gethook())) debug.sethook() print(debug.gethook())
-- a function is there where its text ends
lines("local function f()\nend\na = 1\n")
lines("local f = function()\n\nend\na = 1\n")
lines("local f\nf = function()\nend\na = 1\n")
lines("local x\nlocal function f()\n  return x\nend\na = 1\nx = 2")
lines("local a, b = 1, function()\nend\na = 1\n")
