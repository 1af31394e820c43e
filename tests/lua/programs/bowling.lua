-- Small simulations: bowling, vending, elevators, a queue of customers.
local function bowl(rolls)
    local score, i = 0, 1
    for frame = 1, 10 do
        local a, b, c = rolls[i], rolls[i + 1], rolls[i + 2]
        if a == 10 then score, i = score + 10 + b + c, i + 1
        elseif a + b == 10 then score, i = score + 10 + c, i + 2
        else score, i = score + a + b, i + 2 end
    end
    return score
end
local function parse(s) local r = {} for c in s:gmatch "[^ |]" do local n = tonumber(c) if c == "X" then n = 10 elseif c == "/" then n = 10 - r[#r] elseif c == "-" then n = 0 end r[#r + 1] = n end return r end
for _, s in ipairs {"X X X X X X X X X X X X", "9- 9- 9- 9- 9- 9- 9- 9- 9- 9-", "5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/5", "X 7/ 9- X -8 8/ -6 X X X81"} do io.write(bowl(parse(s)), " ") end print(pcall(bowl, {10}))
local states = {idle = {coin = "ready"}, ready = {coin = "ready", push = "idle", refund = "idle"}}
local function machine() local s, coins, sold = "idle", 0, 0 return function(e) local n = states[s][e] if not n then return s, "ignored " .. e end if e == "coin" then coins = coins + 1 elseif e == "push" then sold = sold + 1 end s = n return s, coins, sold end end
local m = machine() for _, e in ipairs {"push", "coin", "coin", "push", "refund", "coin", "refund"} do print(e, m(e)) end
local function elevator(calls)
    local floor, dir, stops, log, t = 1, 1, {}, {}, 0
    while #calls > 0 or next(stops) do
        t = t + 1
        for i = #calls, 1, -1 do if calls[i][1] <= t then stops[calls[i][2]] = true table.remove(calls, i) end end
        if stops[floor] then stops[floor] = nil log[#log + 1] = floor .. "@" .. t
        else local more = false for f in pairs(stops) do more = more or (f - floor) * dir > 0 end if not more and next(stops) then dir = -dir end if next(stops) then floor = floor + dir end end
    end
    return table.concat(log, " ")
end
print(elevator {{1, 4}, {2, 2}, {3, 6}, {9, 1}, {20, 3}}) print(elevator {})
local function queue(n, arrive, serve) local free, wait, longest, at = 0, 0, 0, 0 for i = 1, n do at = at + arrive(i) local w = math.max(0, free - at) wait, longest, free = wait + w, math.max(longest, w), at + w + serve(i) end return wait / n, longest end
print(queue(60, function(i) return i % 4 end, function(i) return i % 3 + 0.5 end)) print(queue(60, function() return 2 end, function() return 1 end))
