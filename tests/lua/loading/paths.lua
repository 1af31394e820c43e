-- Paths may be numbers; other values are errors, as are modules that are not
-- there.
package.cpath = "./?.nope"
for _, path in ipairs({5, 2.5, "?.none", "a;b/?"}) do
  package.path = path
  print(pcall(require, "no.such.module"))
end
package.path = {}
print(pcall(require, "no.such.module"))
package.path = "?"
package.cpath = 7
print(pcall(require, "nothing"))
package.cpath = false
print(pcall(require, "nothing"))
print(package.searchpath("x.y", "?.lua;?/z", ".", "-"))
package.path = ""
package.cpath = ";"
print(pcall(require, "nothing"))
print(package.searchpath("x", ""))
