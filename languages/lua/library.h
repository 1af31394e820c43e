/*
 * library.h: what files of the library have of each other.
 */
#ifndef LUA_LIBRARY_H
#define LUA_LIBRARY_H

#include "languages/lua/builtin.h"

/* ---- lib_format.c, lib_pack.c: of string ---- */
lua_builtin lua_string_format, lua_string_pack, lua_string_packsize,
            lua_string_unpack;

#endif
