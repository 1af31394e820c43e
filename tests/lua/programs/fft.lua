-- Complex numbers as objects with operators; fast Fourier transform by them.
local C = {}
C.__index = C
local function complex(re, im) return setmetatable({re = re, im = im or 0}, C) end
local function lift(x) return type(x) == "number" and complex(x) or x end
function C.__add(a, b) a, b = lift(a), lift(b) return complex(a.re + b.re, a.im + b.im) end
function C.__sub(a, b) a, b = lift(a), lift(b) return complex(a.re - b.re, a.im - b.im) end
function C.__mul(a, b)
    a, b = lift(a), lift(b)
    return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end
function C.__div(a, b)
    a, b = lift(a), lift(b)
    local d = b.re * b.re + b.im * b.im
    return complex((a.re * b.re + a.im * b.im) / d, (a.im * b.re - a.re * b.im) / d)
end
function C.__unm(a) return complex(-a.re, -a.im) end
function C.__eq(a, b) return a.re == b.re and a.im == b.im end
function C.__pow(a, n)
    local r = complex(1)
    for _ = 1, n do r = r * a end
    return r
end
function C.__tostring(a) return ("%.3f%+.3fi"):format(a.re + 0.0, a.im + 0.0) end
function C:abs() return math.sqrt(self.re * self.re + self.im * self.im) end

local function fft(x, inverse)
    local n = #x
    if n == 1 then return {x[1]} end
    local even, odd = {}, {}
    for i = 1, n, 2 do even[#even + 1], odd[#odd + 1] = x[i], x[i + 1] end
    even, odd = fft(even, inverse), fft(odd, inverse)
    local out, sign = {}, inverse and 1 or -1
    for k = 1, n // 2 do
        local angle = sign * 2 * math.pi * (k - 1) / n
        local t = complex(math.cos(angle), math.sin(angle)) * odd[k]
        out[k], out[k + n // 2] = even[k] + t, even[k] - t
    end
    return out
end
local i = complex(0, 1)
print(i * i, i * 2 + 1, 1 / i, -i, i ^ 3, i ^ 2 == complex(-1), i == 1, complex(3, 4):abs())
local signal = {}
for k = 0, 31 do signal[k + 1] = math.sin(2 * math.pi * 3 * k / 32) + 0.5 * (k % 2) end
local spectrum = fft(signal)
local peaks = {}
for k, v in ipairs(spectrum) do
    v = lift(v)
    if v:abs() > 0.001 then peaks[#peaks + 1] = ("%d:%.3f"):format(k - 1, v:abs()) end
end
print(table.concat(peaks, " "))
local back, worst = fft(spectrum, true), 0
for k, v in ipairs(back) do worst = math.max(worst, math.abs(v.re / 32 - signal[k]), math.abs(v.im)) end
print(worst < 1e-12, #back)
local function polynomial(a, b)
    local n = 1
    while n < #a + #b do n = n * 2 end
    local function pad(p) local q = {} for k = 1, n do q[k] = p[k] or 0 end return fft(q) end
    local fa, fb = pad(a), pad(b)
    for k = 1, n do fa[k] = fa[k] * fb[k] end
    local r, out = fft(fa, true), {}
    for k = 1, #a + #b - 1 do out[k] = math.floor(r[k].re / n + 0.5) end
    return table.concat(out, " ")
end
print(polynomial({1, 2, 3}, {4, 5}), polynomial({1, 1, 1, 1, 1}, {1, -1}))
