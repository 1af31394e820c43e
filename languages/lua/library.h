/*
 * library.h: what files of the library have of each other.
 */
#ifndef LUA_LIBRARY_H
#define LUA_LIBRARY_H

#include "languages/lua/builtin.h"

/* ---- lib_format.c, lib_pack.c: of string ---- */
lua_builtin lua_string_format, lua_string_pack, lua_string_packsize,
            lua_string_unpack;

/* ---- lib_dump.c: of string, and for load ---- */
lua_builtin lua_string_dump;
/* The function in what string.dump made; chunk is its name for errors.  NULL:
 * one was thrown. */
lua_function *lua_undump(lua_state *lua, const char *s, size_t n,
                         const char *chunk, esp_value env);

/* ---- lib_coroutine.c ---- */
typedef struct lua_thread lua_thread;

/* What runs; NULL: no memory, an error was thrown. */
lua_thread *lua_thread_running(lua_state *lua);
lua_thread *lua_thread_main(lua_state *lua);
/* NULL: it is the main thread. */
esp_coroutine *lua_thread_coroutine(const lua_thread *t);

/* ---- lib_os.c ---- */
/* true; or nil, a message with the path (NULL: without) and errno. */
esp_value lua_file_result(lua_state *lua, bool ok, const char *path);
esp_value lua_exit_result(lua_state *lua, int status);

/* ---- lib_gc.c ---- */
/* No __gc runs any more. */
void lua_gc_end(lua_state *lua);
/* The context is about to close: what is left runs its __gc. */
void lua_gc_close(lua_state *lua);

#endif
