package.preload.mymod = function(name, extra) return {name = name, extra = extra} end
local m = require "mymod" print(m.name, m.extra, require("mymod") == m, package.loaded.mymod == m, select(2, require "mymod"))
package.preload.none = function() end
print(require "none", package.loaded.none) package.loaded.fake = "fake"
print(require "fake") print(pcall(require, "no.such.module.x") == false, package.config:sub(1, 1))
package.preload.bad = function() error("load failed", 0) end
print(pcall(require, "bad")) print(package.searchpath("x.y", "./?.none;/?/z") )
print(type(package.path), type(package.cpath), package.loaded._G == _G, package.loaded.string == string)
table.insert(package.searchers, 2, function(n) if n == "virtual" then return function(...) return {...} end, "data" end return "\n\tno virtual" end)
local v = require "virtual" print(v[1], v[2])
