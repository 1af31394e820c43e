-- Text wrapping and justification.
local text = [[
A program is a text that people read, and that a machine can run as well; the
machine does not mind long lines, but people do. So lines are broken where the
words end, and when they have to be equally long, spaces fill them up.]]
local function wrap(s, width)
    local lines, line = {}, ""
    for word in s:gmatch("%S+") do
        if #line + #word + 1 > width and line ~= "" then
            lines[#lines + 1], line = line, word
        else
            line = line == "" and word or line .. " " .. word
        end
    end
    lines[#lines + 1] = line
    return lines
end
local function justify(line, width)
    local gaps = select(2, line:gsub(" ", ""))
    if gaps == 0 then return line end
    local missing, k = width - #line, 0
    return (line:gsub(" ", function()
        k = k + 1
        return (" "):rep(1 + missing // gaps + (k <= missing % gaps and 1 or 0))
    end))
end
for _, width in ipairs {20, 34} do
    local lines = wrap(text, width)
    for i, l in ipairs(lines) do
        print(("%-" .. width .. "s|"):format(i < #lines and justify(l, width) or l))
    end
end
print(#wrap("", 10), wrap("averyveryverylongword a", 5)[2])
local count = {}
for w in text:lower():gmatch("%a+") do count[w] = (count[w] or 0) + 1 end
local words = {}
for w in pairs(count) do words[#words + 1] = w end
table.sort(words, function(a, b)
    if count[a] ~= count[b] then return count[a] > count[b] end
    return a < b
end)
for i = 1, 6 do io.write(words[i], "=", count[words[i]], i < 6 and " " or "\n") end
