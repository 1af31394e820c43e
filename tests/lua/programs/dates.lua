-- Calendar arithmetic by day numbers, without os.date.
local function days(y, m, d)
    y = m <= 2 and y - 1 or y
    local era = y // 400
    local yoe = y - era * 400
    local doy = (153 * ((m + 9) % 12) + 2) // 5 + d - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468
end
local function date(z)
    z = z + 719468
    local era = z // 146097
    local doe = z % 146097
    local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    local mp = (5 * doy + 2) // 153
    local m = mp < 10 and mp + 3 or mp - 9
    return yoe + era * 400 + (m <= 2 and 1 or 0), m, doy - (153 * mp + 2) // 5 + 1
end
local names = {[0] = "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}
for _, s in ipairs {"1970-01-01", "2000-02-29", "1969-12-31", "0001-01-01", "2026-07-04"} do
    local y, m, d = s:match("(%d+)-(%d+)-(%d+)")
    local n = days(math.tointeger(y), math.tointeger(m), math.tointeger(d))
    print(s, n, names[n % 7], ("%04d-%02d-%02d"):format(date(n)))
end
for n = -1000, 1000, 37 do assert(days(date(n)) == n) end
print(days(2024, 3, 1) - days(2024, 2, 28), days(2023, 3, 1) - days(2023, 2, 28))
local function easter(y)
    local a, b, c = y % 19, y // 100, y % 100
    local h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    local l = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    local m = (a + 11 * h + 22 * l) // 451
    local p = h + l - 7 * m + 114
    return p // 31, p % 31 + 1
end
for y = 2020, 2026 do print(y, easter(y)) end
print(os.date("!%Y-%m-%d %H:%M:%S", 86400 * days(2001, 9, 9) + 3661))
