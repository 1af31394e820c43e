-- Longest common subsequence: diff, merge, edit distance and similarity.
local function split(s)
    local lines = {}
    for l in s:gmatch("[^\n]+") do lines[#lines + 1] = l end
    return lines
end
local function lcs(a, b)
    local t = {}
    for i = #a + 1, 1, -1 do
        t[i] = {}
        for j = #b + 1, 1, -1 do
            if i > #a or j > #b then t[i][j] = 0
            elseif a[i] == b[j] then t[i][j] = t[i + 1][j + 1] + 1
            else t[i][j] = math.max(t[i + 1][j], t[i][j + 1]) end
        end
    end
    return t
end
local function diff(a, b)
    local t, i, j, out = lcs(a, b), 1, 1, {}
    while i <= #a or j <= #b do
        local mark, text
        if i <= #a and j <= #b and a[i] == b[j] then
            mark, text, i, j = " ", a[i], i + 1, j + 1
        elseif j > #b or i <= #a and t[i + 1][j] >= t[i][j + 1] then
            mark, text, i = "-", a[i], i + 1
        else
            mark, text, j = "+", b[j], j + 1
        end
        out[#out + 1] = mark .. text
    end
    return out
end
local function patch(a, d)
    local out, i = {}, 1
    for _, l in ipairs(d) do
        local mark, text = l:match("^(.)(.*)$")
        if mark ~= "+" then
            if a[i] ~= text then error("hunk failed at line " .. i, 0) end
            i = i + 1
        end
        if mark ~= "-" then out[#out + 1] = text end
    end
    return out
end
local old = split "one\ntwo\nthree\nfour\nfive\nsix"
local new = split "zero\none\n2\nthree\nfive\nfive\nsix\nseven"
local d = diff(old, new)
print(table.concat(d, "\n"))
print(table.concat(patch(old, d), ",") == table.concat(new, ","), pcall(patch, new, d))
print(#diff({}, {}), table.concat(diff({}, {"a"}), " "), table.concat(diff({1, 2.0, "3"}, {1.0, 2, 3}), " "))
local function distance(a, b)
    local prev, cur = {}, {}
    for j = 0, #b do prev[j] = j end
    for i = 1, #a do
        cur[0] = i
        local c = a:byte(i)
        for j = 1, #b do
            local cost = c == b:byte(j) and 0 or 1
            cur[j] = math.min(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + cost)
        end
        prev, cur = cur, prev
    end
    return prev[#b]
end
for _, p in ipairs {{"kitten", "sitting"}, {"flaw", "lawn"}, {"", "abc"}, {"same", "same"}, {"intention", "execution"}} do
    local n = distance(p[1], p[2])
    print(p[1], p[2], n, ("%.2f"):format(1 - n / math.max(#p[1], #p[2], 1)))
end
