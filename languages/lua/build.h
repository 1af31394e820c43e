/*
 * build.h: from a program's text to a function.
 */
#ifndef LUA_BUILD_H
#define LUA_BUILD_H

#include "languages/lua/builtin.h"

/* A chunk, and which function of it is wanted. */
typedef struct lua_chunk {
    const char *text;
    size_t n;
    const char *name;           /* as load has it ("@file", "=name", or the
                                 * text itself) */
    esp_value env;              /* of the first captured variable */
    uint32_t function;          /* proto->number; 0: the chunk */
    bool stripped;              /* without names and lines */
} lua_chunk;

/* NULL: an error was thrown. */
lua_function *lua_compile_part(lua_state *lua, const lua_chunk *chunk);

/* Compiles a chunk; `chunk` is its name as load has it ("@file", "=name", or
 * the text itself), env the value of _ENV.  NULL: an error was thrown. */
lua_function *lua_compile(lua_state *lua, const char *text, size_t n,
                          const char *chunk, esp_value env);

#endif
