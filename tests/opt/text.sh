# Runs the passes on the texts of this folder; see esptest.c.
exec "$builddir/obj/tests/esptest" "$srcdir"/tests/opt/*/*.ir
