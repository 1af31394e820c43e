#!/bin/sh
# The programs of docs/lifecycle.md tell their stories, and a speculation that
# fails for ever is reported.

# shellcheck disable=SC2154
[ -z "$exec" ] || exit 77
espalier=${builddir:?}/espalier
passed=0 failed=0

check()
{
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $1"
    fi
}

grep -q '^JIT = yes' "$builddir/config.mk" || exit 77
unset ESP_OPTIONS

sh "${srcdir:?}/examples/lifecycle/run" "$espalier"
check "the stories of examples/lifecycle" $?

cycle=$("$espalier" --sl-test-builtins --compile=now --check \
    "$srcdir/tests/sl/hot/deoptimize.sl" 2>&1)
echo "$cycle" | grep -q '^check: deopt cycle: deoptimizeWhenCompiled '
check "a deopt cycle is reported under --check" $?

count=$(echo "$cycle" | grep -c 'deopt cycle')
[ "$count" = 1 ]
check "it is reported once" $?

bounded=$("$espalier" --sl-test-builtins --compile=now --stats=json \
    "$srcdir/tests/sl/hot/deoptimize.sl" 2>&1 >/dev/null |
    sed 's/.*"invalidations": \([0-9]*\).*/\1/')
[ "$bounded" -lt 40 ]
check "2000 failures throw code away $bounded times" $?

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
