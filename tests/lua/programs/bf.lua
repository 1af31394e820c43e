-- A machine with eight instructions: interpreted, then compiled by load.
local hello = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."
local squares = "++++[>+++++<-]>[<+++++>-]+<+[>[>+>+<<-]++>>[<<+>>-]>>>[-]++>[-]+>>>+[[-]++++++>>>]<<<[[<++++++++<++>>-]+<.<[>----<-]<]<<[>>>>>[>>>[-]+++++++++<[>-<-]+++++++++>[-[<->-]+[<<<]]<[>+<-]>]<<-]<<-]"

local function interpret(src, limit)
    local jump, open = {}, {}
    for i = 1, #src do
        local c = src:sub(i, i)
        if c == "[" then
            open[#open + 1] = i
        elseif c == "]" then
            local j = table.remove(open) or error("no [ for ]", 0)
            jump[i], jump[j] = j, i
        end
    end
    if #open > 0 then error("no ] for [", 0) end
    local cells = setmetatable({}, {__index = function() return 0 end})
    local p, pc, out = 0, 1, {}
    while pc <= #src and limit > 0 do
        local c = src:byte(pc)
        if c == 43 then cells[p] = cells[p] + 1 & 255
        elseif c == 45 then cells[p] = cells[p] - 1 & 255
        elseif c == 62 then p = p + 1
        elseif c == 60 then p = p - 1
        elseif c == 46 then out[#out + 1] = string.char(cells[p])
        elseif c == 91 then if cells[p] == 0 then pc = jump[pc] end
        elseif c == 93 then if cells[p] ~= 0 then pc = jump[pc] end
        end
        pc, limit = pc + 1, limit - 1
    end
    return table.concat(out), limit > 0
end

local templates = {
    ["+"] = "m[p] = (m[p] or 0) + %d & 255", ["-"] = "m[p] = (m[p] or 0) - %d & 255",
    [">"] = "p = p + %d", ["<"] = "p = p - %d",
}
local function compile(src)
    local code = {"local m, p, out = {}, 0, {}"}
    local i = 1
    while i <= #src do
        local c = src:sub(i, i)
        if templates[c] then
            local run = src:match("^%" .. c .. "+", i)
            code[#code + 1] = templates[c]:format(#run)
            i = i + #run - 1
        elseif c == "[" then code[#code + 1] = "while (m[p] or 0) ~= 0 do"
        elseif c == "]" then code[#code + 1] = "end"
        elseif c == "." then code[#code + 1] = "out[#out + 1] = string.char(m[p] or 0)"
        end
        i = i + 1
    end
    code[#code + 1] = "return table.concat(out)"
    return load(table.concat(code, "\n"), "=bf", "t", {table = table, string = string})
end
io.write((interpret(hello, 20000))) print(compile(hello)() == "Hello World!\n")
local text, finished = interpret(squares, 6000)
print(finished, (text:gsub("\n", " ")))
local all = compile(squares)()
print(#all, (all:gsub("\n", " "):sub(-30)))
print(pcall(interpret, "[[]", 10)) print(pcall(interpret, "]", 10))
print(compile("[") == nil, interpret("+[]", 50))
