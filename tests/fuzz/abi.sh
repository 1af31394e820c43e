#!/bin/sh
#
# Random signatures: compiled code between a caller and a callee that the C
# compiler made.
#
# Each pair of files of gen_abi is compiled, by espcc and by the C compiler,
# linked, and run.  Goes on for SECONDS_TO_RUN, 6 or in 'make check-long' 120,
# from SEED on.  A program that fails stays in obj/tests/fuzz; its seed is its
# name.

build=${builddir:-.}
src=${srcdir:-.}
work=$build/obj/tests/fuzz
long=${ESP_TEST_LONG:-0}
seconds=${SECONDS_TO_RUN:-$([ "$long" = 1 ] && echo 120 || echo 6)}
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
cc="$(config CC) $(config SANITIZE) $(config CFLAGS) -pthread"
libs="$(config GMP_LIBS) $(config GC_LIBS) $(config XXHASH_LIBS)"
libs="$libs $(config FFI_LIBS) $(config CAPSTONE_LIBS) -lm"

# shellcheck disable=SC2086  # commands and flags are words
try()
{
    name=$work/abi-$1
    $exec "$work/gen_abi" "$1" pass >"$name-pass.c" &&
        $exec "$work/gen_abi" "$1" ends >"$name-ends.c" &&
        CLANG=$clang ESP_MKIMAGE=$build/obj/tools/mkimage \
            sh "$src/tools/espcc" $target -I"$src" -O$(($1 % 4)) -w \
            -c "$name-pass.c" -o "$name.o" &&
        $cc -I"$src" -w -o "$name" "$name-ends.c" "$name.o" \
            "$work/helper_abi.o" "$build/obj/libinternal.a" $libs &&
        timeout 60 $exec "$name" >"$name.log" 2>&1
}

passed=0 failed=0 left_out=0
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ] && [ "$failed" -lt 10 ]; do
    if try "$seed"; then
        counted=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' "$name.log")
        passed=$((passed + counted))
        counted=$(sed -n 's/^\([0-9]*\) left out$/\1/p' "$name.log")
        left_out=$((left_out + counted))
        rm -f "$name" "$name".* "$name"-*
    else
        echo "seed $seed fails: see $name-pass.c and $name.log"
        failed=$((failed + 1))
    fi
    seed=$((seed + 1))
done
echo "next seed: $seed"
echo "$left_out functions were left out"
if [ "$left_out" -gt "$((passed / 8))" ]; then
    echo "that is too many"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
