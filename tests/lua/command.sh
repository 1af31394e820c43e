# The options of the lua command, behind --lang=lua.
passed=0 failed=0

expect()
{
    wanted=$1
    shift
    got=$("$@" 2>&1 </dev/null)
    if [ "$got" = "$wanted" ]; then
        passed=$((passed + 1))
    else
        echo "FAIL $*: expected '$wanted', got '$got'"
        failed=$((failed + 1))
    fi
}

lua="${exec:+$exec }$builddir/espalier --lang=lua"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
echo 'print(arg[0], arg[1], arg[-1], ...)' >script.lua
echo 'print("module", ...) return {name = ...}' >mod.lua

# shellcheck disable=SC2086  # $lua is words
{
    expect 'one' $lua -e 'print("one")'
    expect '5' $lua -e 'x = 5' -e 'print(x)'
    expect '7' $lua '-eprint(7)'
    expect 'script.lua	a	x = 1	a	b' $lua -e 'x = 1' script.lua a b
    expect 'module	mod	./mod.lua
mod' $lua -l mod -e 'print(mod.name)'
    expect 'lua: (command line):1: oops
stack traceback:
	[C]: in function '\''error'\''
	(command line):1: in main chunk
	[C]: in ?' $lua -e 'error("oops")'
    expect 'script.lua	a	lua	a' $exec "$builddir/espalier" script.lua a
    $lua -e 'os.exit(3)' </dev/null
    expect 3 echo $?
    $lua -e 'do local t = setmetatable({}, {__gc = function() os.exit(7) end}) end
             for i = 1, 100 do collectgarbage() pcall(string.rep, "x", i) end' \
        </dev/null
    expect 7 echo $?
    echo 'local t = setmetatable({}, {__gc = function() while true do end end})
          t = nil
          while true do pcall(collectgarbage) end' >endless.lua
    $exec "$builddir/espalier" --max-time=300 endless.lua 2>/dev/null
    expect 3 echo $?
    $lua -e 'error("x")' </dev/null 2>/dev/null
    expect 1 echo $?
    got=$(printf 'print("in", ...)\n' | $lua - p q)
    expect 'in	p	q' echo "$got"
    expect 'init
1' env LUA_INIT='print("init")' $lua -e 'print(1)'
    expect '1' env LUA_INIT='print("init")' $lua -E -e 'print(1)'
    expect 'true' $lua -l s=string -e 'print(s == string)'
    got=$(printf '= 5\nerror("a", 0)\nos.exit(3)\n' | $lua -i 2>/dev/null)
    expect 'Lua 5.4 on Espalier
> 5
> > ' echo "$got"
    got=$(printf 'x = 2\nx + 1\nfor i = 1, 2 do\nprint(i)\nend\n' | $lua -i)
    expect 'Lua 5.4 on Espalier
> > 3
> >> >> 1
2
> ' echo "$got"
}
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
