#!/bin/sh
#
# The compiler driver: options, dependencies, messages, exit codes, and
# programs linked in every way that images have to survive.

build=${builddir:-.}
src=$(cd "${srcdir:-.}" && pwd)
work=$build/obj/tests/espcc

config()
{
    sed -n "s/^$1 = //p" "$build/config.mk"
}

if [ "$(config JIT)" != yes ]; then
    echo "needs mkimage, and this is a build without"
    exit 77
fi
if [ -n "$(config TARGET_EXEC)" ]; then
    echo "links programs for this machine"
    exit 77
fi

rm -rf "$work"
mkdir -p "$work/tmp" || exit 1
top=$(cd "$build" && pwd)
CLANG=$(config CLANG)
sanitize=$(config SANITIZE)
cd "$work" || exit 1
ESP_MKIMAGE=$top/obj/tools/mkimage
TMPDIR=$PWD/tmp
export CLANG ESP_MKIMAGE TMPDIR
libs="$sanitize $top/obj/libinternal.a -lxxhash -lpthread"

passed=0 failed=0
ok()
{
    passed=$((passed + 1))
}

not_ok()
{
    failed=$((failed + 1))
    echo "$*"
}

espcc()
{
    sh "$src/tools/espcc" "$@"
}

# check WHAT COMMAND...: the command succeeds.
check()
{
    what=$1
    shift
    if "$@" >out 2>&1; then
        ok
    else
        not_ok "$what: exit code $?"
        cat out
    fi
}

# fails WHAT CODE TEXT COMMAND...: the command exits with CODE, 'any' for any
# but 0, and says TEXT.
fails()
{
    what=$1 code=$2 text=$3
    shift 3
    "$@" >out 2>&1
    got=$?
    if [ $got != 0 ] && { [ "$code" = any ] || [ "$code" = $got ]; } &&
        grep -q "$text" out; then
        ok
    else
        not_ok "$what: exit code $got, and says:"
        cat out
    fi
}

has()
{
    if grep -q "$2" "$1"; then
        ok
    else
        not_ok "$1 does not have '$2':"
        cat "$1"
    fi
}

# --- files -----------------------------------------------------------------

mkdir -p "with space"
cat >"with space/shared.h" <<'END'
static inline int shared(int x) { return x * FACTOR; }
extern int other(int x);
END
cat >one.c <<'END'
#include "shared.h"
#include <stdio.h>
static int hidden(int x) { return x + 1; }
int assembly(int x) { __asm__("" : "+r"(x)); return x; }
int use(int x) { return shared(hidden(x)); }
int main(int argc, char **argv)
{
    printf("%s %d\n", TEXT, use(other(argc)));
    return list();
}
END
sed -i 's/^int use/int list(void);\n&/' one.c
cat >two.c <<'END'
#include "shared.h"
static int hidden(int x) { return shared(x) + 2; }
int unused(int x) { return hidden(x); }
int other(int x) { return hidden(x); }
END
cat >list.c <<'END'
#include "pe/image/image.h"
#include <stdio.h>
int list(void);
int list(void)
{
    esp_text error = { 0 };
    esp_image *m = image_open(&error);
    if (!m) { puts(text_get(&error)); return 1; }
    for (uint32_t k = 0; k < image_count(m); k++) {
        esp_iinfo i = image_info(m, k);
        const esp_ifunc *f = image_nth(m, k);
        printf("%s: %s\n", i.name, i.boundary ? i.boundary
               : f && image_function(m, f->native) == f ? "there" : "lost");
    }
    image_close(m);
    fflush(stdout);
    return 0;
}
END

flags="-DFACTOR=3 -Wall"
# shellcheck disable=SC2086  # flags are words
one() { espcc $flags "-Iwith space" '-DTEXT="two words"' "$@" -c one.c; }
# shellcheck disable=SC2086
two() { espcc $flags "-Iwith space" "$@" -c two.c; }

# --- options ---------------------------------------------------------------

check "a plain call" one -o one.o
check "without -o" two
check "the object file is named after the source" test -f two.o
check "dependencies" one -MMD -MP -o sub.o
has sub.d '^sub.o: one.c'
has sub.d 'with. space/shared.h'
check "dependencies where told" one -MMD -MF deps -MT goal -o sub.o
has deps '^goal: one.c'
check "-v" one -v -o one.o
has out 'one.c: assembly is not in the image: inline assembly'
has out 'one.c: image of 4 functions, 1 left out'
check "a program by its path" espcc --mkimage="$ESP_MKIMAGE" -c -DFACTOR=1 \
    "-Iwith space" two.c -o sub.o
check "-g" one -g -o sub.o
if readelf -S sub.o | grep -q debug_info; then ok; else not_ok "no .debug_info"; fi
if readelf -S one.o | grep -q debug_; then not_ok "lines for gdb unasked"; else ok; fi
check "preprocessing is clang's" one -E -o sub.i
has sub.i 'two words'
printf 'int broken(\n' >broken.c
fails "a wrong program" any 'broken.c:1' espcc -c broken.c -o broken.o
fails "a missing file" any 'missing.c' espcc -c missing.c -o missing.o
printf '#!/bin/sh\necho no image today\nexit 3\n' >bad
chmod +x bad
fails "mkimage that fails" 3 'no image today' \
    espcc --mkimage=./bad -c two.c -DFACTOR=1 "-Iwith space" -o no.o
fails "mkimage that is not there" any 'nowhere' \
    espcc --mkimage=./nowhere/mkimage -c two.c -DFACTOR=1 "-Iwith space"
fails "-o with several files" 2 'several files' \
    espcc -DFACTOR=1 "-Iwith space" -c two.c broken.c -o both.o
fails "an unknown machine" any 'images cannot be made' \
    espcc --target=riscv64-linux-gnu -DFACTOR=1 "-Iwith space" -c two.c -o no.o
if [ -z "$(ls tmp)" ]; then ok; else not_ok "left in TMPDIR: $(ls tmp)"; fi

# --- programs --------------------------------------------------------------

check "a C file for the test" "$CLANG" -fPIE -I"$src" -c list.c -o list.o

# program WHAT COUNT ARG...: links, runs; COUNT functions are found.
program()
{
    what=$1 count=$2
    shift 2
    # shellcheck disable=SC2086
    if ! espcc "$@" list.o $libs -o program >out 2>&1 || ! ./program >out 2>&1
    then
        not_ok "$what"
        cat out
    elif [ "$(head -n 1 out)" != 'two words 18' ] ||
        [ "$(grep -c ': there$' out)" != "$count" ] ||
        grep -q ': lost$' out || ! grep -q 'assembly: inline assembly' out; then
        not_ok "$what:"
        cat out
    else
        ok
    fi
}

both()
{
    one "$@" -o one.o && two "$@" -o two.o
}

check "both" both
program "two object files" 8 one.o two.o
check "-O0" both -O0
program "-O0" 8 one.o two.o
check "-O3" both -O3
program "-O3" 8 one.o two.o
check "with -fPIE" both -fPIE -ffunction-sections -fdata-sections
program "a position-independent program" 8 -pie one.o two.o
program "with unused sections removed" 8 -pie -Wl,--gc-sections one.o two.o
if command -v ld.lld >/dev/null 2>&1; then
    program "with lld" 8 -fuse-ld=lld -Wl,--gc-sections one.o two.o
fi
check "ld -r" ld -r one.o two.o -o joined.o
check "objcopy" objcopy --wildcard --keep-global-symbol=main \
    --keep-global-symbol=list joined.o
program "one joined object" 8 joined.o
rm -f libboth.a
check "an archive" ar rcs libboth.a two.o
program "an archive" 8 one.o libboth.a
# in a program that is not joined with images, image.c finds none
"$CLANG" -I"$src" -DTEXT='"two words"' -DFACTOR=3 "-Iwith space" -c one.c \
    -o plain.o 2>/dev/null
"$CLANG" -DFACTOR=3 "-Iwith space" -c two.c -o plain2.o
# shellcheck disable=SC2086
check "no image at all" "$CLANG" plain.o plain2.o list.o $libs -o program
check "runs" ./program
if [ "$(grep -c . out)" = 1 ]; then ok; else not_ok "images from nowhere"; cat out; fi

# The native code is instrumented, the image is not.
cat >overflow.c <<'END'
#include <stdlib.h>
int over(int *p, int i);
int over(int *p, int i) { return p[i] + 0x7fffffff; }
int list(void);
int main(int argc, char **argv)
{
    (void)argv;
    list();
    return over(malloc(4 * sizeof(int)), argc * 4) == 5;
}
END
if echo 'int main(void) { return 0; }' >empty.c &&
    "$CLANG" -fsanitize=address,undefined empty.c -o empty 2>/dev/null; then
    check "with sanitizers" espcc -v -fsanitize=address,undefined -c overflow.c \
        -o overflow.o
    has out 'image of 2 functions, 0 left out, [12][0-9] instructions'
    # shellcheck disable=SC2086
    check "linked with sanitizers" espcc -fsanitize=address,undefined \
        overflow.o list.o $libs -o program
    fails "an overflow" any 'heap-buffer-overflow' ./program
    has out '^over: there'
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
