#!/bin/sh
# --dump=code: instructions from the entry on, without a gap, with marks where
# code is entered and left.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS

[ -x "$builddir/obj/tests/esptest" ] || exit 77     # without the compiler

cat >"$dir/add.sl" <<END
function add(a, b) { return a + b; }
function other(a) { return add(a, 1); }
function main() { i = 0; while (i < 9) { i = other(i); } println(i); }
END

expect()
{
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $what"
        cat "$dir/err"
    fi
}

# Its lines that match
lines()
{
    grep -c -e "$1" "$dir/err"
}

# shellcheck disable=SC2086  # words
dump()
{
    $espalier --compile=now "--dump=$1" "$dir/add.sl" >"$dir/out" 2>"$dir/err"
}

# Each instruction stands where the bytes of the one before it end.
no_gap()
{
    next=
    grep '^    [0-9a-f]*  ' "$dir/err" >"$dir/code"
    while read -r address bytes _; do
        address=$((0x$address))
        [ "${next:-$address}" = "$address" ] || return 1
        next=$((address + ${#bytes} / 2))
    done <"$dir/code"
    [ -n "$next" ]
}

dump code:add
expect 'one unit' test "$(lines '^; add code$')" = 1
expect 'no other step or function' test "$(lines '^; [a-z]* [a-z]*$')" = 1
if ! grep -q '^#define HAVE_CAPSTONE' "$builddir/config.h"; then
    expect 'without capstone' \
        test "$(lines '^; .* no disassembly, .* without capstone$')" = 1
else
    expect 'one entry' test "$(lines '^entry:$')" = 1
    expect 'starts at the entry' test "$(sed -n 2p "$dir/err")" = entry:
    expect 'has a frame' test "$(lines '  push rbp$\|  stp x29, x30')" -ge 1
    expect 'returns' test "$(lines '  ret$')" -ge 1
    expect 'exits' test "$(lines '^exit 0, .*, state [0-9]*:$')" = 1
    expect 'no gap' no_gap
    expect 'all known' test "$(lines '  \.byte ')" = 0
    # what is not inlined is called
    $espalier --compile=now --inlining=off --dump=code:other "$dir/add.sl" \
        >"$dir/out" 2>"$dir/err"
    expect 'calls' test "$(lines '^call 0 returns, state [0-9]*:$')" = 1
    dump code
    expect 'all units' test "$(lines '^; main code$')" -ge 1
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
