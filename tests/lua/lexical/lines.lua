-- Line numbers of errors after strings and comments of several lines.
local s = [[
two
lines]]
--[[ and
a comment ]]
print(pcall(function() error("here") end))
local function f(...)
    return
        error(
            "there")
end
print(pcall(f))
print(pcall(function() local x = {} ; return x
    .y
    .z end))
print(select(2, load("x = 1\n\n\ny = = 2", "=s")))
print(debug.getinfo(1, "l").currentline, debug.getinfo(f, "S").linedefined,
    debug.getinfo(f, "S").lastlinedefined)
