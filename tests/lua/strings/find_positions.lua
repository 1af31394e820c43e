-- Starts, plain search, empty matches and captures of positions.
local function f(...) return (select("#", string.find(...))), string.find(...) end
print(f("hello", "l")) print(f("hello", "l", 4)) print(f("hello", "l", 5)) print(f("hello", "", 6)) print(f("hello", "", 7))
print(f("hello", "l", -2)) print(f("hello", "h", -100)) print(f("a.b", ".", 2, true)) print(f("a+b", "+", 1, true)) print(f("", ""))
print(f("hello", "()l+()")) print(f("key=val", "(%w+)=(%w+)")) print(f("hello", "xyz")) print(f("a\0b", "%z")) print(f("a\0b\0", "\0", 3))
print(("abc"):match("()"), ("abc"):match("()", 4), ("abc"):match("()", 5), ("abc"):match(".-"), ("abc"):match("a*$"), ("abc"):match("^b", 2))
print(("  trim  "):match("^%s*(.-)%s*$") .. "|", ("x"):find("x*", 2), ("aXb"):find("%u"), ("[]]"):find("[]]"), ("a-z"):find("[a%-z]+"))
print(("f(a(b)c)d"):match("%b()"), ("((x)"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"), ("x^y"):find("^", 1, true), ("x^y"):find("[%^]"))
local s = ("ab"):rep(50) local n, at = 0, 1
while true do local i, j = s:find("ba", at, true) if not i then break end n, at = n + 1, j end print(n, at)
for i = 1, 40 do assert(("k" .. i):find("^k(%d+)$")) end print(pcall(string.find, "a", "[a")) print(pcall(string.find, "a", "%")) print(pcall(string.rep)) print(("x"):find(1), ("1"):find(1))
