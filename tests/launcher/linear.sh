#!/bin/sh
# What a compilation does grows as its tree grows, in every shape of program;
# and a tree that is too large is declined, once, with a name.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS

[ -x "$builddir/obj/tests/esptest" ] || exit 77     # without the compiler

fail()
{
    failed=$((failed + 1))
    echo "FAIL $*"
}

# A number of a tier's statistics: count TIER NAME
count()
{
    sed -n 's/.*"tier'"$1"'": {[^}]*"'"$2"'": \([0-9]*\).*/\1/p' "$dir/err"
}

# run TIER SHAPE SIZE: 0 means that all went well
run()
{
    sh "${srcdir:?}/bench/compile" --print "$2" "$3" >"$dir/program.sl" &&
        $espalier --tier="$1" --compile=sync --threshold1=2 --threshold2=3 \
            --stats=json "$dir/program.sl" >"$dir/out" 2>"$dir/err"
}

# Four times the nodes may be at most five times the work.
compare()
{
    tier=$1 shape=$2
    run "$tier" "$shape" 1000 || { fail "$shape: does not run"; return; }
    nodes=$(count "$tier" ast_nodes)
    small=
    for what in visited ir bytes; do
        small="$small $(count "$tier" $what)"
    done
    run "$tier" "$shape" 4000 || { fail "$shape: does not run"; return; }
    times=$(($(count "$tier" ast_nodes) * 5 / 4))
    # shellcheck disable=SC2086
    set -- $small
    for what in visited ir bytes; do
        now=$(count "$tier" $what)
        if [ $((now * nodes)) -le $(($1 * times + 4096 * nodes)) ] &&
            [ "$now" -gt "$1" ]; then
            passed=$((passed + 1))
        else
            fail "$shape, tier $tier: $what is $1, with four times the" \
                "nodes $now"
        fi
        shift
    done
}

for shape in straight nested branches chain loop small; do
    compare 1 "$shape"
    compare 2 "$shape"
done

# The statistics say where the time went.
if grep -q '"steps": {"start": [0-9.]*, "eval": .*"ra": .*"publish": ' \
        "$dir/err"; then
    passed=$((passed + 1))
else
    fail "no times by step"
fi

# Its function is interpreted, and asked for no more.
sh "$srcdir/bench/compile" --print nested 300000 >"$dir/program.sl"
if $espalier --compile=sync --threshold1=2 --threshold2=2 --trace=compile \
        --stats=json "$dir/program.sl" >"$dir/out" 2>"$dir/err" &&
    [ "$(grep -c 'f:1  declined: too_many: [0-9]* nodes' "$dir/err")" = 1 ]; then
    passed=$((passed + 1))
else
    fail "a tree that is too large"
    tail -n 5 "$dir/err"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
