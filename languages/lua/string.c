/*
 * Strings: immutable bytes in one piece, with a hash that is computed when it
 * is asked for.
 *
 * Names in the text of programs are symbols of the framework, which is what
 * shapes go by.  Each symbol has one string, shared by all who mention it, so
 * that most comparisons of strings compare two equal pointers.  A symbol that is
 * a key gets that string first: so a string that is no name stays none for as
 * long as no names are added.
 */
#include "languages/lua/builtin.h"

#include <stdarg.h>
#include <string.h>

/* ---- making ------------------------------------------------------------ */

lua_string *lua_string_make(lua_state *lua, const void *bytes, size_t n)
{
    lua_string *s = (lua_string *)esp_alloc_flat(lua->context,
                                                 sizeof *s + n + 1);

    if (!s)
        return NULL;
    s->length = n;
    s->hash = 0;
    s->nameless = 0;
    s->symbol = NULL;
    if (bytes && n)
        memcpy(s->bytes, bytes, n);
    s->bytes[n] = '\0';
    return s;
}

esp_value lua_string_new(lua_state *lua, const void *bytes, size_t n)
{
    lua_string *s = lua_string_make(lua, bytes, n);

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

bool lua_string_equal(const lua_string *a, const lua_string *b)
{
    if (a == b)
        return true;
    return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

int lua_string_compare(const lua_string *a, const lua_string *b)
{
    uint64_t n = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, n);

    if (order)
        return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

uint32_t lua_string_hash(lua_string *s)
{
    if (!s->hash)
        s->hash = lua_hash_of(esp_hash_bytes(s->bytes, s->length));
    return s->hash;
}

/* ---- names ------------------------------------------------------------- */

esp_symbol *lua_string_symbol(lua_state *lua, lua_string *s)
{
    esp_symbol *symbol = NULL;

    if (s->symbol || s->nameless == lua->nnames)
        return s->symbol;
    if (s->length <= lua->longest_name)
        symbol = esp_interned(lua->context, s->bytes, s->length);
    /* Others than names have symbols, too. */
    if (symbol && symbol->user)
        s->symbol = symbol;
    s->nameless = lua->nnames;
    return s->symbol;
}

/* NULL: no memory. */
static lua_string *add_name(lua_state *lua, esp_symbol *symbol)
{
    lua_string *s = lua_string_make(lua, symbol->bytes, symbol->length);

    if (!s)
        return NULL;
    if (lua->nnames == lua->cap_names) {
        uint32_t cap = lua->cap_names ? 2 * lua->cap_names : 256;
        lua_string **all = ESP_CONTEXT_ARRAY(lua->context, lua_string *, cap);

        if (!all)
            return NULL;
        if (lua->nnames)
            memcpy(all, lua->names, lua->nnames * sizeof *all);
        lua->names = all;
        lua->cap_names = cap;
    }
    s->hash = lua_hash_of(symbol->hash);
    s->symbol = symbol;
    if (s->length > lua->longest_name)
        lua->longest_name = s->length;
    lua->names[lua->nnames++] = s;
    symbol->user = lua->nnames;
    return s;
}

lua_string *lua_string_of_symbol(lua_state *lua, esp_symbol *symbol)
{
    return symbol->user ? lua->names[symbol->user - 1]
                        : add_name(lua, symbol);
}

lua_string *lua_name(lua_state *lua, const void *bytes, size_t n)
{
    esp_symbol *symbol = esp_intern(lua->context, bytes, n);

    return symbol ? lua_string_of_symbol(lua, symbol) : NULL;
}
