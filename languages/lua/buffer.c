/*
 * Strings in the making.
 */
#include "languages/lua/buffer.h"
#include "languages/lua/lua.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buffer_init(lua_text_buffer *b, lua_state *lua)
{
    b->lua = lua;
    b->at = b->room;
    b->n = 0;
    b->cap = sizeof b->room;
    b->failed = false;
}

static bool grow(lua_text_buffer *b, size_t n)
{
    size_t cap = 2 * b->cap > b->n + n ? 2 * b->cap : b->n + n;
    char *larger;

    if (b->failed)
        return false;
    larger = (char *)esp_alloc_flat(b->lua->context,
                                    n > SIZE_MAX / 4 ? SIZE_MAX / 4 : cap);
    if (!larger) {
        b->failed = true;
        return false;
    }
    memcpy(larger, b->at, b->n);
    b->at = larger;
    b->cap = cap;
    return true;
}

char *buffer_reserve(lua_text_buffer *b, size_t n)
{
    if (n > b->cap - b->n && !grow(b, n))
        return NULL;
    return b->at + b->n;
}

void buffer_add(lua_text_buffer *b, const void *bytes, size_t n)
{
    char *to = buffer_reserve(b, n);

    if (!to || !n)
        return;
    memcpy(to, bytes, n);
    b->n += n;
}

void buffer_char(lua_text_buffer *b, char c)
{
    char *to = buffer_reserve(b, 1);

    if (!to)
        return;
    *to = c;
    b->n++;
}

void buffer_text(lua_text_buffer *b, const char *s)
{
    buffer_add(b, s, strlen(s));
}

void buffer_printf(lua_text_buffer *b, const char *format, ...)
{
    va_list args;
    char *to = buffer_reserve(b, BUFFER_ROOM);
    int n;

    if (!to)
        return;
    va_start(args, format);
    n = vsnprintf(to, b->cap - b->n, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < b->cap - b->n)
        b->n += (size_t)n;
}

bool buffer_value(lua_text_buffer *b, esp_value v)
{
    char room[LUA_NUMBER_TEXT];
    size_t n;
    const char *bytes = lua_to_bytes(v, &n, room);

    if (bytes)
        buffer_add(b, bytes, n);
    return bytes != NULL;
}

esp_value buffer_result(lua_text_buffer *b)
{
    if (b->failed)
        return esp_abrupt(ESP_THROW);
    return lua_string_new(b->lua, b->at, b->n);
}
