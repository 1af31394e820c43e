#!/bin/sh
# The command's contract: options, exit codes, which stream says what.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS

# check CODE STREAM PATTERN ARG...: exit code, and a line of stdout or stderr
check()
{
    code=$1 stream=$2 pattern=$3
    shift 3
    # shellcheck disable=SC2086  # words
    $espalier "$@" >"$dir/out" 2>"$dir/err" <"$dir/in"
    got=$?
    if [ "$got" = "$code" ] && grep -q -e "$pattern" "$dir/$stream"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL espalier $*: exit code $got, expected $code and '$pattern'" \
            "on $stream"
        cat "$dir/out" "$dir/err"
    fi
}

# The other stream must be empty.
check_only()
{
    check "$@"
    case $2 in
    out) other=err ;;
    *) other=out ;;
    esac
    [ ! -s "$dir/$other" ] || { failed=$((failed + 1)); cat "$dir/$other"; }
}

echo 'a line' >"$dir/in"
echo 'function main() { println("hello"); return readln(); }' >"$dir/good.sl"
echo 'function main() { println("out"); 1 - "a"; }' >"$dir/error.sl"
echo 'function main() { x = ; }' >"$dir/malformed.sl"
echo 'function main() { while (1 == 1) { } }' >"$dir/endless.sl"
echo 'function main() { println("bye"); exit(7); }' >"$dir/seven.sl"
echo 'function main() { println("bye"); exit(70000000000000000000000); }' >"$dir/many.sl"
echo 'function f(n) { return f(n + 1) + 1; } function main() { f(0); }' \
    >"$dir/deep.sl"
cp "$dir/good.sl" "$dir/good.txt"
: >"$dir/empty.sl"

check_only 0 out '^hello$' "$dir/good.sl"
check_only 0 out '^a line$' "$dir/good.sl"
check_only 0 out '^hello$' "$dir/good.sl" with arguments --tier=9
check_only 0 out '^hello$' -- "$dir/good.sl"
check_only 0 out '^hello$' --lang=sl "$dir/good.txt"
check_only 0 out '^espalier [0-9]' --version
check_only 0 out 'tier' --help
check_only 0 out '^sl .*\.sl' --languages

check_only 2 err 'no file' --tier=0
check_only 2 err 'No such file' "$dir/absent.sl"
check_only 2 err 'suffix' "$dir/good.txt"
check_only 2 err 'no-such' --lang=no-such "$dir/good.sl"
check_only 2 err 'frobnicate' --frobnicate "$dir/good.sl"
check_only 2 err 'tier' --tier=9 "$dir/good.sl"
check_only 2 err 'max-stack' --max-stack=much "$dir/good.sl"
check_only 2 err 'max-stack' --max-stack=1 "$dir/good.sl"
check_only 2 err 'trace' --trace=nothing-like-it "$dir/good.sl"

check 1 out '^out$' "$dir/error.sl"
check 1 err '^Type error at error.sl line 1 col 35: operation "-" not' \
    "$dir/error.sl"
check_only 1 err '^-- line 1 col 23: ' "$dir/malformed.sl"
check_only 1 err '^-- line 1 col 1: ' "$dir/empty.sl"
check_only 1 err 'stack overflow' "$dir/deep.sl"
check_only 1 err 'stack overflow' --max-stack=64K "$dir/deep.sl"
check_only 1 err 'stack overflow' --max-stack=64M "$dir/deep.sl"
check_only 3 err 'time limit' --max-time=20 "$dir/endless.sl"
check_only 3 err 'time limit' --max-time=20 --tier=0 "$dir/endless.sl"
check_only 7 out '^bye$' "$dir/seven.sl"
check_only 255 out '^bye$' "$dir/many.sl"

check 0 err '"peak_rss_kb": [1-9]' --stats=json "$dir/good.sl"
check 0 err '"tier1": {.*"ast_nodes"' --stats=json "$dir/good.sl"
check 0 err 'bytes allocated' --stats "$dir/good.sl"

cp "$dir/good.sl" "$dir/in"
check_only 0 out '^hello$' --lang=sl -
check_only 2 err 'suffix' -

ESP_OPTIONS='--max-time=20 --tier=0'
export ESP_OPTIONS
check_only 3 err 'time limit' "$dir/endless.sl"
ESP_OPTIONS=--frobnicate
check_only 2 err 'frobnicate' "$dir/good.sl"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
