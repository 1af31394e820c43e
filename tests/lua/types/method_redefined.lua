local Account = {}
Account.__index = Account
function Account.new(b) return setmetatable({balance = b}, Account) end
function Account:deposit(x) self.balance = self.balance + x end
local a = Account.new(0)
local function run(n) for i = 1, n do a:deposit(i) end return a.balance end
print(run(100), run(100))
function Account:deposit(x) self.balance = self.balance + 2 * x end
print(run(100))
a.deposit = function(self, x) self.balance = self.balance - x end
print(run(100))
a.deposit = nil
print(run(100))
setmetatable(a, {__index = {deposit = function(self) self.balance = "z" end}})
print(pcall(run, 3))
setmetatable(a, nil)
print(pcall(run, 3))
