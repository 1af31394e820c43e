-- A scanner whose states are labels: numbers in the grammar of JSON.
local function scan(s)
    local i, kind = 1, "integer"
    local c
    local function next() c = s:sub(i, i) i = i + 1 end
    next()
    if c == "-" then next() end
    if c == "0" then next() goto fraction end
    if not c:find "[1-9]" then goto bad end
    ::digits::
    next()
    if c:find "%d" then goto digits end
    ::fraction::
    if c ~= "." then goto exponent end
    kind = "fraction"
    next()
    if not c:find "%d" then goto bad end
    ::decimals::
    next()
    if c:find "%d" then goto decimals end
    ::exponent::
    if c ~= "e" and c ~= "E" then goto finish end
    kind = kind .. " with exponent"
    next()
    if c == "+" or c == "-" then next() end
    if not c:find "%d" then goto bad end
    ::power::
    next()
    if c:find "%d" then goto power end
    ::finish::
    if c == "" then return kind end
    ::bad::
    return nil, i - 1
end
for _ = 1, 3 do for n = -20, 20, 0.5 do assert(scan(tostring(n):gsub("%.0$", ""))) end end
for _, s in ipairs {"0", "-12", "3.25", "1e5", "-0.5E-10", "01", "1.", ".5", "-", "1e", "12a", "", "1e+7x"} do
    print(s, scan(s))
end
