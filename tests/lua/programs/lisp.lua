-- A Lisp: reader, environments as chains of tables, closures, tail calls. modes: tier0 tier1 now default background osr deopt image check generic spill
local nilv = setmetatable({}, {__tostring = function() return "()" end})
local Pair = {}
Pair.__index = Pair
function Pair:__tostring()
    local out, p = {}, self
    while getmetatable(p) == Pair do
        out[#out + 1], p = tostring(p.car), p.cdr
    end
    if p ~= nilv then out[#out + 1] = ". " .. tostring(p) end
    return "(" .. table.concat(out, " ") .. ")"
end
local function cons(a, b) return setmetatable({car = a, cdr = b}, Pair) end
local symbols = {}
local function symbol(name)
    local s = symbols[name]
    if not s then
        s = setmetatable({name = name}, {__tostring = function(x) return x.name end})
        symbols[name] = s
    end
    return s
end

local function read(s, i)
    local _, e = s:find("^[%s]*", i)
    i = e + 1
    local c = s:sub(i, i)
    if c == "(" then
        local items = {}
        i = i + 1
        while true do
            i = s:find("%S", i)
            if s:sub(i, i) == ")" then break end
            items[#items + 1], i = read(s, i)
        end
        local l = nilv
        for k = #items, 1, -1 do l = cons(items[k], l) end
        return l, i + 1
    elseif c == "'" then
        local x, j = read(s, i + 1)
        return cons(symbol "quote", cons(x, nilv)), j
    end
    local word = s:match("^[^%s()]+", i)
    return tonumber(word) or symbol(word), i + #word
end

local eval
local forms = {}
function forms.quote(x) return x.cdr.car end
forms["if"] = function(x, env)
    local c = eval(x.cdr.car, env)
    local branch = x.cdr.cdr
    if c ~= false and c ~= nilv then return eval(branch.car, env) end
    return eval(branch.cdr.car, env)
end
function forms.define(x, env)
    rawset(env, x.cdr.car.name, eval(x.cdr.cdr.car, env))
    return x.cdr.car
end
forms["lambda"] = function(x, env)
    local names, body = x.cdr.car, x.cdr.cdr.car
    return function(...)
        local inner, n, p = setmetatable({}, {__index = env}), 0, names
        while p ~= nilv do
            n = n + 1
            inner[p.car.name] = (select(n, ...))
            p = p.cdr
        end
        return eval(body, inner)
    end
end
function forms.let(x, env)
    local inner = setmetatable({}, {__index = env})
    local p = x.cdr.car
    while p ~= nilv do
        inner[p.car.car.name] = eval(p.car.cdr.car, env)
        p = p.cdr
    end
    return eval(x.cdr.cdr.car, inner)
end
function eval(x, env)
    if x == nilv or type(x) ~= "table" then return x end
    if getmetatable(x) ~= Pair then
        local v = env[x.name]
        if v == nil then error("unbound " .. x.name, 0) end
        return v
    end
    local form = forms[x.car.name]
    if form then return form(x, env) end
    local f, args, p = eval(x.car, env), {}, x.cdr
    while p ~= nilv do args[#args + 1], p = eval(p.car, env), p.cdr end
    return f(table.unpack(args))
end
local global = {
    ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
    ["*"] = function(a, b) return a * b end, ["<"] = function(a, b) return a < b end,
    ["="] = function(a, b) return a == b end, cons = cons, ["nil"] = nilv,
    car = function(p) return p.car end, cdr = function(p) return p.cdr end,
    ["null?"] = function(p) return p == nilv end,
}
local function run(src)
    local i, last = 1
    while src:find("%S", i) do
        local x
        x, i = read(src, i)
        last = eval(x, global)
    end
    return tostring(last)
end
print(run "(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1)))))) (fact 20)")
print(run "(define map (lambda (f l) (if (null? l) nil (cons (f (car l)) (map f (cdr l))))))")
print(run "(map (lambda (x) (* x x)) '(1 2 3 4.5))")
print(run "(define adder (lambda (n) (lambda (x) (+ x n)))) ((adder 3) 4)")
print(run "(define loop (lambda (n acc) (if (= n 0) acc (loop (- n 1) (+ acc n))))) (loop 300 0)")
print(run "(let ((a 1) (b 2)) (cons a (cons b 3)))", run "'(a (b c) . )")
print(run "(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))) (fib 11)")
print(pcall(run, "(car (undefined 1))"))
print(select(2, pcall(run, "(+ 1 (quote x))")):gsub("^.-:%d+: ", ""))
