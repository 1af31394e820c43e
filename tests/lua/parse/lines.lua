-- every way to end a line counts once
for _, e in ipairs { "\n", "\r", "\r\n", "\n\r" } do
    local f = assert(load("local a = 1" .. e .. e .. "--x" .. e .. "local s = [[" .. e .. "a" .. e .. "]]" .. e ..
        "return debug.getinfo(1, 'l').currentline, s, 'x\\" .. e .. "y\\z  " .. e .. " z'", "=c"))
    print(f())
    print(select(2, load("x =" .. e .. e .. "= 1", "=c")))
end
-- names that differ only far behind
local a, b = ("n"):rep(15000) .. "1", ("n"):rep(15000) .. "2"
local f = load(a .. " = 5 " .. b .. " = 6 return " .. b .. " - " .. a)
print(f(), _G[a], _G[b], _G[("n"):rep(15000)])
-- too much
print((select(2, load("f(x" .. (",x"):rep(260) .. ")", "=c")):gsub(" near.*", "")))
print(select(2, load("local a a" .. (",a"):rep(500), "=c")):match("C stack overflow"))
print(load("\27not a chunk", "=c", "t"))
print((load("\27not a chunk", "=c", "b")))
