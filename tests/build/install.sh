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

# A language of somebody else's, made with the installed espcc, and compiled
# while it runs.
calc_prints()
{
    [ "$(ESP_OPTIONS=$1 calc/calc calc/primes.calc)" = '199999
1709600813' ]
}

calc_compiles()
{
    ESP_OPTIONS='--trace=compile --compile=now' calc/calc calc/primes.calc \
        2>&1 | grep -q 'compile.*is_prime'
}

calc_refuses()
{
    echo 'x = 1 print 5 % (x - 1)' >calc/zero.calc
    calc/calc calc/zero.calc 2>calc/error
    [ $? = 1 ] && grep -q '^calc/zero.calc:1:16: ' calc/error
}

# shellcheck disable=SC2154  # from tests/run
if [ "$(config JIT)" = yes ] && [ -z "$exec" ] && command -v pkg-config; then
    cp -r "$srcdir/examples/calc" .
    expect "an example can be built on it" env PKG_CONFIG_SYSROOT_DIR="$root" \
        make -s -C calc prefix="$root/opt/esp" \
        CC="$(config CC) $(config SANITIZE)"
    expect "and runs interpreted" calc_prints --tier=0
    expect "and compiled" calc_prints --compile=now
    expect "and its functions are compiled" calc_compiles
    expect "and tells where a mistake is" calc_refuses
fi

expect "make uninstall works" in_build uninstall DESTDIR="$root" \
    prefix=/opt/esp
expect "no file is left" test -z "$(find "$root" ! -type d)"
expect "no folder of ours is left" \
    test -z "$(find "$root/opt" -name '*espalier*')"

finish
