-- Shortest ways, spanning trees, components, cycles, flows on small graphs.
local function dijkstra(g, s)
    local dist, done = {[s] = 0}, {}
    while true do
        local u
        for v, d in pairs(dist) do
            if not done[v] and (not u or d < dist[u] or d == dist[u] and v < u) then u = v end
        end
        if not u then return dist end
        done[u] = true
        for v, w in pairs(g[u] or {}) do
            if not dist[v] or dist[u] + w < dist[v] then dist[v] = dist[u] + w end
        end
    end
end
local function bellman(edges, n, s)
    local d = {}
    for i = 1, n do d[i] = math.huge end
    d[s] = 0
    for round = 1, n do
        local changed = false
        for _, e in ipairs(edges) do
            local u, v, w = table.unpack(e)
            if d[u] + w < d[v] then d[v], changed = d[u] + w, true end
        end
        if not changed then return d end
    end
    return nil, "negative cycle"
end
local function floyd(n, edges)
    local d = {}
    for i = 1, n do d[i] = {} for j = 1, n do d[i][j] = i == j and 0 or 1 / 0 end end
    for _, e in ipairs(edges) do d[e[1]][e[2]] = e[3] end
    for k = 1, n do for i = 1, n do for j = 1, n do
        if d[i][k] + d[k][j] < d[i][j] then d[i][j] = d[i][k] + d[k][j] end
    end end end
    return d
end
local function kruskal(n, edges)
    local parent, total, used = {}, 0, {}
    for i = 1, n do parent[i] = i end
    local function find(x)
        if parent[x] ~= x then parent[x] = find(parent[x]) end
        return parent[x]
    end
    table.sort(edges, function(a, b)
        if a[3] ~= b[3] then return a[3] < b[3] end
        return a[1] < b[1] or a[1] == b[1] and a[2] < b[2]
    end)
    for _, e in ipairs(edges) do
        local a, b = find(e[1]), find(e[2])
        if a ~= b then
            parent[a] = b
            total = total + e[3]
            used[#used + 1] = e[1] .. "-" .. e[2]
        end
    end
    return total, table.concat(used, " ")
end
local function tarjan(n, edges)
    local next, index, low, on, stack, count, out = {}, {}, {}, {}, {}, 0, {}
    for i = 1, n do next[i] = {} end
    for _, e in ipairs(edges) do table.insert(next[e[1]], e[2]) end
    local function visit(v)
        count = count + 1
        index[v], low[v], on[v] = count, count, true
        stack[#stack + 1] = v
        for _, w in ipairs(next[v]) do
            if not index[w] then
                visit(w)
                low[v] = math.min(low[v], low[w])
            elseif on[w] then
                low[v] = math.min(low[v], index[w])
            end
        end
        if low[v] == index[v] then
            local part = {}
            repeat
                local w = table.remove(stack)
                on[w] = false
                part[#part + 1] = w
            until w == v
            table.sort(part)
            out[#out + 1] = "{" .. table.concat(part, ",") .. "}"
        end
    end
    for v = 1, n do if not index[v] then visit(v) end end
    return table.concat(out, " ")
end
local function flow(cap, s, t)
    local total = 0
    while true do
        local from, queue, head = {[s] = s}, {s}, 1
        while queue[head] and not from[t] do
            local u = queue[head]
            head = head + 1
            for v = 1, t do
                if not from[v] and ((cap[u] or {})[v] or 0) > 0 then
                    from[v] = u
                    queue[#queue + 1] = v
                end
            end
        end
        if not from[t] then return total end
        local add, v = math.maxinteger, t
        while v ~= s do add, v = math.min(add, cap[from[v]][v]), from[v] end
        v = t
        while v ~= s do
            local u = from[v]
            cap[u][v] = cap[u][v] - add
            cap[v] = cap[v] or {}
            cap[v][u] = (cap[v][u] or 0) + add
            v = u
        end
        total = total + add
    end
end
local function line(d) local o = {} for i = 1, #d do o[i] = tostring(d[i]) end return table.concat(o, " ") end
local towns = {a = {b = 7, c = 9, f = 14}, b = {c = 10, d = 15.5}, c = {d = 11, f = 2}, d = {e = 6}, f = {e = 9}}
local d = dijkstra(towns, "a")
print(d.a, d.b, d.c, d.d, d.e, d.f, d.g)
local edges = {{1, 2, 4}, {1, 3, 2}, {3, 2, -1}, {2, 4, 5}, {4, 5, 3}, {5, 4, 1}, {3, 5, 8.5}}
print(line(bellman(edges, 6, 1))) print(bellman({{1, 2, 1}, {2, 1, -2}}, 2, 1))
for _, row in ipairs(floyd(5, edges)) do print(line(row)) end
print(kruskal(5, edges)) print(tarjan(6, edges)) print(tarjan(5, {{1, 2}, {2, 3}, {3, 1}, {3, 4}, {5, 4}}))
print(flow({{[2] = 16, [3] = 13}, {[3] = 10, [4] = 12}, {[2] = 4, [5] = 14}, {[3] = 9, [6] = 20}, {[4] = 7, [6] = 4}}, 1, 6))
