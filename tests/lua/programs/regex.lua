-- Regular expressions to NFA to lazily built DFA: sets as sorted string keys. modes: tier0 tier1 now default background osr deopt image check generic spill
local function parse(re)
    local i = 1
    local alternatives
    local function atom()
        local c = re:sub(i, i)
        i = i + 1
        if c == "(" then
            local x = alternatives()
            if re:sub(i, i) ~= ")" then error("expected ) at " .. i, 0) end
            i = i + 1
            return x
        elseif c == "." then return {kind = "any"}
        elseif c == "\\" then
            i = i + 1
            return {kind = "char", c = re:sub(i - 1, i - 1)}
        elseif c == "*" or c == "+" or c == "?" then
            error("nothing to repeat at " .. i - 1, 0)
        end
        return {kind = "char", c = c}
    end
    local function repeated()
        local x = atom()
        while i <= #re and ("*+?"):find(re:sub(i, i), 1, true) do
            x = {kind = re:sub(i, i), x}
            i = i + 1
        end
        return x
    end
    local function sequence()
        local s = {kind = "seq"}
        while i <= #re and not re:find("^[|)]", i) do s[#s + 1] = repeated() end
        return s
    end
    function alternatives()
        local a = {kind = "alt", sequence()}
        while re:sub(i, i) == "|" do
            i = i + 1
            a[#a + 1] = sequence()
        end
        return a
    end
    local tree = alternatives()
    if i <= #re then error("unexpected ) at " .. i, 0) end
    return tree
end

local build = {}
local function state(m) m[#m + 1] = {eps = {}} return #m end
local function add(m, x, from, to) return build[x.kind](m, x, from, to) end
function build.char(m, x, from, to) m[from].on, m[from].to = x.c, to end
function build.any(m, _, from, to) m[from].on, m[from].to = true, to end
function build.seq(m, x, from, to)
    for k = 1, #x do
        local mid = state(m)
        add(m, x[k], from, mid)
        from = mid
    end
    table.insert(m[from].eps, to)
end
function build.alt(m, x, from, to)
    for _, a in ipairs(x) do
        local s = state(m)
        table.insert(m[from].eps, s)
        add(m, a, s, to)
    end
end
build["*"] = function(m, x, from, to)
    local s, e = state(m), state(m)
    add(m, x[1], s, e)
    for _, p in ipairs {from, e} do
        table.insert(m[p].eps, s)
        table.insert(m[p].eps, to)
    end
end
build["+"] = function(m, x, from, to)
    local s, e = state(m), state(m)
    table.insert(m[from].eps, s)
    add(m, x[1], s, e)
    m[e].eps = {s, to}
end
build["?"] = function(m, x, from, to)
    local s = state(m)
    add(m, x[1], s, to)
    table.insert(m[from].eps, s)
    table.insert(m[from].eps, to)
end
local function closure(m, set)
    local seen, list = {}, {}
    local function visit(s)
        if seen[s] then return end
        seen[s] = true
        list[#list + 1] = s
        for _, t in ipairs(m[s].eps) do visit(t) end
    end
    for _, s in ipairs(set) do visit(s) end
    table.sort(list)
    return list
end
local function compile(re)
    local m = {}
    local first, last = state(m), state(m)
    add(m, parse(re), first, last)
    local cache = {}
    local function dfa(set)
        set = closure(m, set)
        local key = table.concat(set, ",")
        local d = cache[key]
        if not d then
            d = {set = set, accept = false}
            for _, s in ipairs(set) do d.accept = d.accept or s == last end
            cache[key] = setmetatable(d, {__index = function(t, c)
                local next = {}
                for _, s in ipairs(set) do
                    local on = m[s].on
                    if on == true or on == c then next[#next + 1] = m[s].to end
                end
                local n = #next > 0 and dfa(next)
                rawset(t, c, n)
                return n
            end})
        end
        return d
    end
    local start = dfa {first}
    return function(s)
        local d = start
        for c in s:gmatch(".") do
            d = d["" .. c]
            if not d then return false end
        end
        return d.accept
    end
end
for _, case in ipairs {
    {"a*b", "b", "aaab", "aaa", "ba"}, {"(a|b)*abb", "abb", "aababb", "abba", ""},
    {"x?y+z", "yz", "xyyyz", "xz", "xxyz"}, {"(ab|c)+", "abcab", "cc", "abc", "a"},
    {"a.c", "abc", "a.c", "ac", "abbc"}, {"\\(\\*", "(*", "*(", "("},
    {"(a?)*", "", "aaaaaaaaaaaa", "b"}, {"a|", "a", "", "b"},
} do
    local match, row = compile(case[1]), {}
    for k = 2, #case do row[#row + 1] = case[k] .. "=" .. tostring(match(case[k])) end
    print(case[1], table.concat(row, " "))
end
for _, bad in ipairs {"(a", "a)", "*a", "a|+"} do print(bad, pcall(compile, bad)) end
local evil = compile(("a?"):rep(12) .. ("a"):rep(12))
print(evil(("a"):rep(12)), evil(("a"):rep(24)), evil(("a"):rep(25)), evil(("a"):rep(11)))
