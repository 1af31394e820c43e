# Selects code for the graphs of this folder, and reads LIR; see esptest.c.
exec "$builddir/obj/tests/esptest" "$srcdir"/tests/lir/*.ir
