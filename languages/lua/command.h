/*
 * command.h: what the lua command does with its arguments.
 */
#ifndef LUA_COMMAND_H
#define LUA_COMMAND_H

#include "languages/lua/builtin.h"

/* Arguments as the lua command would get them, without its own name; the exit
 * code. */
int lua_command(esp_context *context, int argc, char **argv);

/* ---- repl.c ---- */
/* Runs what is typed in, to the end of the input; the exit code. */
int lua_type_in(lua_state *lua);

/* ---- lua.c ---- */
/* Calls from outside; an error that nobody catches is remembered with its
 * stack. */
esp_value lua_run(lua_state *lua, esp_value f, const esp_value *args,
                  uint64_t n);
/* Prints what was thrown; the exit code. */
int lua_report(lua_state *lua);
/* The table `arg`: argv[script] is element 0, what is in front of it has
 * negative numbers. */
bool lua_set_arguments(lua_state *lua, int argc, char **argv, int script);

#endif
