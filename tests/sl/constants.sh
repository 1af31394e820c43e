#!/bin/sh
# A function in a property is a constant in compiled code, until an object has
# another one there: then that code goes.

passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS
grep -q '^#define ESP_JIT 1' "$builddir/config.h" || exit 77
program=${TMPDIR:-/tmp}/constants.$$.sl
trap 'rm -f "$program"' EXIT

cat >"$program" <<END
function one(x) { return x + 1; }
function two(x) { return x + 2; }
function run(o, n) {
  s = 0;
  while (n > 0) { n = n - 1; s = s + o.f(n); }
  return s;
}
function object(f) { o = new(); o.f = f; return o; }
function main() {
  o = object(one);
  println(run(o, 100)); println(run(o, 100));
  println(run(object(one), 100));
  println("change");
  println(run(object(two), 100));
  println(run(o, 100));
}
END

# $1: what is looked for; $2 the text.
check()
{
    case $2 in
    *"$1"*) passed=$((passed + 1)) ;;
    *) failed=$((failed + 1)); echo "FAIL no '$1' in:"; echo "$2" ;;
    esac
}

# shellcheck disable=SC2086  # words
output=$($espalier --compile=now --trace=assume,invalidate "$program" 2>&1)
before=${output%%change*} after=${output#*change}
check '5050
5050
5050' "$before"
check 'property is constant: another value' "$after"
check 'run:' "$(printf '%s\n' "$after" | grep 'another value')"
check '5150
5050' "$(printf '%s\n' "$after" | grep '^[0-9]')"
case $before in
*'another value'*) failed=$((failed + 1)); echo "$before" ;;
*) passed=$((passed + 1)) ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
