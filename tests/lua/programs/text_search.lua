-- Knuth-Morris-Pratt, Boyer-Moore-Horspool, Rabin-Karp and Z agree with find.
local function kmp(s, p)
    local fail, k = {0}, 0
    for i = 2, #p do
        while k > 0 and p:byte(k + 1) ~= p:byte(i) do k = fail[k] end
        if p:byte(k + 1) == p:byte(i) then k = k + 1 end
        fail[i] = k
    end
    k = 0
    for i = 1, #s do
        while k > 0 and p:byte(k + 1) ~= s:byte(i) do k = fail[k] end
        if p:byte(k + 1) == s:byte(i) then k = k + 1 end
        if k == #p then return i - k + 1 end
    end
end
local function horspool(s, p)
    local skip, m = setmetatable({}, {__index = function() return #p end}), #p
    for i = 1, m - 1 do skip[p:byte(i)] = m - i end
    local at = 1
    while at + m - 1 <= #s do
        local j = m
        while j > 0 and s:byte(at + j - 1) == p:byte(j) do j = j - 1 end
        if j == 0 then return at end
        at = at + skip[s:byte(at + m - 1)]
    end
end
local function rabin(s, p)
    local B, h, g, power = 1000003, 0, 0, 1
    if #p > #s then return nil end
    for i = 1, #p do
        h, g = h * B + p:byte(i), g * B + s:byte(i)
        if i > 1 then power = power * B end
    end
    for at = 1, #s - #p + 1 do
        if h == g and s:sub(at, at + #p - 1) == p then return at end
        g = (g - s:byte(at) * power) * B + (s:byte(at + #p) or 0)
    end
end
local function zed(s, p)
    local t, z, l, r = p .. "\0" .. s, {}, 1, 0
    for i = 2, #t do
        local k = i <= r and math.min(z[i - l + 1], r - i + 1) or 0
        while t:byte(k + 1) == t:byte(i + k) and t:byte(i + k) do k = k + 1 end
        z[i] = k
        if i + k - 1 > r then l, r = i, i + k - 1 end
        if k == #p then return i - #p - 1 end
    end
end
local text = ("abra"):rep(5) .. "cadabra " .. ("aab"):rep(12) .. "aaab"
for _, p in ipairs {"cad", "abracad", "aaab", "b", "zzz", "aabaabaaab", text, text .. "x"} do
    print(#p, kmp(text, p), horspool(text, p), rabin(text, p), zed(text, p), (text:find(p, 1, true)))
end
