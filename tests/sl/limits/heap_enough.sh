#!/bin/sh
# What is garbage does not count towards --max-heap.  Needs a collector.
grep -q 'define HAVE_GC 1' "$builddir/config.h" || exit 77
# shellcheck disable=SC2086  # $exec is words
result=$($exec "$builddir/espalier" --max-heap=4M \
    "$srcdir/tests/sl/limits/heap_enough.sl") || exit 1
[ "$result" = x299999 ]
