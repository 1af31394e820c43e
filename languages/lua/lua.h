/*
 * lua.h: the state of a Lua program, and its nodes.
 *
 *   lex.c parse.c               text to a syntax tree; names to variables
 *   build.c                     syntax tree to nodes; variables to slots
 *   node_*.c                    what the nodes do
 *   value.h                     values, and the files about them
 *   builtin.h lib_*.c           the library
 *   lua.c                       the language as the launcher sees it
 */
#ifndef LUA_H
#define LUA_H

#include "languages/lua/value.h"

#include <stdio.h>

/* ---- the state --------------------------------------------------------- */

enum {
    LUA_FEW_RESULTS = 64,
    LUA_MOST_RESULTS = 1000000, /* of a builtin that may have any number */
    LUA_CALL_DEPTH = 190        /* of C functions that call each other */
};

struct lua_state {
    ESP_FINAL esp_context *context;
    ESP_FINAL esp_shape *table_shape;   /* of an empty table */
    ESP_FINAL lua_table *globals;
    lua_table *loaded;                  /* package.loaded */
    lua_table *registry;                /* for libraries */
    lua_table *type_metatables[LUA_TYPES];
    esp_symbol *meta_names[LUA_METAS];
    esp_string *type_names[LUA_TYPES];
    ESP_FINAL lua_function *next, *inext;   /* of pairs and ipairs */
    ESP_FINAL lua_function *setmetatable;
    esp_layout *builtin_layout;
    /* Results of the call that has just returned, if they are not one: up to
     * LUA_FEW_RESULTS in `few`, more in `many`. */
    esp_value few[LUA_FEW_RESULTS];
    esp_value *many;
    uint64_t cap_many;
    esp_value handler;                  /* xpcall's, or nil */
    uint32_t handling;                  /* handlers that are running */
    uint32_t catchers;                  /* calls in this thread that catch */
    char *tail_limit;                   /* C stack: tail calls below this leave
                                         * their caller first */
    esp_value thread;                   /* the running coroutine, or nil */
    uint32_t nnames : 29;               /* as esp_string.user */
    uint64_t longest_name;              /* bytes: longer strings are none */
    uint32_t nopened;                   /* tables that got cells, field.c */
    void *made;                         /* builtins made at run time */
    uint32_t depth;                     /* of C functions that call guests */
    /* Sees each error where it is thrown, if no handler does; or NULL. */
    void (*on_error)(lua_state *lua, esp_value v);
    /* A coroutine in which nobody catches v ends; what to return instead. */
    esp_value (*on_failure)(lua_state *lua, esp_value v);
    /* A table got this metatable: __gc, __mode; or NULL. */
    void (*on_metatable)(lua_state *lua, lua_table *t, lua_table *mt);
    /* A target was made; or NULL. */
    void (*on_target)(esp_target *t);
    bool hooks;                         /* some thread has one */
    const char *program;                /* in front of errors nobody caught;
                                         * or NULL */
    esp_string *no_memory;              /* made while there was some */
    esp_value trace;                    /* of the last error nobody caught */
    bool warnings, in_coroutine;
    void *library[8];                   /* what library files keep: by */
    FILE *out;                          /* LUA_STATE_... */
};

/* Who keeps what in state->library. */
enum { LUA_STATE_MATH, LUA_STATE_IO, LUA_STATE_COROUTINE, LUA_STATE_DEBUG,
       LUA_STATE_GC, LUA_STATE_PACKAGE, LUA_STATE_HOOK };

ESP_INLINE lua_state *lua_of(esp_context *context)
{
    return (lua_state *)context->language;
}

/* Where the n results are that a LUA_MULTI speaks of. */
ESP_INLINE const esp_value *lua_buffer(lua_state *lua, uint64_t n)
{
    return n <= LUA_FEW_RESULTS ? lua->few : lua->many;
}

/* The value of a call where one is wanted. */
ESP_INLINE esp_value lua_first(lua_state *lua, esp_value v)
{
    if (v.tag != LUA_MULTI)
        return v;
    return v.as.i ? *lua_buffer(lua, (uint64_t)v.as.i) : lua_nil();
}

/* A name in a program's text, or of ours.  NULL: no memory. */
esp_symbol *lua_name(lua_state *lua, const void *bytes, size_t n);

/* Counts the stack anew from where the caller is: after a switch of stacks. */
void lua_set_tail_limit(lua_state *lua);

/* Every library file has one of these; lua.c calls them. */
#define LIBRARY(name) bool lua_open_##name(lua_state *lua);
#include "languages/lua/libraries.def"
#undef LIBRARY

#endif
