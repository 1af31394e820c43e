# Reads, verifies and runs the graphs of this folder; see esptest.c.
exec "$builddir/obj/tests/esptest" "$srcdir"/tests/graph/*.ir
