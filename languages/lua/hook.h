/*
 * hook.h: debug.sethook.
 *
 * Trees have no hooks in them until a chunk is loaded whose text speaks of
 * sethook, or a program sets the first one.  Then nodes that look for hooks are
 * put around all statements, loop bodies and functions there are (which
 * discards their compiled code), and later around those of each function that
 * is built.  They stay: a program that has used hooks goes on with a test in
 * front of each statement.  A function that runs while they are put in gets
 * them when it is called again.
 *
 *     node_hook.c  these nodes           lib_hook.c  which hook, and calling it
 */
#ifndef LUA_HOOK_H
#define LUA_HOOK_H

#include "languages/lua/nodes.h"

/* Puts nodes into the tree of a target. */
void lua_hook_target(esp_target *t);
/* Into all there are and will be. */
void lua_hook_all(lua_state *lua);

enum { LUA_HOOK_CALL = 1, LUA_HOOK_RETURN = 2, LUA_HOOK_LINE = 4,
       LUA_HOOK_COUNT = 8 };

/* What nodes tell: false is an error, leave with ESP_THROW. */
bool lua_hook_statement(lua_state *lua, int64_t line);
/* A loop goes on, or not, at this line. */
bool lua_hook_again(lua_state *lua, int64_t line);

/* A function ends there without a return. */
bool lua_hook_end(lua_state *lua, int64_t line);

/* An activation begins; the newest one is over.  False: an error was thrown. */
bool lua_hook_enter(lua_state *lua);
void lua_hook_leave(lua_state *lua);
/* It is about to return. */
bool lua_hook_return(lua_state *lua);

/* ---- node_flow.c ---- */
/* What a node is to its parent: both, one, or nothing of this. */
enum { LUA_STATEMENT = 1, LUA_BODY = 2 };       /* body: of a loop */
int lua_place_of(const esp_node *node);
/* Where a statement begins to do something. */
esp_section lua_statement_section(const esp_node *node);

/* ---- node_loop.c ---- */
bool lua_is_repeat(const esp_node *node);
/* Is it the body of its parent, a loop? */
bool lua_is_body(const esp_node *node);
/* Where an iteration ends, by its body. */
esp_section lua_loop_section(const esp_node *body);

/* ---- node_local.c ---- */
/* The function that a statement puts into a local variable; or NULL. */
const lua_proto *lua_local_function(const esp_node *node);

/* ---- node_hook.c ---- */
bool lua_is_hook(const esp_node *node);

#endif
