/*
 * buffer.h: a string in the making, for builtins.
 *
 * Its memory belongs to the collector, so a builtin that leaves early, or a
 * coroutine that is given up, has nothing to free.  What goes wrong is noticed
 * at the end: buffer_result is ESP_THROW then, and additions meanwhile do
 * nothing.
 */
#ifndef LUA_BUFFER_H
#define LUA_BUFFER_H

#include "languages/lua/value.h"

enum { BUFFER_ROOM = 512 };

typedef struct lua_text_buffer {
    lua_state *lua;
    char *at;                   /* `room`, or in the heap */
    size_t n, cap;
    bool failed;                /* an error was thrown */
    char room[BUFFER_ROOM];
} lua_text_buffer;

void buffer_init(lua_text_buffer *b, lua_state *lua);

/* Room for n more bytes behind the end; NULL: failed.  buffer_advance says how
 * many were used. */
char *buffer_reserve(lua_text_buffer *b, size_t n);
static inline void buffer_advance(lua_text_buffer *b, size_t n)
{
    b->n += n;
}

void buffer_add(lua_text_buffer *b, const void *bytes, size_t n);
void buffer_char(lua_text_buffer *b, char c);
void buffer_text(lua_text_buffer *b, const char *s);
void buffer_printf(lua_text_buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A string or a number.  False: it is neither. */
bool buffer_value(lua_text_buffer *b, esp_value v);

/* The string, or ESP_THROW. */
esp_value buffer_result(lua_text_buffer *b);

#endif
