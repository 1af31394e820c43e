/*
 * string.format.
 *
 * A specification is checked against what Lua allows for its conversion, then
 * given to the C library.
 */
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    LONGEST_SPEC = 22,          /* behind the % */
    LONGEST_ITEM = 512          /* %99.99f of the largest float, and more */
};

typedef enum kind { CHAR, INTEGER, FLOAT, POINTER, STRING, QUOTED } kind;

/* Conversions: the flags that they may have, and whether a precision. */
static const struct conversion {
    char letter;
    kind kind;
    bool precision;
    const char *flags;
} conversions[] = {
    { 'c', CHAR,    false, "-" },    { 'd', INTEGER, true, "-+0 " },
    { 'i', INTEGER, true,  "-+0 " }, { 'u', INTEGER, true, "-0" },
    { 'o', INTEGER, true,  "-#0" },  { 'x', INTEGER, true, "-#0" },
    { 'X', INTEGER, true,  "-#0" },  { 'a', FLOAT,   true, "-+#0 " },
    { 'A', FLOAT,   true,  "-+#0 " },{ 'e', FLOAT,   true, "-+#0 " },
    { 'E', FLOAT,   true,  "-+#0 " },{ 'f', FLOAT,   true, "-+#0 " },
    { 'g', FLOAT,   true,  "-+#0 " },{ 'G', FLOAT,   true, "-+#0 " },
    { 'p', POINTER, false, "-" },    { 's', STRING,  true, "-" },
    { 'q', QUOTED,  false, "" },
};

typedef struct spec {
    const struct conversion *conversion;
    size_t length;              /* of the text, the letter included */
    char text[LONGEST_SPEC + 8];        /* with the %, and what C wants */
} spec;

typedef struct format {
    lua_state *lua;
    const esp_value *args;
    uint64_t n;
    uint32_t arg;               /* the one that is due */
    esp_builder out;
} format;

/* ---- specifications ---------------------------------------------------- */

static const char *two_digits(const char *s)
{
    for (int i = 0; i < 2 && isdigit((unsigned char)*s); i++)
        s++;
    return s;
}

static bool is_allowed(const struct conversion *c, const char *s)
{
    s += strspn(s, c->flags);
    if (*s != '0') {
        s = two_digits(s);
        if (*s == '.' && c->precision)
            s = two_digits(s + 1);
    }
    return isalpha((unsigned char)*s);
}

static const struct conversion *find_conversion(char letter)
{
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
        if (conversions[i].letter == letter)
            return &conversions[i];
    return NULL;
}

/* What stands at s, behind a %.  nil, or ESP_THROW. */
static esp_value read_spec(lua_state *lua, const char *s, spec *to)
{
    size_t n = strspn(s, "-+ #0123456789.");

    if (n >= LONGEST_SPEC)
        return lua_error(lua, "invalid format (too long)");
    to->length = n + (s[n] != '\0');
    to->text[0] = '%';
    memcpy(to->text + 1, s, to->length);
    to->text[to->length + 1] = '\0';
    to->conversion = s[n] ? find_conversion(s[n]) : NULL;
    if (!to->conversion)
        return lua_error(lua, "invalid conversion '%s' to 'format'",
                         to->text);
    if (to->conversion->kind == QUOTED && n)
        return lua_error(lua, "specifier '%%q' cannot have modifiers");
    if (!is_allowed(to->conversion, to->text + 1))
        return lua_error(lua, "invalid conversion specification: '%s'",
                         to->text);
    return lua_nil();
}

/* "%5d" => "%5lld" */
static const char *wide(spec *s)
{
    size_t n = s->length;

    memcpy(s->text + n, (char[]){ 'l', 'l', s->conversion->letter, '\0' }, 4);
    return s->text;
}

/* ---- %q ---------------------------------------------------------------- */

static void quote_string(esp_builder *b, const char *s, size_t n)
{
    esp_builder_char(b, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool digit = i + 1 < n && isdigit((unsigned char)s[i + 1]);

        if (c == '"' || c == '\\' || c == '\n') {
            esp_builder_char(b, '\\');
            esp_builder_char(b, (char)c);
        } else if (c == '\0' || iscntrl(c)) {
            lua_builder_printf(b, digit ? "\\%03d" : "\\%d", c);
        } else {
            esp_builder_char(b, (char)c);
        }
    }
    esp_builder_char(b, '"');
}

/* As text that reads back as the same number. */
static void quote_number(esp_builder *b, esp_value v)
{
    if (v.tag == LUA_INT)
        lua_builder_printf(b, v.as.i == INT64_MIN ? "0x%llx" : "%lld",
                      (long long)v.as.i);
    else if (isnan(v.as.d))
        lua_builder_text(b, "(0/0)");
    else if (isinf(v.as.d))
        lua_builder_text(b, v.as.d > 0 ? "1e9999" : "-1e9999");
    else
        lua_builder_printf(b, "%a", v.as.d);
}

static esp_value format_quoted(format *f, esp_value v)
{
    switch (v.tag) {
    case LUA_STRING:
        quote_string(&f->out, lua_bytes(lua_string_of(v)),
                     lua_length(lua_string_of(v)));
        break;
    case LUA_INT:
    case LUA_FLOAT:
        quote_number(&f->out, v);
        break;
    case LUA_NIL:
        lua_builder_text(&f->out, "nil");
        break;
    case LUA_BOOLEAN:
        lua_builder_text(&f->out, v.as.i ? "true" : "false");
        break;
    default:
        return lua_arg_error(f->lua, f->arg, "value has no literal form");
    }
    return lua_nil();
}

/* ---- the others -------------------------------------------------------- */

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void format_item(format *f, size_t room, const char *text, ...)
{
    char *to = esp_builder_room(&f->out, room);
    va_list args;
    int n;

    if (!to)
        return;
    va_start(args, text);
    n = vsnprintf(to, room, text, args);
    va_end(args);
    if (n > 0)
        f->out.length += (size_t)n < room ? (size_t)n : room - 1;
}

#pragma GCC diagnostic pop

static esp_value format_string(format *f, const spec *s, esp_value v)
{
    const char *text;
    size_t n;

    v = ESP_TRY(lua_tostring(f->lua, v));
    n = lua_length(lua_string_of(v));
    text = esp_string_c(f->lua->context, lua_string_of(v));
    if (!text)
        return esp_abrupt(ESP_THROW);
    if (s->length > 1 && strlen(text) != n)
        return lua_arg_error(f->lua, f->arg, "string contains zeros");
    if (s->length == 1 || (n >= 100 && !strchr(s->text, '.')))
        esp_builder_add(&f->out, text, n);
    else
        format_item(f, n + LONGEST_ITEM, s->text, text);
    return lua_nil();
}

/* Equal short strings have one address for programs: that of the name with
 * their text. */
static const void *address_of(lua_state *lua, esp_value v)
{
    enum { LONGEST_SHORT = 40 };
    const esp_string *s = lua_string_of(v);

    if (v.tag != LUA_STRING || lua_length(s) > LONGEST_SHORT)
        return v.as.p;
    return lua_name(lua, lua_bytes(s), lua_length(s));
}

static void format_pointer(format *f, spec *s, esp_value v)
{
    const void *address = v.tag >= LUA_STRING ? address_of(f->lua, v) : NULL;

    if (address) {
        format_item(f, LONGEST_ITEM, s->text, address);
        return;
    }
    s->text[s->length] = 's';
    format_item(f, LONGEST_ITEM, s->text, "(null)");
}

static esp_value format_one(format *f, spec *s)
{
    lua_state *lua = f->lua;
    const esp_value *args = f->args;
    uint64_t n = f->n;
    uint32_t i = f->arg;

    switch (s->conversion->kind) {
    case CHAR:
        format_item(f, LONGEST_ITEM, s->text, (int)LUA_ARG_INT(i));
        break;
    case INTEGER: {
        long long value = LUA_ARG_INT(i);

        format_item(f, LONGEST_ITEM, wide(s), value);
        break;
    }
    case FLOAT:
        format_item(f, LONGEST_ITEM, s->text, LUA_ARG_FLOAT(i));
        break;
    case POINTER:
        format_pointer(f, s, args[i]);
        break;
    case STRING:
        return format_string(f, s, args[i]);
    case QUOTED:
        return format_quoted(f, args[i]);
    }
    return lua_nil();
}

/* What is written most, %s of a string and %d of an integer, needs no C library.
 * False: it is something else. */
static bool format_plainly(format *f, char letter)
{
    esp_value v = f->args[f->arg];

    return ((letter == 's' && v.tag == LUA_STRING) ||
            (letter == 'd' && v.tag == LUA_INT)) &&
           lua_builder_value(&f->out, v);
}

esp_value lua_string_format(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *s = LUA_ARG_TEXT(0), *percent;
    const char *end = s + lua_length(LUA_ARG_STRING(0));
    format f = { .lua = lua, .args = args, .n = n };
    spec one;

    esp_builder_begin(&f.out, lua->context);
    while ((percent = (const char *)memchr(s, '%', (size_t)(end - s)))) {
        esp_builder_add(&f.out, s, (size_t)(percent - s));
        s = percent + 1;
        if (*s == '%') {
            esp_builder_char(&f.out, *s++);
            continue;
        }
        if (++f.arg >= n)
            return lua_arg_error(lua, f.arg, "no value");
        if (format_plainly(&f, *s)) {
            s++;
            continue;
        }
        ESP_TRY(read_spec(lua, s, &one));
        s += one.length;
        ESP_TRY(format_one(&f, &one));
    }
    esp_builder_add(&f.out, s, (size_t)(end - s));
    return lua_builder_result(&f.out);
}
