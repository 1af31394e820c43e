#!/bin/sh
#
# What C becomes in an image: each file of rules/ is C, and at its end the text
# of the image, once if all machines agree, else once for each:
#
#     int f(int x) { return x + 1; }
#     /* image:                           or: image x64:, image a64:
#     function f(i32) -> i32 ...
#     */
#
# Boundaries stand there as espcc -v tells them.  The text must be the same
# under each LLVM from 14 to 19.  BLESS=1 writes it anew.

build=${builddir:-.}
src=${srcdir:-.}
work=$build/obj/tests/rules

config()
{
    sed -n "s/^$1 = //p" "$build/config.mk"
}

if [ "$(config JIT)" != yes ]; then
    echo "needs mkimage, and this is a build without"
    exit 77
fi
clang=$(config CLANG)
mkdir -p "$work" || exit 1

# espcc's own mkimage, but one that prints.
printf '#!/bin/sh\nexec "%s" --print "$@"\n' "$(cd "$build" && pwd)/obj/tools/mkimage" \
    >"$work/mkimage"
chmod +x "$work/mkimage"

target_of()
{
    case $1 in
    x64) echo x86_64-linux-gnu ;;
    a64) echo aarch64-linux-gnu ;;
    esac
}

# Are there headers for this machine?
can_compile_for()
{
    echo '#include <stdio.h>' |
        $clang "--target=$(target_of "$1")" -fsyntax-only -x c - 2>/dev/null
}

# image MACHINE FILE: the text, without what our headers add.
image()
{
    target=$(target_of "$1")
    cp "$2" "$work/rule.c" || return 1
    if ! (cd "$work" && CLANG=$clang ESP_MKIMAGE=./mkimage \
        sh "$root/tools/espcc" "--target=$target" -w -v -I"$root" \
        -c rule.c -o rule.o) >"$work/out" 2>"$work/err"; then
        cat "$work/err"
        return 1
    fi
    grep ' is not in the image: ' "$work/err" | sed 's/^rule.c: //'
    awk '/^function / { own = / ; rule\.c$/ }
        own { if (skipped) print ""; skipped = !$0; if ($0) print }' "$work/out"
}

root=$(cd "$src" && pwd)

# expected MACHINE FILE
expected()
{
    awk -v machine="$1" '
    /^\*\/$/ { on = 0 }
    on { print }
    /^\/\* image( x64| a64)?:$/ {
        on = NF == 2 || index($0, " " machine ":")
    }' "$2"
}

bless()
{
    awk '/^\/\* image/ { exit } { print }' "$1" >"$work/blessed"
    image x64 "$1" >"$work/x64" && image a64 "$1" >"$work/a64" || return 1
    {
        cat "$work/blessed"
        if cmp -s "$work/x64" "$work/a64"; then
            echo "/* image:"; cat "$work/x64"; echo "*/"
        else
            echo "/* image x64:"; cat "$work/x64"; echo "*/"
            echo "/* image a64:"; cat "$work/a64"; echo "*/"
        fi
    } >"$work/new" && cp "$work/new" "$1"
}

passed=0 failed=0 machines=
for machine in x64 a64; do
    if can_compile_for $machine; then
        machines="$machines $machine"
    else
        echo "no headers for $machine"
    fi
done
for rule in "$root"/tests/image/rules/*.rule; do
    if [ "${BLESS:-0}" = 1 ]; then
        bless "$rule" || exit 1
        continue
    fi
    for machine in $machines; do
        expected "$machine" "$rule" >"$work/expected"
        if image "$machine" "$rule" >"$work/image" &&
            [ -s "$work/expected" ] &&
            diff "$work/expected" "$work/image" >"$work/diff"; then
            passed=$((passed + 1))
        else
            echo "${rule##*/} for $machine:"
            cat "$work/diff"
            failed=$((failed + 1))
        fi
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
