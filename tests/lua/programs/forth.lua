-- A Forth: words compiled to closures, two stacks, defining words. modes: tier0 tier1 now default background osr deopt image check generic spill
local stack, words, out = {}, {}, {}
local function push(x) stack[#stack + 1] = x end
local function pop()
    local n = #stack
    if n == 0 then error("stack empty", 0) end
    local x = stack[n]
    stack[n] = nil
    return x
end
local function binary(f) return function() local b = pop() push(f(pop(), b)) end end
words["+"] = binary(function(a, b) return a + b end)
words["-"] = binary(function(a, b) return a - b end)
words["*"] = binary(function(a, b) return a * b end)
words["/"] = binary(function(a, b) return a // b end)
words["mod"] = binary(function(a, b) return a % b end)
words["<"] = binary(function(a, b) return a < b and -1 or 0 end)
words["="] = binary(function(a, b) return a == b and -1 or 0 end)
words["and"] = binary(function(a, b) return a & b end)
words["lshift"] = binary(function(a, b) return a << b end)
function words.dup() local x = pop() push(x) push(x) end
function words.drop() pop() end
function words.swap() local b, a = pop(), pop() push(b) push(a) end
function words.over() local b, a = pop(), pop() push(a) push(b) push(a) end
function words.rot() local c, b, a = pop(), pop(), pop() push(b) push(c) push(a) end
words["."] = function() out[#out + 1] = tostring(pop()) end
function words.cr() print(table.concat(out, " ")) out = {} end

local index = {}
function words.i() push(index[#index]) end
local compile
local blocks = {
    ["if"] = function(next)
        local yes, stop = compile(next, {["else"] = true, ["then"] = true})
        local no = stop == "else" and compile(next, {["then"] = true})
        return function()
            if pop() ~= 0 then yes() elseif no then no() end
        end
    end,
    ["begin"] = function(next)
        local body = compile(next, {["until"] = true})
        return function() repeat body() until pop() ~= 0 end
    end,
    ["do"] = function(next)
        local body = compile(next, {["loop"] = true})
        return function()
            local from = pop()
            local to = pop()
            for k = from, to - 1 do
                index[#index + 1] = k
                body()
                index[#index] = nil
            end
        end
    end,
    [":"] = function(next)
        local name = next()
        words[name] = compile(next, {[";"] = true})
        return function() end
    end,
    ["variable"] = function(next)
        local cell = {value = 0}
        words[next()] = function() push(cell) end
        return function() end
    end,
}
words["@"] = function() push(pop().value) end
words["!"] = function() local cell = pop() cell.value = pop() end
function compile(next, stops)
    local code = {}
    while true do
        local w = next()
        if w == nil or stops[w] then
            return function() for i = 1, #code do code[i]() end end, w
        elseif blocks[w] then
            code[#code + 1] = blocks[w](next)
        elseif tonumber(w) then
            local x = math.tointeger(w) or tonumber(w)
            code[#code + 1] = function() push(x) end
        else
            code[#code + 1] = function()
                local f = words[w] or error(w .. " ?", 0)
                return f()
            end
        end
    end
end
local function forth(src)
    local ok, err = pcall(function() compile(src:gmatch("%S+"), {})() end)
    if not ok then stack, index = {}, {} print("error: " .. err) end
end
forth ": sq dup * ; : cube dup sq * ; 7 sq . 3 cube . 2.5 sq . cr"
forth ": fact dup 2 < if drop 1 else dup 1 - fact * then ; 10 fact . 25 fact . cr"
forth ": sum 0 swap 0 do i + loop ; 101 sum . 10 0 do i sq . loop cr"
forth ": gcd begin swap over mod dup 0 = until drop ; 1071 462 gcd . cr"
forth "variable x 5 x ! x @ . x @ 1 + x ! x @ . cr"
forth ": fizz 16 1 do i 15 mod 0 = if 0 1 - . else i . then loop ; fizz cr"
forth "1 2 3 rot . . . 1 62 lshift dup + . cr"
forth "drop" forth "1 nosuch" forth "1 0 /" forth "9 sq . cr"
