-- require says where it has looked; shared libraries come after files
package.path, package.cpath = "?.none;none/?", "?.so;lib/?.so"
print(select(2, pcall(require, "a.b")))
package.cpath = nil
print(select(2, pcall(require, "a")))
print(#package.searchers)
