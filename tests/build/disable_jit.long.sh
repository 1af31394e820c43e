# Without the JIT the languages are plain interpreters with the same results.
. "$srcdir/tests/build/checks"

expect "it configures" "$srcdir/configure" -q --disable-jit
expect "it builds" make -j2 all test-programs
expect "a second make does nothing" make -q all
expect "no compiler is in it" sh -c '! nm espalier | grep -q " esp_jit_"'
# shellcheck disable=SC2046  # folders are words
expect "its tests pass" sh "$srcdir/tests/run" \
    $(cd "$srcdir/tests" && ls -d */ | grep -v '^build/')
expect "make clean works" make clean
expect "and leaves no program" test ! -e espalier
expect "make distclean works" make distclean
rm -f output expect.log
expect "and leaves nothing" test -z "$(find . -type f ! -name expect.log)"

finish
