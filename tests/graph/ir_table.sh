# The tables in docs/ir.md are what tools/gen-ir-table makes of the sources.
sh "$srcdir/tools/gen-ir-table" "$srcdir" | diff "$srcdir/docs/ir.md" - || {
    echo "docs/ir.md is old: run tools/gen-ir-table . --update"
    exit 1
}
