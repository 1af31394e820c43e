-- A backward goto makes locals anew, and closes those that closures hold.
local function make(n)
    local fs, i = {}, 1
    ::again::
    local x = i * 10
    fs[#fs + 1] = function(d) x = x + (d or 0) return x, i end
    i = i + 1
    if i <= n then goto again end
    return fs
end
for _ = 1, 25 do make(4) end
local fs = make(3)
print(fs[1](1)) print(fs[1](1)) print(fs[2]()) print(fs[3](0.5)) print(fs[1]())
do
    local k, out = 0, {}
    ::top::
    do
        local t <const> = {k}
        out[#out + 1] = function() return t[1] end
        k = k + 1
        if k < 3 then goto top end
    end
    for i, f in ipairs(out) do io.write(f(), i < #out and " " or "\n") end
end
local function undefined()
    local log = {}
    for i = 1, 3 do
        ::redo::
        local v
        if v == nil then v = i end
        log[#log + 1] = v
        if #log == 2 then goto redo end
    end
    return table.concat(log, ",")
end
print(undefined())
