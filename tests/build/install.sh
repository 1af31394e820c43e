# Installs this build into an empty folder, uses it from there, and takes it
# away again.
. "$srcdir/tests/build/checks"

root=$work/root

in_build()
{
    make --no-print-directory -C "$builddir" "$@"
}

config()
{
    sed -n "s/^$1 = //p" "$builddir/config.mk"
}

expect "there is nothing left to make" in_build -q all

expect "make install works" in_build install DESTDIR="$root" prefix=/opt/esp
expect "the program is there" test -x "$root/opt/esp/bin/espalier"
expect "the header is there" test -f "$root/opt/esp/include/espalier.h"
expect "the manual is there" test -f "$root/opt/esp/share/man/man1/espalier.1"
pc=$root/opt/esp/lib/pkgconfig/espalier.pc
expect "espalier.pc has the prefix in force" grep -qx "prefix=/opt/esp" "$pc"
expect "and not the folder of a package" fails grep "$root" "$pc"
# shellcheck disable=SC2086,SC2154  # words, from tests/run
expect "the program runs" $exec "$root/opt/esp/bin/espalier" --version
expect "nothing is outside the prefix" \
    test "$(find "$root" -type f | grep -vc "^$root/opt/esp/")" = 0

# A program of somebody else's, with what espalier.pc says.
cat >embed.c <<'END'
#include <espalier.h>
#include <stdio.h>

/* A name of ours inside must not disturb this one. */
int arena_alloc(void);
int arena_alloc(void) { return 3; }

int main(void)
{
    char error[200] = "";
    esp_engine *e = esp_engine_new(NULL, error, sizeof error);

    if (!e)
        return fprintf(stderr, "%s\n", error), 1;
    esp_engine_free(e);
    return arena_alloc() != 3;
}
END
libs=$(sed -n 's/^Libs: -L[^ ]*//p' "$pc")
sanitize=$(config SANITIZE)
# shellcheck disable=SC2046,SC2086
expect "a program can be built on it" $(config CC) $sanitize \
    -I"$root/opt/esp/include" embed.c -L"$root/opt/esp/lib" $libs -o embed
# shellcheck disable=SC2086
expect "and runs" $exec ./embed

# Languages of somebody else's, made with the installed espcc, and compiled
# while they run.
prints()
{
    wanted=$1 options=$2
    shift 2
    [ "$(ESP_OPTIONS=$options "$@")" = "$wanted" ]
}

compiles()
{
    what=$1
    shift
    ESP_OPTIONS='--trace=compile --compile=now' "$@" 2>&1 |
        grep "compile.*$what" | grep -qv declined
}

refuses()
{
    echo 'x = 1 print 5 % (x - 1)' >zero.calc
    examples/calc/calc zero.calc 2>error
    [ $? = 1 ] && grep -q '^zero.calc:1:16: ' error
}

# shellcheck disable=SC2154  # from tests/run
if [ "$(config JIT)" = yes ] && [ -z "$exec" ] && command -v pkg-config; then
    cp -r "$srcdir/examples" .
    primes='199999
1709600813'
    squares='832040
333833500
333833500
333833500'
    expect "examples can be built on it" env PKG_CONFIG_SYSROOT_DIR="$root" \
        make -s -C examples prefix="$root/opt/esp" \
        CC="$(config CC) $(config SANITIZE)"
    set -- examples/calc/calc examples/calc/primes.calc
    expect "calc runs interpreted" prints "$primes" --tier=0 "$@"
    expect "calc runs compiled" prints "$primes" --compile=now "$@"
    expect "its functions are compiled" compiles is_prime "$@"
    expect "it tells where a mistake is" refuses
    set -- examples/bytecode/bytecode examples/bytecode/fib.code
    expect "bytecode runs interpreted" prints "$squares" --tier=0 "$@"
    expect "bytecode runs compiled" prints "$squares" --compile=now "$@"
    expect "its loops are compiled" compiles squares "$@"
fi

expect "make uninstall works" in_build uninstall DESTDIR="$root" \
    prefix=/opt/esp
expect "no file is left" test -z "$(find "$root" ! -type d)"
expect "no folder of ours is left" \
    test -z "$(find "$root/opt" -name '*espalier*')"

finish
