-- As many arms as a program that somebody generated has; and the most results
-- that a builtin may have.
local text = { "local x = ... if x == 0 then return 'a0'" }
for i = 1, 900 do
  text[#text + 1] = ("elseif x == %d then return 'a%d'"):format(i, i)
end
text[#text + 1] = "else return 'none' end"
local f = assert(load(table.concat(text, "\n")))
print(f(0), f(1), f(450), f(900), f(901))
local seen = {}
for round = 1, 30 do
  for i = 0, 901, 50 do seen[f(i)] = (seen[f(i)] or 0) + 1 end
end
print(seen.a0, seen.a450, seen.a900, seen.none)
print(coroutine.wrap(function() return load(table.concat(text, "\n"))(777) end)())

local long = ("a"):rep(1000001)
print(pcall(string.byte, long, 1, -1))
print(pcall(utf8.codepoint, long, 1, -1))
print(select("#", string.byte(long, 1, 900000)))
