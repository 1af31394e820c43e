/*
 * builtin.h: how a function of the library is written.
 *
 *     static esp_value math_abs(lua_state *lua, const esp_value *args,
 *                               uint64_t n)
 *     {
 *         esp_value v = LUA_ARG_NUMBER(0);
 *
 *         if (v.tag == LUA_INT)
 *             return lua_int(v.as.i < 0 ? -(uint64_t)v.as.i : v.as.i);
 *         return lua_float(fabs(v.as.d));
 *     }
 *
 *     static const lua_entry entries[] = {
 *         { "abs", math_abs, LUA_VISIBLE }, ... { NULL }
 *     };
 *     lua_table *math = lua_library(lua, "math", entries);
 *
 * Arguments are args[0] to args[n - 1], belong to the caller and stay as they
 * are; behind the last there is nothing.  A function returns its result.  If
 * there are none, or more than one, it returns a LUA_MULTI made by the
 * functions below.  What leaves early, as esp_abrupt(ESP_THROW), is an error.
 *
 * The evaluator calls builtins, unless they are LUA_VISIBLE: then it enters
 * them as it does nodes, and the arguments need not be in memory.  That is for
 * small ones that call no C library and have no loops.
 */
#ifndef LUA_BUILTIN_H
#define LUA_BUILTIN_H

#include "languages/lua/lua.h"

/* ---- libraries --------------------------------------------------------- */

enum {
    LUA_VISIBLE = 1,
    LUA_CATCHES = 2             /* errors of what it calls */
};

typedef struct lua_entry {
    const char *name;
    lua_builtin *builtin;
    uint32_t flags;
} lua_entry;

/* Functions up to a row without a name become fields of a new table, which
 * becomes a global variable and is found by require.  "_G": they become
 * globals themselves.  NULL: no memory. */
lua_table *lua_library(lua_state *lua, const char *name,
                       const lua_entry *entries);

/* More functions for a library that is there. */
bool lua_library_add(lua_state *lua, const char *name,
                     const lua_entry *entries);

/* A function on its own, such as an iterator; the name is for messages and is
 * not copied, it may be NULL.  NULL: no memory, an error was thrown. */
lua_function *lua_builtin_new(lua_state *lua, const char *name,
                              lua_builtin *builtin, const esp_value *upvalues,
                              uint32_t nupvalues);

/* The running builtin: for its upvalues.
 *     esp_value *up = lua_self(args)->upvalues; */
ESP_INLINE lua_function *lua_self(const esp_value *args)
{
    return (lua_function *)args[-1].as.p;
}

/* ---- results ----------------------------------------------------------- */

/* Room for n results, n >= 0: write them, then return lua_multi(n).  Calling a
 * guest function meanwhile overwrites them.  NULL: no memory, an error was
 * thrown (never for n up to LUA_FEW_RESULTS). */
esp_value *lua_results(lua_state *lua, uint64_t n);

ESP_INLINE esp_value lua_multi(uint64_t n)
{
    return (esp_value){ .as.i = (int64_t)n, .tag = LUA_MULTI };
}

ESP_INLINE esp_value lua_none(void)
{
    return lua_multi(0);
}

ESP_INLINE esp_value lua_two(lua_state *lua, esp_value a, esp_value b)
{
    lua->few[0] = a;
    lua->few[1] = b;
    return lua_multi(2);
}

ESP_INLINE esp_value lua_three(lua_state *lua, esp_value a, esp_value b,
                               esp_value c)
{
    lua->few[0] = a;
    lua->few[1] = b;
    lua->few[2] = c;
    return lua_multi(3);
}

/* Copies; n = 1 gives the value itself. */
esp_value lua_return(lua_state *lua, uint64_t n, const esp_value *values);

/* What a call returned: how many, and where (valid until the next call).
 * *one is room for a single one. */
ESP_INLINE const esp_value *lua_returned(lua_state *lua, esp_value v,
                                         esp_value *one, uint64_t *n)
{
    if (v.tag != LUA_MULTI) {
        *one = v;
        *n = 1;
        return one;
    }
    *n = (uint64_t)v.as.i;
    return lua_buffer(lua, *n);
}

/* ---- arguments --------------------------------------------------------- */

/*
 * These leave the function with an error as PUC Lua words it: "bad argument
 * #1 to 'insert' (table expected, got no value)".  `i` counts from 0.
 */
#define LUA_ARG_(name, type, i)                                             \
    ({                                                                      \
        type lua_arg_ = { 0 };                                              \
        if (ESP_UNLIKELY(!lua_arg_##name(lua, args, n, (i), &lua_arg_)))    \
            return esp_abrupt(ESP_THROW);                                   \
        lua_arg_;                                                           \
    })
#define LUA_ARG_ANY(i)          LUA_ARG_(any, esp_value, i)
#define LUA_ARG_NUMBER(i)       LUA_ARG_(number, esp_value, i)
#define LUA_ARG_INT(i)          LUA_ARG_(int, int64_t, i)
#define LUA_ARG_FLOAT(i)        LUA_ARG_(float, double, i)
/* Strings; numbers become strings. */
#define LUA_ARG_STRING(i)       LUA_ARG_(string, esp_string *, i)
/* With a 0 behind it. */
#define LUA_ARG_TEXT(i)         LUA_ARG_(text, const char *, i)
#define LUA_ARG_TABLE(i)        LUA_ARG_(table, lua_table *, i)
#define LUA_ARG_FUNCTION(i)     LUA_ARG_(function, lua_function *, i)
/* nil, or nothing, is `otherwise`. */
#define LUA_OPT_INT(i, otherwise) \
    (lua_arg_absent(args, n, (i)) ? (otherwise) : LUA_ARG_INT(i))
#define LUA_OPT_FLOAT(i, otherwise) \
    (lua_arg_absent(args, n, (i)) ? (otherwise) : LUA_ARG_FLOAT(i))
#define LUA_OPT_STRING(i, otherwise) \
    (lua_arg_absent(args, n, (i)) ? (otherwise) : LUA_ARG_STRING(i))
#define LUA_OPT_TEXT(i, otherwise) \
    (lua_arg_absent(args, n, (i)) ? (otherwise) : LUA_ARG_TEXT(i))

ESP_INLINE bool lua_arg_absent(const esp_value *args, uint64_t n, uint32_t i)
{
    return i >= n || args[i].tag == LUA_NIL;
}

/* The argument, or nil. */
ESP_INLINE esp_value lua_arg(const esp_value *args, uint64_t n, uint32_t i)
{
    return i < n ? args[i] : lua_nil();
}

/* True, or an error was thrown. */
ESP_BOUNDARY bool lua_arg_number_slow(lua_state *lua, const esp_value *args,
                                      uint64_t n, uint32_t i, esp_value *to);
ESP_BOUNDARY bool lua_arg_int_slow(lua_state *lua, const esp_value *args,
                                   uint64_t n, uint32_t i, int64_t *to);
ESP_BOUNDARY bool lua_arg_float_slow(lua_state *lua, const esp_value *args,
                                     uint64_t n, uint32_t i, double *to);
ESP_BOUNDARY bool lua_arg_string_slow(lua_state *lua, const esp_value *args,
                                      uint64_t n, uint32_t i,
                                      esp_string **to);
ESP_BOUNDARY bool lua_arg_text(lua_state *lua, const esp_value *args,
                               uint64_t n, uint32_t i, const char **to);
/* "value expected". */
ESP_BOUNDARY bool lua_arg_missing(lua_state *lua, uint32_t i);

/* "bad argument #i to 'f' (message)".  ESP_THROW. */
ESP_BOUNDARY esp_value lua_arg_error(lua_state *lua, uint32_t i,
                                     const char *message);
/* "... (table expected, got no value)".  ESP_THROW. */
ESP_BOUNDARY esp_value lua_arg_type_error(lua_state *lua,
                                          const esp_value *args, uint64_t n,
                                          uint32_t i, const char *expected);

ESP_INLINE bool lua_arg_any(lua_state *lua, const esp_value *args, uint64_t n,
                            uint32_t i, esp_value *to)
{
    if (ESP_UNLIKELY(i >= n))
        return lua_arg_missing(lua, i);
    *to = args[i];
    return true;
}

ESP_INLINE bool lua_arg_number(lua_state *lua, const esp_value *args,
                               uint64_t n, uint32_t i, esp_value *to)
{
    if (ESP_UNLIKELY(i >= n || !lua_is_number(args[i])))
        return lua_arg_number_slow(lua, args, n, i, to);
    *to = args[i];
    return true;
}

ESP_INLINE bool lua_arg_int(lua_state *lua, const esp_value *args, uint64_t n,
                            uint32_t i, int64_t *to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_INT))
        return lua_arg_int_slow(lua, args, n, i, to);
    *to = args[i].as.i;
    return true;
}

ESP_INLINE bool lua_arg_float(lua_state *lua, const esp_value *args,
                              uint64_t n, uint32_t i, double *to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_FLOAT))
        return lua_arg_float_slow(lua, args, n, i, to);
    *to = args[i].as.d;
    return true;
}

ESP_INLINE bool lua_arg_string(lua_state *lua, const esp_value *args,
                               uint64_t n, uint32_t i, esp_string **to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_STRING))
        return lua_arg_string_slow(lua, args, n, i, to);
    *to = lua_string_of(args[i]);
    return true;
}

ESP_INLINE bool lua_arg_table(lua_state *lua, const esp_value *args,
                              uint64_t n, uint32_t i, lua_table **to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_TABLE)) {
        lua_arg_type_error(lua, args, n, i, "table");
        return false;
    }
    *to = lua_table_of(args[i]);
    return true;
}

ESP_INLINE bool lua_arg_function(lua_state *lua, const esp_value *args,
                                 uint64_t n, uint32_t i, lua_function **to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_FUNCTION)) {
        lua_arg_type_error(lua, args, n, i, "function");
        return false;
    }
    *to = lua_function_of(args[i]);
    return true;
}

/* ---- errors ------------------------------------------------------------ */

/* An error with a message, the position of the function that called the
 * builtin in front of it.  ESP_THROW.  Message as in printf. */
ESP_BOUNDARY esp_value lua_error(lua_state *lua, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Throws any value.  ESP_THROW. */
ESP_BOUNDARY esp_value lua_throw(lua_state *lua, esp_value v);

/* The name of sources without lines: this very pointer. */
extern const char lua_unknown_source[];
/* -1: there are none. */
int64_t lua_line(esp_section at);

/* "file:line: " of the function at this level, as error() counts them (1: who
 * called the builtin); "" where there is none.  At most `size` bytes. */
void lua_where(lua_state *lua, uint32_t level, char *to, size_t size);

/* What runs at a level: 0 is the builtin itself, 1 who called it. */
typedef struct lua_activation {
    lua_proto *proto;
    esp_node *site;             /* its running call, for its line; or NULL */
    esp_frame *frame;           /* valid only inside esp_walk */
    esp_node *caller;           /* the call that called it, or NULL */
    bool tail;                  /* by a tail call: its caller is gone */
} lua_activation;

/* False: there are not so many. */
bool lua_level(lua_state *lua, uint32_t level, lua_activation *to);

/* What a call calls: "global", "local", "method", "field", "upvalue", "for
 * iterator", and the name.  False: it has none. */
bool lua_call_name(const esp_node *site, const char **kind, char *name,
                   size_t n);

/* "stack traceback:" and a line for each level from this one on. */
struct esp_text;
void lua_traceback(lua_state *lua, esp_coroutine *of, struct esp_text *text,
                   uint32_t from);

/* After ESP_THROW: what a handler gets.  Takes it; errors of the framework
 * that may be caught become strings.  False: this must not be caught, leave
 * with ESP_THROW. */
ESP_BOUNDARY bool lua_catch(lua_state *lua, esp_value *to);

/* ---- calling ----------------------------------------------------------- */

/* Calls any value, __call included.  A value, LUA_MULTI, or ESP_THROW. */
ESP_BOUNDARY esp_value lua_call(lua_state *lua, esp_value f,
                                const esp_value *args, uint64_t n);
/* The first result, nil if there is none; or ESP_THROW. */
ESP_BOUNDARY esp_value lua_call1(lua_state *lua, esp_value f,
                                 const esp_value *args, uint64_t n);

#endif
