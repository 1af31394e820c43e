-- CSV and INI: patterns, captures of positions, quoting both ways.
local function csv_line(s, sep)
    local row, pos = {}, 1
    while true do
        local c = s:sub(pos, pos)
        if c == '"' then
            local text = ""
            repeat
                local from, to, part, more = s:find('^"([^"]*)"("?)', pos)
                if not from then error("unclosed quote in column " .. #row + 1, 0) end
                text = text .. part .. more
                pos = more == '"' and to or to + 1
            until more == ""
            row[#row + 1] = text
            local _, to = s:find("^" .. sep, pos)
            if not to then break end
            pos = to + 1
        else
            local from, to = s:find(sep, pos)
            if not from then
                row[#row + 1] = s:sub(pos)
                break
            end
            row[#row + 1] = s:sub(pos, from - 1)
            pos = to + 1
        end
    end
    return row
end
local function to_csv(row)
    local out = {}
    for i = 1, row.n or #row do
        local cell = row[i] == nil and "" or tostring(row[i])
        if cell:find('[,"\n]') then cell = '"' .. cell:gsub('"', '""') .. '"' end
        out[i] = cell
    end
    return table.concat(out, ",")
end
for _, line in ipairs {"a,b,c", "", ",", 'x,"y, z",w', '"he said ""hi""",2', '"","",""', "1,2.5,nil,true"} do
    local row = csv_line(line, ",")
    print(#row, table.concat(row, "|"), to_csv(row))
end
print(pcall(csv_line, 'a,"b', ",")) print(table.concat(csv_line("a; b;c", "; ?"), "|"))
print(to_csv(table.pack(1, nil, 2.0, "a,b", false, 'q"q', nil)))

local function convert(v)
    if v == "true" or v == "yes" then return true
    elseif v == "false" or v == "no" then return false end
    return tonumber(v) or v:match("^['\"](.*)['\"]$") or v
end
local function ini(text)
    local data, section, number = {}, nil, 0
    section = data
    for line in (text .. "\n"):gmatch("(.-)\r?\n") do
        number = number + 1
        line = line:gsub("%s*[;#].*$", "")
        local name = line:match("^%s*%[([^%]]+)%]%s*$")
        local key, value = line:match("^%s*([%w_.]+)%s*=%s*(.-)%s*$")
        if name then
            section = data[name] or {}
            data[name] = section
        elseif key then
            section[key] = convert(value)
        elseif line:find("%S") then
            return nil, ("line %d: cannot read '%s'"):format(number, line)
        end
    end
    return data
end
local data = ini [[
top = 1
[server]           ; where
host = example.org
port=8080
ratio = 0x1p-2
debug = yes
motd = "  spaced  "
[empty]
[server]
port = 81          # again
]]
local function dump(t, indent)
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = k end
    table.sort(keys)
    for _, k in ipairs(keys) do
        if type(t[k]) == "table" then
            print(indent .. k .. ":")
            dump(t[k], indent .. "  ")
        else
            print(indent .. k, math.type(t[k]) or type(t[k]), ("%s"):format(t[k]))
        end
    end
end
dump(data, "") print(ini "[a]\nb = 1\nwhat\n") print(next(ini ""))
