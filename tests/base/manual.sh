# Each option and each word of the table is in the manual page, and the manual
# page knows no others.
passed=0 failed=0
table=$srcdir/framework/base/options.def
page=$srcdir/docs/espalier.1

in_page()
{
    if sed 's/\\-/-/g; s/\\f.//g' "$page" | tr '" ' '\n\n' |
        grep -qx -e "$1"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: the manual page lacks $1"
    fi
}

options=$(sed -n 's/^OPTION(\([a-z_0-9]*\),.*/\1/p' "$table" | tr _ -)
for name in $options; do
    in_page "--$name\\(=.*\\)\\{0,1\\}"
done
words=$(sed -n -e 's/^CHOICE(compile, *\([a-z]*\),.*/\1/p' \
    -e 's/^CHOICE(stress, *\([a-z]*\),.*/\1/p' \
    -e 's/^TRACE(\([a-z]*\),.*/\1/p' "$table" "${table%/*}/trace.def")
for word in $words; do
    in_page "$word"
done

for name in $(sed 's/\\-/-/g' "$page" | grep -o -e '--[a-z][-a-z0-9]*' |
    sort -u); do
    case " $(echo $options) " in
    *" ${name#--} "*) passed=$((passed + 1)) ;;
    *)
        failed=$((failed + 1))
        echo "FAIL: $name is in the manual page but not in the table" ;;
    esac
done

echo "$passed passed, $failed failed"
[ "$passed" -gt 20 ] && [ "$failed" = 0 ]
