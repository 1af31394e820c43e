-- A stack machine with a dispatch table, and an assembler for it.
local function assemble(src)
    local code, labels, fix = {}, {}, {}
    for line in src:gmatch("[^\n;]+") do
        local label = line:match("^%s*(%w+):")
        if label then labels[label] = #code + 1 line = line:gsub("^%s*%w+:", "") end
        local op, arg = line:match("(%a+)%s*(%S*)")
        if op then
            code[#code + 1] = op
            code[#code + 1] = tonumber(arg) or arg
        end
    end
    for i = 2, #code, 2 do
        if labels[code[i]] then code[i] = labels[code[i]] end
    end
    return code
end
local ops = {}
function ops.push(m, a) m[#m + 1] = a end
function ops.load(m, a) m[#m + 1] = m.vars[a] or 0 end
function ops.store(m, a) m.vars[a] = table.remove(m) end
function ops.add(m) local b = table.remove(m) m[#m] = m[#m] + b end
function ops.mul(m) local b = table.remove(m) m[#m] = m[#m] * b end
function ops.less(m) local b = table.remove(m) m[#m] = m[#m] < b end
function ops.jmp(m, a) m.pc = a end
function ops.jf(m, a) if not table.remove(m) then m.pc = a end end
function ops.print(m) print(table.remove(m)) end
local function run(code)
    local m, steps = {vars = {}, pc = 1}, 0
    while code[m.pc] do
        local op = ops[code[m.pc]] or error("no op " .. code[m.pc], 0)
        local arg = code[m.pc + 1]
        m.pc = m.pc + 2
        op(m, arg)
        steps = steps + 1
    end
    return steps
end
print(run(assemble [[
    push 1; store i; push 1; store p
  top: load i; push 25; less; jf out
    load p; load i; mul; store p
    load i; push 1; add; store i; jmp top
  out: load p; print
]]))
print(run(assemble "push 2.5; push 4; mul; print; push 1; push 2; less; print"))
print(pcall(run, assemble "push 1; frob"))
