-- A template engine: text to Lua source, compiled with its own environment.
local function escape(s)
    return (tostring(s):gsub("[&<>\"]", {["&"] = "&amp;", ["<"] = "&lt;",
        [">"] = "&gt;", ['"'] = "&quot;"}))
end
local cache = setmetatable({}, {__mode = "v"})
local function compile(text, name)
    local hit = cache[text]
    if hit then return hit end
    local code, pos = {"local _out, _n = {}, 0\nlocal function _put(s) _n = _n + 1 _out[_n] = s end\n"}, 1
    local function literal(s)
        if s ~= "" then code[#code + 1] = ("_put(%q)\n"):format(s) end
    end
    while true do
        local from, to, kind, body = text:find("{([%%{])%s*(.-)%s*[%%}]}", pos)
        if not from then break end
        literal(text:sub(pos, from - 1))
        if kind == "{" then
            local raw = body:match("^!%s*(.*)")
            code[#code + 1] = raw and ("_put(tostring(%s))\n"):format(raw)
                or ("_put(_escape(%s))\n"):format(body)
        else
            code[#code + 1] = body .. "\n"
        end
        pos = to + 1
    end
    literal(text:sub(pos))
    code[#code + 1] = "return table.concat(_out)"
    local src = table.concat(code)
    local f = function(vars)
        local env = setmetatable({_escape = escape}, {__index = function(_, k)
            local v = vars[k]
            if v == nil then v = _G[k] end
            return v
        end})
        local chunk, err = load(src, "=" .. (name or "template"), "t", env)
        if not chunk then error(err, 0) end
        return chunk()
    end
    cache[text] = f
    return f
end
local list = [[
<ul>
{% for i, item in ipairs(items) do %}
  <li class="{{ i % 2 == 0 and 'even' or 'odd' }}">{{ item.name }}: {{ item.price }}{% if item.sale then %} <b>{{! item.sale }}</b>{% end %}</li>
{% end %}
</ul>
]]
local items = {{name = "Tea & Co", price = 2}, {name = "<Cake>", price = 3.5, sale = "-10%"},
    {name = 'A "quote"', price = "n/a", sale = false}}
io.write(compile(list)({items = items}))
local hello = compile "Hello {{ who }}{{ mark or '!' }}"
for i = 1, 30 do hello {who = i} end
print(hello {who = "World"}, hello {who = true, mark = "?"}, hello {})
print(compile "Hello {{ who }}{{ mark or '!' }}" == hello)
print(pcall(compile("{% if %}", "bad"), {}))
print(pcall(compile("{{ a.b.c }}", "deep"), {a = {}}))
print(compile("{% local function f(n) return n < 2 and 1 or n * f(n - 1) end %}{{ f(10) }}") {})
print(compile("a{{ 1 }}{{ 2 }}b{% %}c") {}, compile("") {}, compile("{ } {x}") {})
