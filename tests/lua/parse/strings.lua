print("a\tb\\n\"q\" 'x'", 'a\'b', "\65\066\x41\u{48}\u{20AC}\u{10FFFF}", "a\z
      b", "x\
y", "\0651")
print([[long
string]], [==[with ]] and ]=] in it]==], [[
skips first newline]], #[[

]])
print(#"a\0b", "\x00" == "\0", "tab\9end", #"\u{7FFFFFFF}")
--[[ long
comment ]] print("after") --[==[ another
]] ]==] print("again") -- short
---[[ not long
print("yes")
--]]
print(#"é", "\xe9" ~= "é")
