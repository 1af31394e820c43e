# Random programs in Lua: each mode against the interpreter, and that against
# lua5.4 where it is.  Goes on for SECONDS_TO_RUN from SEED on.  A program that
# fails stays in obj/tests/fuzz; its seed is its name.

build=${builddir:-.}
work=$build/obj/tests/fuzz
seconds=${SECONDS_TO_RUN:-200}
seed=${SEED:-$(date +%s)}

lua=$(command -v lua5.4 || command -v lua)
case $([ -n "$lua" ] && "$lua" -v 2>&1) in
'Lua 5.4'*) ;;
*) lua='' ;;
esac

modes='--compile=now
--compile=now --threshold2=1
--compile=sync --threshold1=3 --threshold2=30
--compile=background --threshold1=5 --threshold2=50 --stress=delay --check
--compile=now --stress=deopt --seed=SEED
--compile=now --stress=generic
--compile=sync --stress=osr --threshold2=20'

# Runs the program as the words say and compares.
same()
{
    timeout 60 "$@" "$name.lua" >"$name.out" 2>"$name.err"
    cat "$name.err" >>"$name.out"
    cmp -s "$name.out" "$name.expected" && return
    echo "seed $seed differs: $*"
    diff "$name.expected" "$name.out" | head -4
    return 1
}

# shellcheck disable=SC2046,SC2086  # commands and options are words
try()
{
    name=$work/lua-$seed
    $exec "$work/gen_lua" "$seed" >"$name.lua" || return
    timeout 60 $exec "$build/espalier" --tier=0 "$name.lua" \
        >"$name.expected" 2>&1
    if [ -n "$lua" ]; then
        same "$lua" || return
    fi
    while read -r mode; do
        same $exec "$build/espalier" \
            $(echo "$mode" | sed "s/SEED/$seed/") || return
    done <<END
$modes
END
}

passed=0 failed=0
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ] && [ "$failed" -lt 10 ]; do
    if try; then
        passed=$((passed + 1))
        rm -f "$work/lua-$seed".*
    else
        failed=$((failed + 1))
    fi
    seed=$((seed + 1))
done
echo "next seed: $seed"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
