# Typing programs in on a terminal: results, history, completion, errors.
[ -z "$exec" ] || exit 77
script -qec true /dev/null </dev/null >/dev/null 2>&1 || exit 77

passed=0 failed=0

check()
{
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        echo "FAIL $2"
        failed=$((failed + 1))
    fi
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# Each line waits for a prompt to have been written, as a person does.
type_in()
{
    written=0
    for line in "$@"; do
        tries=0
        while [ "$(grep -o '> ' "$work/out" 2>/dev/null | wc -l)" -le \
                "$written" ] && [ "$tries" -lt 100 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
        written=$(grep -o '> ' "$work/out" | wc -l)
        sleep 0.05
        printf '%b' "$line"
    done
    sleep 0.2
}

has()
{
    grep -q -e "$1" "$work/out"
    check $? "no '$1' in what the terminal shows: $(cat "$work/out")"
}

: >"$work/out"
type_in 'x = 40\n' 'x + 2\n' 'for i = 1, 2 do\n' 'print("line", i) end\n' \
    'error("oops", 0)\n' 'nil + 1\n' 'y = = 2\n' 'x = x + 1000\n' 'x\n' \
    'os.exit(7)\n' |
    TERM=dumb script -qefc "$builddir/espalier --lang=lua -i" \
        "$work/typescript" >"$work/out"
check "$((${?} == 7 ? 0 : 1))" "os.exit(7) ends with another code"
has '^42'
has 'line.2'
has '^oops'
has 'attempt to perform arithmetic on a nil value'
has "stdin:1: unexpected symbol near '='"
has '^1040'

if grep -q 'define HAVE_EDIT' "$builddir/config.h"; then
    : >"$work/out"
    type_in 'n = 1\n' 'n = n + 1\n' '\033[A\n' 'n\n' 'strin\t.rep("ab", 3)\n' \
        'os.exit(0)\n' |
        TERM=vt100 script -qefc "$builddir/espalier --lang=lua -i" \
            "$work/typescript" >"$work/out"
    check $? "a terminal that edits"
    has '^3'
    has '^ababab'
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
