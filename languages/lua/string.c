/*
 * Strings are the framework's; their bytes are always in one piece.
 *
 * Names in the text of programs are symbols, which is what shapes go by.  A
 * string that has the bytes of a symbol is that name when it is a key, even if
 * the program has put it together: so a string that is no name stays none for
 * as long as no names are added.
 */
#include "languages/lua/builtin.h"
#include "languages/lua/nodes.h"

#include <stdarg.h>
#include <string.h>

/* ---- making ------------------------------------------------------------ */

esp_string *lua_string_make(lua_state *lua, const void *bytes, size_t n)
{
    esp_string *s;
    char *to;

    if (n > ESP_LONGEST_STRING) {
        lua_error_at(lua, NULL, "resulting string too large");
        return NULL;
    }
    s = esp_string_room(lua->context, n, &to);
    if (s && bytes && n)
        memcpy(to, bytes, n);
    return s;
}

esp_value lua_string_new(lua_state *lua, const void *bytes, size_t n)
{
    esp_string *s = lua_string_make(lua, bytes, n);

    return s ? lua_pointer(s, LUA_STRING) : esp_abrupt(ESP_THROW);
}

esp_value lua_text(lua_state *lua, const char *s)
{
    return lua_string_new(lua, s, strlen(s));
}

esp_value lua_textf(lua_state *lua, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lua_text(lua, text);
}

/* ---- comparing --------------------------------------------------------- */

bool lua_string_equal(const esp_string *a, const esp_string *b)
{
    if (a == b)
        return true;
    return a->length == b->length &&
           !memcmp(lua_bytes(a), lua_bytes(b), a->length);
}

int lua_string_compare(const esp_string *a, const esp_string *b)
{
    uint64_t n = a->length < b->length ? a->length : b->length;
    int order = memcmp(lua_bytes(a), lua_bytes(b), n);

    if (order)
        return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

uint64_t lua_string_hash(esp_string *s)
{
    if (!s->hash)
        s->hash = esp_hash_bytes(lua_bytes(s), s->length);
    return s->hash;
}

/* ---- names ------------------------------------------------------------- */

/* s->user of a symbol: is it a name?  Of others: it is none of the first so
 * many names. */
esp_symbol *lua_string_name(lua_state *lua, esp_string *s)
{
    esp_symbol *symbol = NULL;

    if (s->form == ESP_STRING_SYMBOL)
        return s;
    if (s->user == lua->nnames)
        return NULL;
    if (s->length <= lua->longest_name)
        symbol = esp_string_interned(lua->context, s);
    /* Others than names have symbols, too. */
    if (symbol && symbol->user)
        return symbol;
    s->user = lua->nnames;
    return NULL;
}

esp_value lua_name_value(lua_state *lua, esp_symbol *symbol)
{
    if (!symbol->user) {
        symbol->user = 1;
        lua->nnames++;
        if (symbol->length > lua->longest_name)
            lua->longest_name = symbol->length;
    }
    return lua_pointer(symbol, LUA_STRING);
}

esp_symbol *lua_name(lua_state *lua, const void *bytes, size_t n)
{
    esp_symbol *symbol = esp_intern(lua->context, bytes, n);

    if (symbol)
        lua_name_value(lua, symbol);
    return symbol;
}
