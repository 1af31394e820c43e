local function try(s, ...) local f, m = load(s, "=s") if not f then print(m) else print(select(2, pcall(f, ...))) end end
g = {} up = nil
try "local a a.b = 1" try "local a return a.b" try "return nothing.x" try "nothing.x = 1" try "return g.x.y" try "g.x.y = 1"
try "g.x()" try "nothing()" try "local f f()" try "g:m()" try "g.a.b:c()" try "local t = {} t[1]()" try "local t, i = {}, 1 t[i]()"
try "return g + 1" try "return 1 + g" try "local a return a + 1" try "local a return 1 + a" try "return g.x + 1" try "return -g" try "return -nothing"
try "return #nothing" try "local n = 5 return #n" try "return g .. 'x'" try "return 'x' .. nothing" try "local s = {} return 1 .. s" try "return g.x .. 'a' .. 'b'"
try "return g & 1" try "return 1.5 & 1" try "local f = 1.5 return f | 1" try "return 'a' & 1" try "return ~g" try "return 2^63 | 0" try "return '1.5' | 1"
try "return g < 1" try "return {} < {}" try "return nil < 1" try "return 'a' < 1" try "return g <= g" try "return 1 > 'x'"
try "local u = nil return (function() return u.x end)()" try "local u return (function() u() end)()" try "local u return (function() return u + 1 end)()"
try "return ('x').y.z" try "return (nil)[1]" try "return ({})()" try "(function() end)()()" try "return 1 // 0" try "return 1 % 0" try "local t = {} t[nil] = 1" try "local t = {} t[0/0] = 1"
try "return ... + 1" try "local a, b = 1 return a.x.y" try "return g[1].x" try "return g[nothing].x" try "return g['a b'].x" try "return g[300].x" try "for i = 1, 10 do i.x.y = 1 end" try "local t = {} t.x.y.z = 1"
try "\n\nlocal x = 1\nx.y.z = 2" try "return 1 +\n  nothing" try "local f = function()\n  error('in f')\nend\n\nf()" try "error('lvl1', 1)" try "error('lvl2', 2)"
