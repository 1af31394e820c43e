package.path = "./modules/?.lua;./none/?.lua"
package.cpath = ""
local one, where = require "one"
print(one.name, one.value, where)
print(require "one" == one, package.loaded.one == one, select('#', require "one"))
print(require "two", two_loaded, require "two", two_loaded)
package.loaded.two = nil
require "two" print(two_loaded)
print(pcall(require, "bad"))
package.preload.made = function(...) print("made", ...) return "value" end
print(require "made")
print(package.searchpath("one", package.path), package.searchpath("no.thing", "./?.x;./?/y"))
print(type(package.searchers), #package.config, package.loaded._G == _G, package.loaded.string == string)
package.searchers = {function(name) return "\n\tnothing here for " .. name end}
print(pcall(require, "gone"))
