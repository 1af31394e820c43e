/*
 * Strings in the making.
 */
#include "languages/lua/builder.h"
#include "languages/lua/lua.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 512 };

void lua_builder_text(esp_builder *b, const char *s)
{
    esp_builder_add(b, s, strlen(s));
}

void lua_builder_printf(esp_builder *b, const char *format, ...)
{
    va_list args;
    char *to = esp_builder_room(b, LONGEST);
    int n;

    if (!to)
        return;
    va_start(args, format);
    n = vsnprintf(to, LONGEST, format, args);
    va_end(args);
    if (n > 0 && n < LONGEST)
        b->length += (size_t)n;
}

bool lua_builder_value(esp_builder *b, esp_value v)
{
    char room[LUA_NUMBER_TEXT];
    size_t n;
    const char *bytes = lua_to_bytes(v, &n, room);

    if (bytes)
        esp_builder_add(b, bytes, n);
    return bytes != NULL;
}

esp_value lua_builder_result(esp_builder *b)
{
    esp_string *s = esp_builder_end(b);

    return s ? lua_pointer(s, LUA_STRING) : esp_abrupt(ESP_THROW);
}
