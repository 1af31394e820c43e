print([[a]], [=[a]]b]=], [==[
first newline dropped
]==], #[[

]], [[\n]], #[[\n]])
local s = load("return [[a\r\nb\rc\n\rd]]")()
print(#s, (s:gsub("\n", "|")))
print(load("return [==", "=s")) print(load("return [=[x]]", "=s"))
print(([[%d]]):format(3), #[[]])
