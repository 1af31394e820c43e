print(1) -- to the end of the line
--[[ several
lines ]] print(2) --[==[ with ]] and ]=] inside ]==] print(3)
--[ not long
print(4) ---[[ neither
print(5) --]]
print(#"--x", [[--]]) --
print(load("--[[ open", "=s")) print(load("--[==[ open ]=]", "=s"))
print(load("return 1 --", "=s")() , load("# first line only")) --x
