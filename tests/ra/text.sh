# Allocates registers for the texts of this folder; see esptest.c.
exec "$builddir/obj/tests/esptest" "$srcdir"/tests/ra/*.ir
