/*
 * builder.h: what Lua adds to the framework's strings in the making.
 *
 * Their memory belongs to the collector, so a builtin that leaves early, or a
 * coroutine that is given up, has nothing to free.
 */
#ifndef LUA_BUILDER_H
#define LUA_BUILDER_H

#include "languages/lua/value.h"

void lua_builder_text(esp_builder *b, const char *s);
/* At most 511 bytes. */
void lua_builder_printf(esp_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A string or a number.  False: it is neither. */
bool lua_builder_value(esp_builder *b, esp_value v);

/* The string, or ESP_THROW. */
esp_value lua_builder_result(esp_builder *b);

#endif
