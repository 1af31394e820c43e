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
for word in $(sed -n 's/^CHOICE(\(trace\|stress\|compile\), *\([a-z]*\),.*/\2/p' \
    "$table"); do
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
