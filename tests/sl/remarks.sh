#!/bin/sh
# Nothing that keeps code from being fast is left in hot programs: no indirect
# call, no frame that escapes, no tag that is asked for again.  A program that
# is about such a thing says in its first line which remarks it may have:
#
#     // more targets than a call site remembers; remarks: indirect call

passed=0 failed=0
# shellcheck disable=SC2154
espalier="${exec:+$exec }${builddir:?}/espalier"
unset ESP_OPTIONS
grep -q '^#define ESP_JIT 1' "$builddir/config.h" || exit 77
cd "${srcdir:?}/tests/sl/hot" || exit 1

for program in *.sl; do
    allowed=$(sed -n '1s/.*remarks: *//p' "$program")
    for compile in now sync; do
        # shellcheck disable=SC2086  # words
        remarks=$($espalier --compile=$compile --remarks "$program" \
            2>&1 >/dev/null </dev/null | grep '^remark: ' |
            grep -v -e "${allowed:-nothing is allowed}")
        if [ -z "$remarks" ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL $program, --compile=$compile:"
            echo "$remarks"
        fi
    done
done

# The check can fail: these calls have too many targets.
remarks=$($espalier --compile=sync --remarks calls_9.sl 2>&1 >/dev/null)
case $remarks in
*"indirect call"*) passed=$((passed + 1)) ;;
*) failed=$((failed + 1)); echo "FAIL calls_9.sl has no remark" ;;
esac
# And this variable is a number or a text, which is asked each time.
remarks=$($espalier --compile=sync --remarks branch_late.sl 2>&1 >/dev/null)
case $remarks in
*"main: unfolded tag check in equal_leaves_execute:"*", guest line 10"*)
    passed=$((passed + 1)) ;;
*) failed=$((failed + 1)); echo "FAIL branch_late.sl has no remark" ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
