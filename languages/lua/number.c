/*
 * Numbers as text and text as numbers, and conversions between integers,
 * floats and strings.
 */
#include "languages/lua/lua.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- to text ----------------------------------------------------------- */

static size_t int_text(int64_t i, char *to)
{
    char digits[24];
    size_t n = 0, at = 0;
    uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;

    do
        digits[n++] = (char)('0' + u % 10);
    while (u /= 10);
    if (i < 0)
        to[at++] = '-';
    while (n)
        to[at++] = digits[--n];
    to[at] = '\0';
    return at;
}

size_t lua_number_text(esp_value v, char to[LUA_NUMBER_TEXT])
{
    size_t n;

    if (v.tag == LUA_INT)
        return int_text(v.as.i, to);
    n = (size_t)snprintf(to, LUA_NUMBER_TEXT, "%.14g", v.as.d);
    if (to[strspn(to, "-0123456789")] == '\0') {
        to[n++] = '.';
        to[n++] = '0';
        to[n] = '\0';
    }
    return n;
}

/* ---- from text --------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* What is between the white space. */
typedef struct numeral {
    const char *s, *end;
    bool negative;
} numeral;

static numeral trim(const char *s, size_t n)
{
    numeral t = { s, s + n, false };

    while (t.s < t.end && is_space(*t.s))
        t.s++;
    while (t.s < t.end && is_space(t.end[-1]))
        t.end--;
    if (t.s < t.end && (*t.s == '-' || *t.s == '+'))
        t.negative = *t.s++ == '-';
    return t;
}

/* Decimal digits only, and it fits. */
static bool decimal_int(numeral t, esp_value *to)
{
    uint64_t u = 0, most = (uint64_t)INT64_MAX + t.negative;

    if (t.s == t.end)
        return false;
    for (; t.s < t.end; t.s++) {
        int d = digit_of(*t.s);

        if (d > 9 || u > (most - (uint64_t)d) / 10)
            return false;
        u = u * 10 + (uint64_t)d;
    }
    *to = lua_int((int64_t)(t.negative ? -u : u));
    return true;
}

/* Exponent behind a `p` or so: an optional sign and digits. */
static bool exponent(const char **s, const char *end, int64_t *to)
{
    bool negative = false;
    int64_t e = 0;

    if (*s < end && (**s == '-' || **s == '+'))
        negative = *(*s)++ == '-';
    if (*s == end || digit_of(**s) > 9)
        return false;
    for (; *s < end && digit_of(**s) <= 9; (*s)++)
        if (e < 1000000)
            e = e * 10 + digit_of(**s);
    *to = negative ? -e : e;
    return true;
}

/* Behind 0x.  Integers wrap around; floats keep their first 60 bits or so,
 * and a bit for what is lost. */
static bool hexadecimal(numeral t, esp_value *to)
{
    uint64_t whole = 0, mantissa = 0;
    int64_t scale = 0, e = 0;
    bool any = false, is_float = false, point = false;

    for (; t.s < t.end; t.s++) {
        int d = digit_of(*t.s);

        if (*t.s == '.' && !point) {
            point = is_float = true;
            continue;
        }
        if (d > 15)
            break;
        any = true;
        whole = whole * 16 + (uint64_t)d;
        if (mantissa >> 58) {
            mantissa |= d != 0;
            scale += point ? 0 : 4;
        } else {
            mantissa = mantissa * 16 + (uint64_t)d;
            scale -= point ? 4 : 0;
        }
    }
    if (!any)
        return false;
    if (t.s < t.end && (*t.s | 0x20) == 'p') {
        is_float = true;
        t.s++;
        if (!exponent(&t.s, t.end, &e))
            return false;
    }
    if (t.s != t.end)
        return false;
    if (!is_float) {
        *to = lua_int((int64_t)(t.negative ? -whole : whole));
    } else {
        double d = ldexp((double)mantissa, (int)(scale + e));
        *to = lua_float(t.negative ? -d : d);
    }
    return true;
}

/* Only what the C library would read as a decimal number, and no "inf". */
static bool decimal_float(numeral t, esp_value *to)
{
    char few[64], *copy = few, *end;
    size_t n = (size_t)(t.end - t.s);
    double d;
    bool ok;

    for (const char *s = t.s; s < t.end; s++)
        if (digit_of(*s) > 9 && !strchr(".eE+-", *s))
            return false;
    if (n == 0)
        return false;
    if (n >= sizeof few && !(copy = (char *)malloc(n + 1)))
        return false;
    memcpy(copy, t.s, n);
    copy[n] = '\0';
    d = strtod(copy, &end);
    ok = end == copy + n && *copy != '+' && *copy != '-';
    if (copy != few)
        free(copy);
    *to = lua_float(t.negative ? -d : d);
    return ok;
}

bool lua_text_number(const char *s, size_t n, esp_value *to)
{
    numeral t = trim(s, n);

    if (t.end - t.s > 1 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x') {
        t.s += 2;
        return hexadecimal(t, to);
    }
    return decimal_int(t, to) || decimal_float(t, to);
}

/* ---- conversions ------------------------------------------------------- */

bool lua_to_number(esp_value v, esp_value *to)
{
    const esp_string *s;

    if (lua_is_number(v)) {
        *to = v;
        return true;
    }
    if (v.tag != LUA_STRING)
        return false;
    s = lua_string_of(v);
    return lua_text_number(lua_bytes(s), lua_length(s), to);
}

bool lua_float_to_int(double d, int64_t *to)
{
    if (!(d >= -0x1p63 && d < 0x1p63) || d != floor(d))
        return false;
    *to = (int64_t)d;
    return true;
}

bool lua_to_int(esp_value v, int64_t *to)
{
    if (!lua_to_number(v, &v))
        return false;
    if (v.tag == LUA_FLOAT)
        return lua_float_to_int(v.as.d, to);
    *to = v.as.i;
    return true;
}

bool lua_to_float(esp_value v, double *to)
{
    if (!lua_to_number(v, &v))
        return false;
    *to = v.tag == LUA_INT ? (double)v.as.i : v.as.d;
    return true;
}

const char *lua_to_bytes(esp_value v, size_t *n, char room[LUA_NUMBER_TEXT])
{
    if (v.tag == LUA_STRING) {
        *n = lua_length(lua_string_of(v));
        return lua_bytes(lua_string_of(v));
    }
    if (!lua_is_number(v))
        return NULL;
    *n = lua_number_text(v, room);
    return room;
}
