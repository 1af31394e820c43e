/*
 * build.h: from a program's text to a function.
 */
#ifndef LUA_BUILD_H
#define LUA_BUILD_H

#include "languages/lua/builtin.h"

/* Compiles a chunk; `chunk` is its name as load has it ("@file", "=name", or
 * the text itself), env the value of _ENV.  NULL: an error was thrown. */
lua_function *lua_compile(lua_state *lua, const char *text, size_t n,
                          const char *chunk, esp_value env);

#endif
