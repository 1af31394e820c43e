-- Numbers in words, Roman numerals and other bases, and all of it back.
local digits = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"},
    {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}}
local function roman(n)
    local s = ""
    for _, d in ipairs(digits) do
        while n >= d[1] do s, n = s .. d[2], n - d[1] end
    end
    return s
end
local values = {I = 1, V = 5, X = 10, L = 50, C = 100, D = 500, M = 1000}
local function arabic(s)
    local total, last = 0, 0
    for i = #s, 1, -1 do
        local v = values[s:sub(i, i)] or error("no digit " .. s:sub(i, i), 0)
        if v < last then total = total - v else total, last = total + v, v end
    end
    if roman(total) ~= s then error(s .. " is not normal", 0) end
    return total
end
local bad = 0
for n = 1, 400, 3 do if arabic(roman(n)) ~= n then bad = bad + 1 end end
print(bad, roman(1994), roman(3888), arabic "MCMXCIX", roman(4.0), roman(0.5))
print(pcall(arabic, "IIII")) print(pcall(arabic, "XA")) print(pcall(roman, "ten"))
local ones = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen", [0] = "zero"}
local tens = {[2] = "twenty", [3] = "thirty", [4] = "forty", [5] = "fifty", [6] = "sixty",
    [7] = "seventy", [8] = "eighty", [9] = "ninety"}
local powers = {{10 ^ 15 // 1 | 0, "quadrillion"}, {10 ^ 12 // 1 | 0, "trillion"},
    {1000000000, "billion"}, {1000000, "million"}, {1000, "thousand"}, {100, "hundred"}}
local function words(n)
    if n < 0 then return "minus " .. words(-n) end
    if n < 20 then return ones[n] end
    if n < 100 then return tens[n // 10] .. (n % 10 > 0 and "-" .. ones[n % 10] or "") end
    for _, p in ipairs(powers) do
        local size, name = table.unpack(p)
        if n >= size then
            local rest = n % size
            return words(n // size) .. " " .. name ..
                (rest == 0 and "" or (rest < 100 and " and " or " ") .. words(rest))
        end
    end
end
for _, n in ipairs {0, 7, 21, 100, 342, 1001, 12345, 1000000, -45, 987654321012, math.maxinteger >> 4} do
    print(n, words(n))
end
local function base(n, b)
    if n == 0 then return "0" end
    local out, negative = {}, n < 0
    while n ~= 0 do
        local d = math.abs(math.fmod(n, b))
        out[#out + 1] = ("0123456789abcdefghijklmnopqrstuvwxyz"):sub(d + 1, d + 1)
        n = n > 0 and n // b or -(-n // b)
    end
    if negative then out[#out + 1] = "-" end
    return table.concat(out):reverse()
end
for b = 2, 36, 7 do
    local row = {}
    for _, n in ipairs {0, 35, -255, 1 << 40, math.maxinteger} do
        local s = base(n, b)
        row[#row + 1] = s
        assert(tonumber(s, b) == n)
    end
    print(b, table.concat(row, " "))
end
