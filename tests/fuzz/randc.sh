#!/bin/sh
#
# Random C through espcc: native code against the IR interpreter.
#
# Each program of gen_randc is compiled at some level of optimization, linked
# with the rig of tests/image/csem.c, and run.  Goes on for SECONDS_TO_RUN, 6
# or in 'make check-long' 200, from SEED on.  A program that fails stays in
# obj/tests/fuzz; its seed is its name.

build=${builddir:-.}
src=${srcdir:-.}
work=$build/obj/tests/fuzz
long=${ESP_TEST_LONG:-0}
seconds=${SECONDS_TO_RUN:-$([ "$long" = 1 ] && echo 200 || echo 6)}
seed=${SEED:-$([ "$long" = 1 ] && date +%s || echo 1)}

config()
{
    sed -n "s/^$1 = //p" "$build/config.mk"
}

if [ "$(config JIT)" != yes ]; then
    echo "needs an image, and this is a build without"
    exit 77
fi

clang=$(config CLANG) target=$(config CLANG_TARGET) exec=$(config TARGET_EXEC)
link="$(config CC) $(config SANITIZE) $(config CFLAGS) -pthread"
# On AArch64 a struct that is split between registers and stack is no argument
# that an image has.
[ "$(config TARGET)" = x64 ] && partial='' || partial=-p
libs="$(config XXHASH_LIBS) $(config FFI_LIBS) -lm"

# shellcheck disable=SC2086  # commands and flags are words
try()
{
    name=$work/randc-$1
    $exec "$work/gen_randc" "$1" >"$name.c" &&
        CLANG=$clang ESP_MKIMAGE=$build/obj/tools/mkimage \
            sh "$src/tools/espcc" $target -I"$src" -O$(($1 % 4)) -w \
            -ffp-contract=off -c "$name.c" -o "$name.o" &&
        $link -o "$name" "$name.o" "$build/obj/tests/image/csem.o" \
            "$build/obj/libinternal.a" $libs &&
        timeout 60 $exec "$name" $partial -n 10 >"$name.log" 2>&1
}

passed=0 failed=0
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ] && [ "$failed" -lt 10 ]; do
    if try "$seed"; then
        counted=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' "$name.log")
        passed=$((passed + counted))
        rm -f "$name" "$name".*
    else
        echo "seed $seed fails: see $name.c and $name.log"
        failed=$((failed + 1))
    fi
    seed=$((seed + 1))
done
echo "next seed: $seed"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
