# Allocates registers for the texts of this folder; see esptest.c.
# shellcheck disable=SC2086,SC2154  # words, from tests/run
[ -x "$builddir/obj/tests/esptest" ] || exit 77     # without the compiler
exec $exec "$builddir/obj/tests/esptest" "$srcdir"/tests/ra/*.ir
