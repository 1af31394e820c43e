-- A state machine that reads CSV, quotes and all.
local function csv(s)
    local rows, row, cell, state = {}, {}, {}, "start"
    local function put(c) cell[#cell + 1] = c end
    local function endcell() row[#row + 1] = table.concat(cell) cell = {} end
    local function endrow() endcell() rows[#rows + 1] = row row = {} end
    local on = {}
    function on.start(c)
        if c == '"' then return "quoted" end
        return on.plain(c)
    end
    function on.plain(c)
        if c == "," then endcell() return "start" end
        if c == "\n" then endrow() return "start" end
        put(c)
        return "plain"
    end
    function on.quoted(c)
        if c == '"' then return "quote" end
        put(c)
        return "quoted"
    end
    function on.quote(c)
        if c == '"' then put(c) return "quoted" end
        return on.plain(c)
    end
    for c in s:gmatch(".") do state = on[state](c) end
    if state == "quoted" then error("open quote in row " .. #rows + 1, 0) end
    if #row > 0 or #cell > 0 then endrow() end
    return rows
end
local rows = csv('name,says,n\nann,"hi, ""you""",1\n"two\nlines",,2.50\nlast,"",')
for i, r in ipairs(rows) do print(i, #r, (table.concat(r, "|"):gsub("\n", "\\n"))) end
print(pcall(csv, 'a,b\n"c'))
local sum = 0
for i = 2, 3 do sum = sum + rows[i][3] end
print(sum, math.type(sum), #csv(("1,2,3\n"):rep(30)))
