/*
 * base.h: what other files need of the base library.
 */
#ifndef LUA_BASE_H
#define LUA_BASE_H

#include "languages/lua/builtin.h"

lua_builtin lua_base_next, lua_base_inext;

/* Around a call whose errors are caught: which handler sees them first. */
typedef struct lua_protection {
    esp_value handler;
    uint32_t handling, depth, catchers;
    void (*on_error)(lua_state *lua, esp_value v);
} lua_protection;

void lua_protect(lua_state *lua, lua_protection *p, esp_value handler);
void lua_unprotect(lua_state *lua, const lua_protection *p);

/* A function; or nil and a message.  Path NULL: the standard input. */
esp_value lua_load_file(lua_state *lua, const char *path,
                        const char *mode, esp_value env);

/* Skips a mark of UTF-8 and a first line that begins with #, up to its end. */
void lua_skip_shebang(const char **text, size_t *n);

#endif
