-- Locals and upvalues by index: read, written, of each activation kind.
local function f(a, b, ...)
    local c = a + b do local hidden = 1 end local t = {}
    for i = 1, 9 do local n, v = debug.getlocal(1, i) if not n or n:sub(1, 1) == "(" then break end t[#t + 1] = n .. "=" .. (type(v) == "table" and "table" or tostring(v)) end
    return table.concat(t, " ") .. " " .. tostring((debug.getlocal(1, -1))) .. tostring((select(2, debug.getlocal(1, -2))))
end
for i = 1, 20 do f(i, i) end print(f(1, 2, "va")) print(f(1.5, 2, "x", "y")) print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3), debug.getlocal(print, 1))
local function set(x) local y = x * 2 debug.setlocal(1, 1, "changed") debug.setlocal(1, 2, y + 1) return x, y end for i = 1, 20 do set(i) end print(set(5)) print(pcall(debug.getlocal, 99, 1)) print(debug.setlocal(1, 200, 1))
local up, count = 10, 0 local function g() count = count + 1 return up end print(debug.getupvalue(g, 1), debug.getupvalue(g, 2), debug.getupvalue(g, 3)) for i = 1, 20 do g() end print(debug.setupvalue(g, 2, 20), g(), up, count) print(debug.setupvalue(g, 9, 1)) local function h() return up end print(debug.upvalueid(g, 2) == debug.upvalueid(h, 1), debug.upvalueid(g, 1) == debug.upvalueid(h, 1)) debug.setupvalue(h, 1, 1.5) print(g(), up)
local function caller() local secret = 7 return (function() debug.setlocal(2, 1, 8) end)(), secret end print(caller()) local i = debug.getinfo(f) print(i.nparams, i.isvararg, i.what, i.nups > 0, i.linedefined, i.lastlinedefined, i.short_src) i = debug.getinfo(1, "l") print(i.currentline, debug.getinfo(print).what, debug.getinfo(print, "u").isvararg)
