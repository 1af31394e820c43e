# Every program here, run by the reference implementation, writes what the
# .out and .err beside it say.  Programs whose first line has "ours:" are about
# what only we do.

lua=$(command -v lua5.4 || command -v lua) || exit 77
case $("$lua" -v 2>&1) in
'Lua 5.4'*) ;;
*) exit 77 ;;
esac

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
ln -s "$lua" "$work/lua"
PATH=$work:$PATH

passed=0 failed=0

differs()
{
    echo "FAIL $1: $2"
    failed=$((failed + 1))
}

compare()
{
    program=$1
    input=/dev/null
    [ -f "${program%.lua}.input" ] && input=${program##*/} &&
        input=${input%.lua}.input
    (cd "${program%/*}" && timeout 240 lua "${program##*/}" <"$input" \
        >"$work/out" 2>"$work/err")
    status=$?
    expected=0
    [ -f "${program%.lua}.status" ] &&
        read -r expected <"${program%.lua}.status"
    errors=${program%.lua}.err
    [ -f "$errors" ] || errors=/dev/null
    if ! cmp -s "$work/out" "${program%.lua}.out"; then
        differs "$program" "$(diff "$work/out" "${program%.lua}.out" | head -2)"
    elif ! cmp -s "$work/err" "$errors"; then
        differs "$program" "$(diff "$work/err" "$errors" | head -2)"
    elif [ "$status" != "$expected" ]; then
        differs "$program" "exit code $status, expected $expected"
    else
        passed=$((passed + 1))
    fi
}

list=$work/list
find "$srcdir/tests/lua" -name '*.lua' | sort >"$list"
while read -r program; do
    [ -f "${program%.lua}.out" ] || continue
    read -r line <"$program"
    case $line in
    *ours:*) ;;
    *) compare "$program" ;;
    esac
done <"$list"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
