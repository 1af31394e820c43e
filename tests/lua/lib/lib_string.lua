-- byte, char, sub, rep, len, reverse, upper, lower
print(("hello"):byte(), ("hello"):byte(2, 4), ("hello"):byte(-1), ("hello"):byte(10), ("hello"):byte(0))
print(("x"):byte(1, -1), (""):byte(), select("#", (""):byte(1, -1)))
print(string.char(), string.char(72, 105), pcall(string.char, 256), pcall(string.char, -1))
for _, r in ipairs { { 2, 4 }, { -3 }, { 0 }, { 2, 1 }, { -100, 100 }, { 3, -2 }, { math.mininteger, math.maxinteger }, { 5, 5 }, { 6 } } do
    io.write("[", ("hello"):sub(table.unpack(r)), "] ")
end
print()
print(("ab"):rep(3), ("ab"):rep(3, "-"), ("ab"):rep(0), ("ab"):rep(-1), ("ab"):rep(1, "-"), (""):rep(10000), ("x"):rep(2, ""))
print(#("abc"):rep(1000, ", "), ("a\0b"):len(), ("a\0b"):reverse() == "b\0a", ("MiXed1é"):upper(), ("MiXed1"):lower())
-- find and match
local function show(...) print(select("#", ...), ...) end
show(("hello world"):find("o w"))
show(("hello world"):find("o", 6))
show(("hello world"):find("xyz"))
show(("hello"):find(""))
show(("hello"):find("", 6))
show(("hello"):find("", 7))
show(("hello"):find("l", -2))
show(("a.b"):find(".", 1, true))
show(("a.b"):find("%."))
show(("hello"):find("(l)(l)"))
show(("hello"):match("(h)(.)(.*)"))
show(("hello"):match("()ll()"))
show(("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
show(("  trim  "):match("^%s*(.-)%s*$"))
show(("f(a(b)c)d"):match("%b()"))
show(("THE (quick) fox"):find("%((%a+)%)"))
show(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
show(("abcabc"):match("(a)(b)c%1%2"))
show(("x^y"):match("x^y"), ("^x"):match("^^x"), ("a$"):match("a$$"), ("a$b"):match("a$b"))
show(("0123456789"):match("%d-5"), ("aaa"):match("a-"), ("aaa"):match("a-$"), ("ab"):match("a?b?c?"))
show(("a-z]"):match("[%]a-]+"), ("x-y"):match("[x%-y]+"), ("]"):match("[]]"), ("^"):match("[%^]"), ("a^"):match("[a^]+"))
show(("abc"):match("[^a]+"), ("ABC123"):match("%u+%d+"), ("\n\t "):match("^%s+$") ~= nil, ("\1\2"):match("%c+") == "\1\2", ("1aF"):match("%x+"), ("!?"):match("%p+"), ("héllo"):match("%w+"))
show(("a\0b"):match("%z"), ("a\0b"):find("\0"), ("a\0b"):match("[\0]b") == "\0b")
-- gmatch
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end
for w in ("one two three"):gmatch("%a+") do io.write(w, ".") end
for p in ("abc"):gmatch("()") do io.write(p, ",") end
for w in ("abc"):gmatch("x*") do io.write("<", w, ">") end
for w in ("one two three"):gmatch("%a+", 5) do io.write(w, ".") end
for w in ("one two three"):gmatch("%a+", -5) do io.write(w, ".") end
for w in ("^a^a"):gmatch("^a") do io.write(w, ".") end
print()
-- gsub
show(("hello world"):gsub("o", "0"))
show(("hello world"):gsub("o", "0", 1))
show(("hello world"):gsub("o", "0", 0))
show(("hello"):gsub("", "-"))
show(("hello"):gsub("l*", "x"))
show(("hello world"):gsub("(%w+)", "<%1>"))
show(("hello world"):gsub("%w+", "%0 %0", 1))
show(("hello world"):gsub("(%w+) (%w+)", "%2 %1"))
show(("100%"):gsub("%%", "%%%%"))
show(("$name is $age"):gsub("%$(%w+)", { name = "Lua", age = 30 }))
show(("$name is $x"):gsub("%$(%w+)", { name = "Lua" }))
show(("abc"):gsub("%w", function(c) if c ~= "b" then return c .. c end end))
show(("abc"):gsub("(a)(b)(c)", function(...) return select("#", ...) end))
show(("abc"):gsub("^a", "x"), ("aaa"):gsub("^a", "x"))
show(("abc"):gsub("b", 5), ("abc"):gsub("b", 5.5))
show(("abc"):gsub("()", "%1"))
show(string.gsub("abc", "b", setmetatable({}, { __index = function(_, k) return k:upper() end })))
print(pcall(string.gsub, "x", "x", function() error("inside") end))
print(pcall(string.gsub, "x", "x", function() error() end))
-- the metatable
print(getmetatable("").__index == string, ("x").len == string.len, #"abc", ("%d"):format(3), ("x").nothing)
print(("5" + 1), "0x10" * 2, 10 .. "", pcall(function() return "a" + 1 end))
-- deep and long
print(#("a"):rep(10000):gsub("a", "bc"), ("a"):rep(500):match(".-b"), ("a"):rep(5000):match("a*$") == ("a"):rep(5000))
print(pcall(string.match, ("a"):rep(1000), ("a?"):rep(1000) .. ("a"):rep(10)))
print(pcall(string.match, ("("):rep(300), "%b()"), pcall(string.match, "x", ("(x"):rep(40)))
-- format
print(("%5.1f|%-8s|%08.3f|%+d|%x|%X|%o|%e|%g|%c|%%|%q"):format(3.14159, "ab", -3.14159, 5, 255, 255, 8, 12345.678, 1e20, 65, 'q"\n'))
print(("%s %s %s %s"):format(nil, true, 12, 1.5), ("%10s|%-10s|%.2s"):format("hi", "hi", "hello"))
print(("%d %s"):format(3.0, 3.0), ("%i"):format("42"), ("%.14g %.17g %.3g"):format(0.1, 0.1, 1e10))
print(("%s"):format(setmetatable({}, { __tostring = function() return "custom" end })), ("%s"):format(setmetatable({}, { __name = "Named" })):match("^Named: ") ~= nil)
print(tostring(1e15), tostring(1e16), tostring(-0.0), tostring(1e100), 2^53, 2^63, -(0/0) ~= -(0/0), 1/0, -1/0, 100 // 1e-320)
print(tonumber("0x1p4"), tonumber("1e1"), tonumber("  12  "), tonumber("1 2"), tonumber("0x"), tonumber("1e"), tonumber("z", 36), tonumber("ff", 16), tonumber("8", 8), tonumber("-ff", 16), tonumber("7fffffffffffffff", 16), tonumber("1.5e+3"), tonumber(".5"), tonumber("5."), tonumber("."), tonumber("inf"), tonumber("nan"), tonumber("0x.8"), tonumber("9223372036854775808"))
