-- Big natural numbers in base 10^7: factorials, Fibonacci numbers, powers.
local B = {}
B.__index = B
local BASE = 10000000
local function big(n)
    local r = setmetatable({}, B)
    repeat r[#r + 1] = n % BASE n = n // BASE until n == 0
    return r
end
function B.__add(a, b)
    local r, carry = setmetatable({}, B), 0
    for i = 1, math.max(#a, #b) do
        local s = (a[i] or 0) + (b[i] or 0) + carry
        r[i], carry = s % BASE, s // BASE
    end
    if carry > 0 then r[#r + 1] = carry end
    return r
end
function B.__mul(a, b)
    if type(b) == "number" then b = big(b) end
    local r = setmetatable({}, B)
    for i = 1, #a + #b do r[i] = 0 end
    for i = 1, #a do
        local carry = 0
        for j = 1, #b do
            local s = r[i + j - 1] + a[i] * b[j] + carry
            r[i + j - 1], carry = s % BASE, s // BASE
        end
        r[i + #b] = r[i + #b] + carry
    end
    while #r > 1 and r[#r] == 0 do r[#r] = nil end
    return r
end
function B.__tostring(a)
    local out = {tostring(a[#a])}
    for i = #a - 1, 1, -1 do out[#out + 1] = ("%07d"):format(a[i]) end
    return table.concat(out)
end
function B.__lt(a, b)
    if #a ~= #b then return #a < #b end
    for i = #a, 1, -1 do if a[i] ~= b[i] then return a[i] < b[i] end end
    return false
end
local f = big(1)
for i = 2, 50 do f = f * i end
print(f)
local a, b = big(0), big(1)
for i = 1, 200 do a, b = b, a + b end
print(a, a < b, b < a, a < a)
local p = big(3)
for i = 1, 6 do p = p * p end
print(p)
