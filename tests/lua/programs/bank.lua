-- A bank: integer cents, transactions with rollback, errors as objects.
local Error = {}
Error.__index = Error
Error.__tostring = function(e) return e.kind .. ": " .. e.text end
local function fail(kind, text, ...)
    error(setmetatable({kind = kind, text = text:format(...)}, Error), 2)
end
local Account = {}
Account.__index = Account
local function money(n)
    local s = ("%03d"):format(math.abs(n))
    s = s:sub(1, -3) .. "." .. s:sub(-2)
    repeat
        local k
        s, k = s:gsub("^(%d+)(%d%d%d)", "%1,%2")
    until k == 0
    return (n < 0 and "-" or "") .. s
end
function Account:change(n)
    if math.type(n) ~= "integer" then fail("type", "%s is no amount", n) end
    if self.balance + n < -self.limit then
        fail("funds", "%s has %s, needs %s", self.owner, money(self.balance), money(-n))
    end
    self.balance = self.balance + n
    self.log[#self.log + 1] = n
end
local Savings = setmetatable({}, {__index = Account})
Savings.__index = Savings
function Savings:change(n)
    if n < 0 and #self.log > 5 then fail("rule", "%s withdrew too often", self.owner) end
    return Account.change(self, n)
end
function Savings:interest(rate) self:change(self.balance * rate // 10000) end

local accounts, order = {}, {}
local function open(class, owner, balance, limit)
    accounts[owner] = setmetatable({owner = owner, balance = balance, limit = limit or 0, log = {}}, class)
    order[#order + 1] = owner
end
local depth = 0
local function transaction(f, ...)
    local saved = {}
    for name, a in pairs(accounts) do saved[name] = {a.balance, #a.log} end
    depth = depth + 1
    local ok, err = pcall(f, ...)
    depth = depth - 1
    if ok then return true end
    for name, s in pairs(saved) do
        local a = accounts[name]
        a.balance = s[1]
        for i = #a.log, s[2] + 1, -1 do a.log[i] = nil end
    end
    if getmetatable(err) ~= Error then err = "internal: " .. tostring(err):gsub("^.-:%d+: ", "") end
    if depth > 0 then error(err, 0) end
    return false, err
end
local function transfer(from, to, n)
    accounts[to]:change(n)
    accounts[from]:change(-n)
end
open(Account, "ann", 100000) open(Account, "bob", 2050, 5000) open(Savings, "cy", 1234567)
local function report()
    local total = 0
    for _, name in ipairs(order) do
        local a = accounts[name]
        total = total + a.balance
        io.write(name, " ", money(a.balance), " (", #a.log, ") ")
    end
    print("sum " .. money(total))
end
report()
print(transaction(transfer, "ann", "bob", 12345)) report()
for _, case in ipairs {{"bob", "ann", 99999}, {"bob", "ann", 1.5}, {"bob", "dan", 1}, {"ann", "cy", "10"}} do
    local ok, err = transaction(transfer, table.unpack(case))
    print(ok, tostring(err))
end
report()
print(transaction(function()
    transfer("ann", "cy", 5000)
    print(select(2, pcall(transaction, transfer, "bob", "cy", 10 ^ 6 | 0)))
    transfer("ann", "cy", 5000)
end)) report()
accounts.cy:interest(125)
for i = 1, 8 do
    local ok, err = transaction(transfer, "cy", "bob", i * 100)
    if not ok then print(i, tostring(err)) end
end
report() print(money(5), money(-7), money(123456789012), money(-100000))
