#!/bin/sh
# The programs of bench/ compute the same in the interpreter and compiled: at
# once, tier by tier and, if there is time, with guards that fail.  They are
# larger than most tests, and so are the graphs that are made of them.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS

[ -x "$builddir/obj/tests/esptest" ] || exit 77     # without the compiler

# What calls bench(SIZE) some times: footer SUFFIX SIZE
footer()
{
    case $1 in
    sl)  echo "function main() { i = 0; while (i < 12) {"
         echo "  println(bench($2)); i = i + 1; } }" ;;
    lua) echo "for i = 1, 12 do print(bench($2)) end" ;;
    esac
}

# run OPTIONS: what the program prints is in out
run()
{
    # shellcheck disable=SC2086
    timeout -s KILL 120 $espalier $1 "$dir/$name.$suffix" \
        >"$dir/out" 2>"$dir/err"
}

compare()
{
    if run "$1" && cmp -s "$dir/out" "$dir/expected"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $folder/$name.$suffix $1: exit code $?"
        diff "$dir/expected" "$dir/out" | head -n 4
        tail -n 2 "$dir/err"
    fi
}

for folder in programs:sl lua:lua; do
    suffix=${folder#*:} folder=bench/${folder%:*}
    # shellcheck disable=SC2154
    while read -r name _ size; do
        case $name in \#*) continue ;; esac
        { cat "${srcdir:?}/$folder/$name.$suffix"; footer "$suffix" "$size"; } \
            >"$dir/$name.$suffix"
        run --tier=0 || echo "FAIL $folder/$name.$suffix: does not run"
        mv "$dir/out" "$dir/expected"
        compare '--compile=now'
        compare '--compile=sync --threshold1=20 --threshold2=500'
        [ "${ESP_TEST_LONG:-0}" = 0 ] ||
            compare '--compile=now --threshold2=1 --stress=deopt'
    done <"$srcdir/$folder/sizes"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
