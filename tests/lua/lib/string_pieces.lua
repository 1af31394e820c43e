-- Long strings that grow and shrink share their bytes: nobody notices.
local function check(name, ok) print(name, ok and "ok" or "wrong") end

-- Appending: what is appended to stays as it was.
local s, copies = string.rep("x", 300), {}
for i = 1, 1000 do
  copies[i] = s
  s = s .. "," .. i
end
local good = #s == 300 + 1000 + 9 + 2 * 90 + 3 * 900 + 4
for i = 1, 1000 do
  local following = copies[i + 1] or s
  good = good and following == copies[i] .. "," .. i and
         following:sub(1, #copies[i]) == copies[i]
end
check("appending", good)

-- Two that grow out of one.
local base = string.rep("ab", 200) .. string.rep("c", 20)
local one, other = base .. "1", base .. "2"
local one2, other2 = one .. "x", other .. "y"
check("branches", one:sub(-2) == "c1" and other:sub(-2) == "c2" and
                  one2:sub(-3) == "c1x" and other2:sub(-3) == "c2y" and
                  one ~= other and #one2 == 422)

-- To itself.
local d = string.rep("d", 200) .. "e"
d = d .. d
d = d .. d
check("doubled", #d == 804 and d:find("e", 1, true) == 201 and
                 select(2, d:gsub("e", "")) == 4)

-- Cutting in front, and at the end.
local text, count = string.rep("word ", 2000), 0
while #text > 0 do
  count = count + #text:match("^%a*")
  text = text:sub(text:find(" ", 1, true) + 1)
end
check("cut in front", count == 8000)
text = string.rep("0123456789", 100)
for i = 1, 500 do text = text:sub(1, -2) end
check("cut behind", #text == 500 and text:sub(-1) == "9")

-- Pieces as keys, compared, sorted, in weak tables.
local long = string.rep("k", 400) .. "=1"
local piece, same = long:sub(2), string.rep("k", 399) .. "=1"
local t = { [piece] = 1 }
check("keys", t[same] == 1 and t[piece] == 1 and t[long] == nil)
t[same] = 2
check("one key", t[piece] == 2 and next(t, next(t)) == nil)
check("equal", piece == same and not (piece < same) and piece <= same and
               piece < long .. "" == (piece < long))
local list = { piece .. "b", piece .. "a", piece }
table.sort(list)
check("sorted", list[1] == piece and list[2] == piece .. "a")

-- A piece is a name when it has the bytes of one.
a_rather_long_name_that_is_more_than_half_of_the_text_it_is_cut_from = 7
local name = ("a_rather_long_name_that_is_more_than_half_of_the_text_" ..
              "it_is_cut_from = 7"):sub(1, -5)
check("names", _G[name] == 7)
_G[name] = 8
check("set", a_rather_long_name_that_is_more_than_half_of_the_text_it_is_cut_from
             == 8)

-- C functions see the end of a piece.
local number = (string.rep(" ", 100) .. "12345"):sub(1, -3)
check("numbers", tonumber(number) == 123 and number + 1 == 124)
local code = ("return 1, 2" .. string.rep(" ", 80) .. ", 3"):sub(1, -4)
check("code", select("#", load(code)) == 1 and select("#", load(code)()) == 2)
local format = (string.rep("-", 100) .. "%d%s"):sub(1, -3)
check("formats", format:format(5) == string.rep("-", 100) .. "5")
local row = string.rep("r", 90) .. "end"
check("%s", ("%-95s|"):format(row:sub(1, 90)) ==
            string.rep("r", 90) .. "     |")
local packed = string.pack("z", piece)
check("pack", string.unpack("z", packed) == piece)
local bytes = (string.rep("i1", 100) .. "i2"):sub(1, -3)
check("unpack", select("#", string.unpack(bytes, string.rep("a", 200))) == 101)
local u = (string.rep("\u{e9}", 100) .. "x"):sub(1, -3)
check("utf8", utf8.len(u) == nil and select(2, utf8.len(u)) == 199)
check("codes", utf8.codepoint(u, 1, 3) == 233)
local path = ("/no/such" .. string.rep("/directory", 10) .. "/file"):sub(1, -5)
check("files", select(2, io.open(path)) == path ..
               ": No such file or directory")
local ok, message = pcall(error, piece, 0)
check("errors", message == piece)
check("patterns", piece:find("k*=1$") == 1 and piece:gsub("k", "") == "=1")
local joined = table.concat({ piece, piece }, piece)
check("concat", joined == piece .. piece .. piece)
check("bytes", piece:byte(-1) == 49 and select("#", piece:byte(-3, -1)) == 3 and
               piece:byte(#piece + 1) == nil and select("#", piece:byte(500)) == 0)
check("upper", piece:upper() == string.rep("K", 399) .. "=1")
check("reverse", piece:reverse():sub(1, 2) == "1=")
