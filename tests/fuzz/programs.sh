#!/bin/sh
#
# Random SL programs: the interpreter against everything else.
#
# Each program of gen_sl runs in tier 0, and has to do the same in every mode
# below.  Goes on for SECONDS_TO_RUN, 5 or in 'make check-long' 300, from SEED
# on.  A program that fails stays in obj/tests/fuzz; its seed is its name.

build=${builddir:-.}
work=$build/obj/tests/fuzz
long=${ESP_TEST_LONG:-0}
seconds=${SECONDS_TO_RUN:-$([ "$long" = 1 ] && echo 300 || echo 5)}
seed=${SEED:-$([ "$long" = 1 ] && date +%s || echo 1)}

# SEED is the program's.
modes='
--compile=now
--compile=now --threshold2=1
--compile=now --threshold2=1 --inlining=all
--compile=now --stress=deopt --seed=SEED
--compile=now --stress=spill --check
--compile=sync --stress=osr
--threshold1=2 --threshold2=20 --stress=delay,reclaim --check --seed=SEED
--tier=0 --stress=image --max-stack=256M'

config()
{
    sed -n "s/^$1 = //p" "$build/config.mk"
}

if [ "$(config JIT)" != yes ]; then
    echo "there is nothing to compare in a build without the compiler"
    exit 77
fi
exec=$(config TARGET_EXEC)

# run_it SEED OUTPUT OPTION...; also says how it ended.
# shellcheck disable=SC2086  # a command is words
run_it()
(
    name=random-$1 output=$2
    shift 2
    cd "$work" || exit
    timeout 300 $exec "$build/espalier" "$@" "$name.sl" >"$output" 2>&1
    echo "exit code $?" >>"$output"
)

# shellcheck disable=SC2086  # options are words
try()
{
    name=$work/random-$1
    good=yes
    $exec "$work/gen_sl" "$1" >"$name.sl" || return
    run_it "$1" "$name.expected" --tier=0
    while read -r options; do
        [ -n "$options" ] || continue
        run_it "$1" "$name.out" $options
        cmp -s "$name.expected" "$name.out" && continue
        echo "seed $1 fails: see $name.sl with $options"
        good=no
    done <<END
$(echo "$modes" | sed "s/SEED/$1/")
END
    [ "$good" = yes ] && rm -f "$name".*
}

build=$(cd "$build" && pwd) work=$build/obj/tests/fuzz
passed=0 failed=0
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ] && [ "$failed" -lt 10 ]; do
    if try "$seed"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    seed=$((seed + 1))
done
echo "next seed: $seed"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
