/*
 * utf8: code points in strings.
 */
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <string.h>

enum { UNICODE_MAX = 0x10ffff, LAX_MAX = 0x7fffffff, LONGEST = 6 };

/* ---- one code point ---------------------------------------------------- */

ESP_INLINE bool continues(const char *s)
{
    return (*s & 0xc0) == 0x80;
}

static size_t encode(uint32_t c, char to[LONGEST])
{
    char reversed[LONGEST];
    uint32_t first = 0x3f;      /* the largest that the first byte holds */
    size_t n = 0;

    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    do {
        reversed[n++] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
        first >>= 1;
    } while (c > first);
    reversed[n++] = (char)((~first << 1) | c);
    for (size_t i = 0; i < n; i++)
        to[i] = reversed[n - 1 - i];
    return n;
}

/* Behind the code point at s, which a zero byte follows sometime; NULL: there
 * is none. */
static const char *decode(const char *s, uint32_t *to, bool strict)
{
    static const uint32_t least[LONGEST + 1] = {
        0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000
    };
    unsigned char c = (unsigned char)*s;
    size_t n = c < 0x80 ? 1 : c < 0xc0 || c >= 0xfe ? 0
               : (size_t)__builtin_clz(~((uint32_t)c << 24));
    uint32_t v = n == 1 ? c : n ? c & (0x7fu >> n) : 0;

    if (!n)
        return NULL;
    for (size_t i = 1; i < n; i++) {
        if (!continues(s + i))
            return NULL;
        v = v << 6 | (s[i] & 0x3f);
    }
    if (v < least[n] ||
        (strict && (v > UNICODE_MAX || (v >= 0xd800 && v <= 0xdfff))))
        return NULL;
    *to = v;
    return s + n;
}

static esp_value invalid(lua_state *lua)
{
    return lua_error(lua, "invalid UTF-8 code");
}

/* Negative positions count from the end; 0: before the start. */
static int64_t position(int64_t i, uint64_t length)
{
    if (i >= 0)
        return i;
    return (uint64_t)-i > length ? 0 : (int64_t)length + i + 1;
}

/* ---- functions --------------------------------------------------------- */

static esp_value utf8_char(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_builder b;
    char bytes[LONGEST];

    esp_builder_begin(&b, lua->context);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t c = (uint64_t)LUA_ARG_INT(i);

        if (c > LAX_MAX)
            return lua_arg_error(lua, i, "value out of range");
        esp_builder_add(&b, bytes, encode((uint32_t)c, bytes));
    }
    return lua_builder_result(&b);
}

static esp_value utf8_codepoint(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    const char *text = LUA_ARG_TEXT(0);
    uint64_t length = lua_length(LUA_ARG_STRING(0)), count = 0;
    int64_t from = position(LUA_OPT_INT(1, 1), length);
    int64_t to = position(LUA_OPT_INT(2, from), length);
    bool strict = !lua_is_true(lua_arg(args, n, 3));
    const char *s, *end;
    esp_value *results;

    if (from < 1)
        return lua_arg_error(lua, 1, "out of bounds");
    if (to > (int64_t)length)
        return lua_arg_error(lua, 2, "out of bounds");
    if (from > to)
        return lua_none();
    if (to - from >= LUA_MOST_RESULTS)
        return lua_error(lua, "stack overflow (string slice too long)");
    end = text + to;
    results = lua_results(lua, (uint64_t)(to - from + 1));
    if (!results)
        return esp_abrupt(ESP_THROW);
    for (s = text + from - 1; s < end;) {
        uint32_t c;

        s = decode(s, &c, strict);
        if (!s)
            return invalid(lua);
        results[count++] = lua_int(c);
    }
    return count == 1 ? results[0] : lua_return(lua, count, results);
}

static esp_value utf8_len(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *text = LUA_ARG_TEXT(0);
    uint64_t length = lua_length(LUA_ARG_STRING(0));
    int64_t from = position(LUA_OPT_INT(1, 1), length) - 1, count = 0;
    int64_t to = position(LUA_OPT_INT(2, -1), length) - 1;
    bool strict = !lua_is_true(lua_arg(args, n, 3));

    if (from < 0 || from > (int64_t)length)
        return lua_arg_error(lua, 1, "initial position out of bounds");
    if (to >= (int64_t)length)
        return lua_arg_error(lua, 2, "final position out of bounds");
    for (; from <= to; count++) {
        uint32_t c;
        const char *next = decode(text + from, &c, strict);

        if (!next)
            return lua_two(lua, lua_nil(), lua_int(from + 1));
        from = next - text;
    }
    return lua_int(count);
}

/* Where the n-th code point from i on begins. */
static esp_value utf8_offset(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *s = LUA_ARG_TEXT(0);
    int64_t length = (int64_t)lua_length(LUA_ARG_STRING(0));
    int64_t steps = LUA_ARG_INT(1);
    int64_t i = position(LUA_OPT_INT(2, steps < 0 ? length + 1 : 1),
                         (uint64_t)length) - 1;

    if (i < 0 || i > length)
        return lua_arg_error(lua, 2, "position out of bounds");
    if (steps == 0) {
        while (i > 0 && continues(s + i))
            i--;
        return lua_int(i + 1);
    }
    if (continues(s + i))
        return lua_error(lua, "initial position is a continuation byte");
    for (; steps < 0 && i > 0; steps++)
        do
            i--;
        while (i > 0 && continues(s + i));
    for (steps -= steps > 0; steps > 0 && i < length; steps--)
        do
            i++;
        while (continues(s + i));
    return steps ? lua_nil() : lua_int(i + 1);
}

static esp_value next_code(lua_state *lua, const esp_value *args, uint64_t n,
                           bool strict)
{
    const char *s = LUA_ARG_TEXT(0), *next;
    uint64_t i = (uint64_t)LUA_ARG_INT(1);
    uint64_t length = lua_length(LUA_ARG_STRING(0));
    uint32_t c;

    if (i < length)
        while (continues(s + i))
            i++;
    if (i >= length)
        return lua_none();
    next = decode(s + i, &c, strict);
    if (!next)
        return invalid(lua);
    return lua_two(lua, lua_int((int64_t)i + 1), lua_int(c));
}

static esp_value codes_strict(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    return next_code(lua, args, n, true);
}

static esp_value codes_lax(lua_state *lua, const esp_value *args, uint64_t n)
{
    return next_code(lua, args, n, false);
}

static esp_value utf8_codes(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *text = LUA_ARG_STRING(0);
    bool lax = lua_is_true(lua_arg(args, n, 1));
    lua_function *f;

    f = lua_builtin_new(lua, NULL, lax ? codes_lax : codes_strict, NULL, 0);
    if (!f)
        return esp_abrupt(ESP_THROW);
    return lua_three(lua, lua_pointer(f, LUA_FUNCTION),
                     lua_pointer(text, LUA_STRING), lua_int(0));
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "char", utf8_char, 0 },
    { "codepoint", utf8_codepoint, 0 },
    { "codes", utf8_codes, 0 },
    { "len", utf8_len, 0 },
    { "offset", utf8_offset, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_utf8(lua_state *lua)
{
    static const char pattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";
    lua_table *utf8 = lua_library(lua, "utf8", entries);
    esp_value v = lua_string_new(lua, pattern, sizeof pattern - 1);

    return utf8 && !esp_is_abrupt(v) &&
           lua_table_put_text(lua, utf8, "charpattern", v);
}
