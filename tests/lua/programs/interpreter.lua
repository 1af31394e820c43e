-- A small language: tokens, a parser, and evaluation by closures.
local function tokens(s)
    local out, i = {}, 1
    while true do
        i = s:find("%S", i)
        if not i then return out end
        local t = s:match("^%d+%.?%d*", i) or s:match("^[%a_]%w*", i) or
            s:match("^[<>=!]=", i) or s:sub(i, i)
        out[#out + 1] = t
        i = i + #t
    end
end
local levels = {{"<", ">", "==", "<="}, {"+", "-"}, {"*", "/", "%"}}
local ops = {
    ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
    ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end,
    ["%"] = function(a, b) return a % b end, ["<"] = function(a, b) return a < b end,
    [">"] = function(a, b) return a > b end, ["<="] = function(a, b) return a <= b end,
    ["=="] = function(a, b) return a == b end,
}
local P = {}
P.__index = P
function P:next() self.i = self.i + 1 return self.t[self.i - 1] end
function P:peek() return self.t[self.i] end
function P:want(x)
    local got = self:next()
    if got ~= x then error(("expected %s near %s"):format(x, tostring(got)), 0) end
end
function P:primary()
    local t = self:next()
    if not t then error("unexpected end", 0) end
    if t == "(" then
        local e = self:expr(1)
        self:want(")")
        return e
    elseif t == "-" then
        local e = self:primary()
        return function(env) return -e(env) end
    elseif tonumber(t) then
        local v = tonumber(t)
        return function() return v end
    elseif self:peek() == "(" then
        self:next()
        local args = {}
        while self:peek() ~= ")" do
            args[#args + 1] = self:expr(1)
            if self:peek() == "," then self:next() end
        end
        self:next()
        return function(env)
            local f, inner = env.functions[t], {functions = env.functions}
            if not f then error("no function " .. t, 0) end
            for i, p in ipairs(f.params) do inner[p] = args[i](env) end
            return f.body(inner)
        end
    end
    return function(env) return env[t] or error("no variable " .. t, 0) end
end
function P:expr(level)
    local row = levels[level]
    if not row then return self:primary() end
    local left = self:expr(level + 1)
    while true do
        local op
        for _, o in ipairs(row) do if o == self:peek() then op = ops[o] end end
        if not op then return left end
        self:next()
        local a, b = left, self:expr(level + 1)
        left = function(env) return op(a(env), b(env)) end
    end
end
function P:block()
    local list = {}
    self:want("{")
    while self:peek() ~= "}" do list[#list + 1] = self:statement() end
    self:next()
    return function(env)
        local v
        for i = 1, #list do v = list[i](env) end
        return v
    end
end
function P:statement()
    local word = self:next()
    if word == "if" then
        local c, yes = self:expr(1), self:block()
        local no = self:peek() == "else" and self:next() and self:block()
        return function(env)
            if c(env) then return yes(env) elseif no then return no(env) end
        end
    elseif word == "while" then
        local c, body = self:expr(1), self:block()
        return function(env) while c(env) do body(env) end end
    elseif word == "print" then
        local e = self:expr(1)
        return function(env) print(e(env)) end
    elseif word == "def" then
        local name, params = self:next(), {}
        self:want("(")
        while self:peek() ~= ")" do params[#params + 1] = self:next() end
        self:next()
        local body = self:block()
        return function(env) env.functions[name] = {params = params, body = body} end
    elseif self:peek() == "=" then
        self:next()
        local e = self:expr(1)
        return function(env) env[word] = e(env) return env[word] end
    end
    self.i = self.i - 1
    return self:expr(1)
end
local function run(s)
    local p = setmetatable({t = tokens("{" .. s .. "}"), i = 1}, P)
    return p:block()({functions = {}})
end
run "x = 1 while x < 50 { x = x * 2 + 0.5 } print x print -x % 7"
run "def fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } print fib(13)"
run [[ def gcd(a b) { if b == 0 { a } else { gcd(b, a % b) } }
    print gcd(1071, 462) print (1 + 2) * 3 - 4 / 8 i = 0 s = 0
    while i < 100 { i = i + 1 if i % 3 == 0 { s = s + i } } print s ]]
for _, bad in ipairs {"print (1", "print y", "f(1)", "x = ", "print 1 + {"} do
    print(pcall(run, bad))
end
