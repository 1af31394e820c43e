# configure: what it accepts, what it refuses, and what it leaves behind.
. "$srcdir/tests/build/checks"

configure()
{
    "${SHELL:-/bin/sh}" "$srcdir/configure" "$@"
}

# --- refused before any check

expect "an unknown option is an error" fails configure --bogus
expect "which names it" printed "unknown option --bogus"
expect "an unknown variable is an error" fails configure BOGUS=1
expect "a word is an error" fails configure bogus
expect "a value is demanded" fails configure --prefix
expect "a directory is absolute" fails configure --prefix=relative
expect "LLVM 13 is too old" fails configure --with-llvm=13
expect "a sanitizer is one of a few" fails configure --enable-sanitize=rust
expect "--help works" works configure --help
expect "and shows the options" printed "--disable-jit"
expect "--version works" works configure --version
expect "nothing was left behind" test ! -e config.mk

# --- a compiler that is broken

expect "a broken compiler is an error" \
    fails configure CC="cc --no-such-option-at-all"
expect "with the compiler's first words" printed "no-such-option-at-all"
expect "and the name of the log" printed "config.log"
expect "the log has the command" \
    grep -q '^\$ cc --no-such-option-at-all' config.log
expect "the log has the program" grep -q '^| int main' config.log
expect "the log has the exit code" grep -q '^exit code 1' config.log
expect "a missing compiler is an error" fails configure CC=/no/such/compiler
expect "no makefile was written" test ! -e Makefile

expect "a compiler for another machine is refused" \
    fails configure --host=sparc64-linux-gnu CC=cc
expect "in these words" printed "does not compile for sparc64-linux-gnu"
expect "--enable-jit without LLVM is an error" \
    fails configure --enable-jit --with-llvm=18 LLVM_CONFIG=/no/such/config
expect "which names the packages" printed "llvm-18-dev"

# --- a configuration

expect "an interpreter can be configured" works configure --disable-jit \
    --enable-bogus --sbindir=/nowhere --prefix /opt/espalier \
    CFLAGS="-O1 -DSOME=1"
expect "an unknown feature is a warning" \
    printed "warning: unknown option --enable-bogus"
expect "the summary says what is missing" printed "interpreters only"
expect "the log has the command line" grep -q "disable-jit" config.log
expect "directories are written" grep -q '^prefix = /opt/espalier$' config.mk
expect "flags are the user's, unedited" \
    grep -q '^CFLAGS = -O1 -DSOME=1$' config.mk

cp config.mk before
sleep 1
expect "config.status repeats it" works ./config.status
expect "with the same result" cmp config.mk before
expect "and the same time, so nothing is made again" \
    test ! config.mk -nt before

if command -v dash >/dev/null; then
    expect "dash can run it" works dash "$srcdir/configure" -q --disable-jit
    expect "quietly" test ! -s output
fi
if command -v shellcheck >/dev/null; then
    expect "shellcheck has no complaint" shellcheck "$srcdir/configure" \
        "$srcdir/tests/run" "$srcdir/tools/check-layers" \
        "$srcdir/tools/espcc" "$srcdir/.ci/run"
fi

finish
