local function sort(graph)
    local order, state, names = {}, {}, {}
    for n in pairs(graph) do names[#names + 1] = n end
    table.sort(names)
    local function visit(n, path)
        if state[n] == "done" then return end
        if state[n] then error("cycle: " .. table.concat(path, " > ") .. " > " .. n, 0) end
        state[n] = "open"
        path[#path + 1] = n
        for _, d in ipairs(graph[n] or {}) do visit(d, path) end
        path[#path] = nil
        state[n] = "done"
        order[#order + 1] = n
    end
    for _, n in ipairs(names) do visit(n, {}) end
    return table.concat(order, " ")
end
print(sort {shirt = {}, tie = {"shirt"}, jacket = {"tie", "belt"}, belt = {"trousers"},
    shoes = {"trousers", "socks"}})
print(pcall(sort, {a = {"b"}, b = {"c"}, c = {"a"}}))
print(pcall(sort, {a = {"a"}}))
local chain = {}
for i = 1, 60 do chain["n" .. i] = i > 1 and {"n" .. i - 1} or {} end
print(#sort(chain), sort(chain):sub(1, 12))
