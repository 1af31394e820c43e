# Selects code for the graphs of this folder, and reads LIR; see esptest.c.
# shellcheck disable=SC2086,SC2154  # words, from tests/run
[ -x "$builddir/obj/tests/esptest" ] || exit 77     # without the compiler
exec $exec "$builddir/obj/tests/esptest" "$srcdir"/tests/lir/*.ir
