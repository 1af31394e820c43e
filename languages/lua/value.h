/*
 * value.h: the values of Lua, and what they point to.
 *
 * A value is an esp_value: payload and tag.  Numbers and Booleans are in the
 * payload; strings, tables, functions, userdata and threads are heap objects,
 * told apart by the tag alone.
 *
 *   string.c     strings                table.c     tables
 *   number.c     numbers and text       meta.c      metatables, operations
 *   function.c   closures, builtins, calling, errors
 */
#ifndef LUA_VALUE_H
#define LUA_VALUE_H

#include "framework/espalier.h"

/* ---- tags -------------------------------------------------------------- */

enum {
    LUA_NIL,
    LUA_BOOLEAN,        /* as.i: 0 or 1 */
    LUA_INT,            /* as.i */
    LUA_FLOAT,          /* as.d */
    LUA_STRING,         /* esp_string */
    LUA_TABLE,          /* lua_table */
    LUA_FUNCTION,       /* lua_function */
    LUA_USERDATA,       /* lua_userdata */
    LUA_THREAD,         /* lua_thread, of lib_coroutine.c */
    LUA_TYPES,
    /* Not values of programs. */
    LUA_BOX = LUA_TYPES,    /* lua_box: a variable that closures share */
    LUA_MULTI           /* as.i results, not one, in the state's buffer */
};

typedef struct lua_state lua_state;
typedef struct lua_table lua_table;
typedef struct lua_function lua_function;
typedef struct lua_userdata lua_userdata;

ESP_INLINE esp_value lua_nil(void)
{
    return (esp_value){ .as.i = 0, .tag = LUA_NIL };
}

ESP_INLINE esp_value lua_boolean(bool b)
{
    return (esp_value){ .as.i = b, .tag = LUA_BOOLEAN };
}

ESP_INLINE esp_value lua_int(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = LUA_INT };
}

ESP_INLINE esp_value lua_float(double d)
{
    return (esp_value){ .as.d = d, .tag = LUA_FLOAT };
}

ESP_INLINE esp_value lua_pointer(const void *p, uint64_t tag)
{
    return (esp_value){ .as.p = (void *)p, .tag = tag };
}

ESP_INLINE bool lua_is_nil(esp_value v)
{
    return v.tag == LUA_NIL;
}

ESP_INLINE bool lua_is_number(esp_value v)
{
    return v.tag == LUA_INT || v.tag == LUA_FLOAT;
}

/* All but nil and false. */
ESP_INLINE bool lua_is_true(esp_value v)
{
    return v.tag == LUA_BOOLEAN ? v.as.i != 0 : v.tag != LUA_NIL;
}

/* ---- strings (string.c) ------------------------------------------------ */

ESP_INLINE esp_string *lua_string_of(esp_value v)
{
    return (esp_string *)v.as.p;
}

/* There are no ropes here: see string.c. */
ESP_INLINE const char *lua_bytes(const esp_string *s)
{
    if (ESP_LIKELY(!(s->form & ESP_STRING_ELSEWHERE)))
        return s->bytes;
    return ((const esp_string_part *)(uintptr_t)s->bytes)->text;
}

ESP_INLINE uint64_t lua_length(const esp_string *s)
{
    return s->length;
}

/* A string with a copy of these bytes, which may be NULL: they are to be
 * written by the caller then.  NULL: no memory, an error was thrown. */
ESP_LEAF esp_string *lua_string_make(lua_state *lua, const void *bytes,
                                     size_t n);

/* The same as a value; or ESP_THROW. */
ESP_BOUNDARY esp_value lua_string_new(lua_state *lua, const void *bytes,
                                      size_t n);
/* Of a C string. */
ESP_BOUNDARY esp_value lua_text(lua_state *lua, const char *s);
/* As printf, for short texts (below 1024 bytes). */
ESP_BOUNDARY esp_value lua_textf(lua_state *lua, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

ESP_LEAF bool lua_string_equal(const esp_string *a, const esp_string *b);
/* As strcmp, with bytes as unsigned numbers. */
ESP_LEAF int lua_string_compare(const esp_string *a, const esp_string *b);
ESP_LEAF uint64_t lua_string_hash(esp_string *s);

/* The name with the same text.  Names are symbols: those in the text of
 * programs, and ours.  Other strings become none by being used as keys: NULL. */
ESP_LEAF esp_symbol *lua_string_name(lua_state *lua, esp_string *s);
/* This symbol is a name from now on; its value. */
esp_value lua_name_value(lua_state *lua, esp_symbol *symbol);

/* ---- numbers and text (number.c) --------------------------------------- */

enum { LUA_NUMBER_TEXT = 64 };      /* room for any number as text */

/* "%d" or "%.14g" with ".0" behind what looks like an integer; the length. */
ESP_LEAF size_t lua_number_text(esp_value v, char to[LUA_NUMBER_TEXT]);

/* A numeral of Lua with white space around it: decimal or hexadecimal, integer
 * or float.  False: it is none. */
ESP_LEAF bool lua_text_number(const char *s, size_t n, esp_value *to);

/* The number in a number or in a string that is a numeral. */
ESP_LEAF bool lua_to_number(esp_value v, esp_value *to);
/* The integer in an integer, in a float without fraction, in a string. */
ESP_LEAF bool lua_to_int(esp_value v, int64_t *to);
ESP_LEAF bool lua_to_float(esp_value v, double *to);
/* Is the float an integer that fits? */
ESP_LEAF bool lua_float_to_int(double d, int64_t *to);

/* The bytes of a string or a number, for concatenation.  `room` keeps those of
 * numbers.  NULL: it is neither. */
ESP_LEAF const char *lua_to_bytes(esp_value v, size_t *n,
                                  char room[LUA_NUMBER_TEXT]);

/* ---- tables (table.c) -------------------------------------------------- */

lua_table *lua_table_new(lua_state *lua);

ESP_INLINE lua_table *lua_table_of(esp_value v)
{
    return (lua_table *)v.as.p;
}

/* Raw access.  Gets are nil for what is not there.  Puts are false when an
 * error was thrown: no memory, or a key that is nil or NaN. */
ESP_LEAF esp_value lua_table_get(lua_state *lua, lua_table *t, esp_value key);
ESP_LEAF esp_value lua_table_get_int(lua_table *t, int64_t i);
ESP_LEAF esp_value lua_table_get_name(lua_table *t, esp_symbol *name);
ESP_BOUNDARY bool lua_table_put(lua_state *lua, lua_table *t, esp_value key,
                                esp_value v);
ESP_BOUNDARY bool lua_table_put_int(lua_state *lua, lua_table *t, int64_t i,
                                    esp_value v);
ESP_BOUNDARY bool lua_table_put_name(lua_state *lua, lua_table *t,
                                     esp_symbol *name, esp_value v);
/* The same by a C string, for libraries. */
bool lua_table_put_text(lua_state *lua, lua_table *t, const char *name,
                        esp_value v);
esp_value lua_table_get_text(lua_state *lua, lua_table *t, const char *name);

/* A border, without metamethods. */
ESP_LEAF int64_t lua_table_length(lua_table *t);

/* The entry after *key, which is nil at first: 1; 0 behind the last; -1 if
 * there is no such key. */
ESP_LEAF int lua_table_next(lua_state *lua, lua_table *t, esp_value *key,
                            esp_value *v);

/* NULL: none. */
lua_table *lua_table_metatable(const lua_table *t);
/* False: no memory, an error was thrown. */
ESP_BOUNDARY bool lua_table_set_metatable(lua_state *lua, lua_table *t,
                                          lua_table *metatable);

/* ---- functions (function.c) -------------------------------------------- */

/* A builtin: see builtin.h. */
typedef esp_value lua_builtin(lua_state *lua, const esp_value *args,
                              uint64_t n);

/* A local variable, for debug: where in the source it is visible. */
typedef struct lua_local {
    const char *name;
    uint32_t slot, from, to;
} lua_local;

/* What closures of one function of the program share, or a builtin. */
typedef struct lua_proto {
    const char *name;               /* of builtins: "string.rep"; or NULL */
    ESP_FINAL lua_builtin *builtin; /* NULL: from a program */
    ESP_FINAL esp_target *target;
    esp_source *source;             /* its name is as messages show it */
    const char *chunk;              /* the same as load got it: "@file" */
    uint32_t number;                /* in its chunk; 0: the chunk itself */
    uint32_t line, last_line;       /* of the definition; 0: a chunk */
    ESP_FINAL uint32_t nparams;
    ESP_FINAL uint32_t nupvalues;
    ESP_FINAL bool variadic;
    bool catches;                   /* errors: pcall, xpcall */
    const char *const *upvalue_names;
    const lua_local *locals;
    uint32_t nlocals;
    esp_heap_type closure;          /* how large they are */
    /* The only closure so far: its captured values are constants. */
    ESP_FINAL lua_function *only;
    ESP_FINAL esp_assumption *once; /* NULL: none yet, or more than one */
    ESP_FINAL bool many;
} lua_proto;

/*
 * A closure.  A variable that is never assigned after closures captured it is
 * captured by value; others are in boxes that closures share.
 */
struct lua_function {
    ESP_FINAL esp_target *target;
    ESP_FINAL lua_proto *proto;
    ESP_FINAL_ELEMENTS esp_value *upvalues; /* values, or LUA_BOX: behind this
                                             * struct */
};

typedef struct lua_box { esp_value value; } lua_box;

/* A closure with its upvalues nil.  NULL: no memory, an error was thrown. */
ESP_INLINE lua_function *lua_closure_new(esp_context *context,
                                         lua_proto *proto)
{
    lua_function *f = (lua_function *)esp_new(context, &proto->closure);

    if (ESP_UNLIKELY(!f))
        return NULL;
    f->target = proto->target;
    f->proto = proto;
    f->upvalues = (esp_value *)(f + 1);
    return f;
}

/* A captured variable, for debug; i counts from 0. */
esp_value lua_upvalue_get(const lua_function *f, uint32_t i);
void lua_upvalue_set(lua_function *f, uint32_t i, esp_value v);
/* Makes it the one of g, or gives it the same value if one is no box. */
void lua_upvalue_join(lua_function *f, uint32_t i, const lua_function *g,
                      uint32_t k);

ESP_INLINE lua_function *lua_function_of(esp_value v)
{
    return (lua_function *)v.as.p;
}

/* ---- userdata ---------------------------------------------------------- */

struct lua_userdata {
    lua_table *metatable;           /* or NULL */
    const void *kind;               /* the address of something of its maker's:
                                     * whose it is */
    uint64_t size;
    esp_value user;                 /* the user value; nil at first */
    char data[] __attribute__((aligned(16)));
};

ESP_INLINE lua_userdata *lua_userdata_of(esp_value v)
{
    return (lua_userdata *)v.as.p;
}

/* With `size` zeroed bytes.  NULL: no memory, an error was thrown. */
lua_userdata *lua_userdata_new(lua_state *lua, const void *kind, size_t size,
                               lua_table *metatable);

/* ---- any value (meta.c) ------------------------------------------------ */

/* "nil", "number", ...; of the value itself. */
ESP_LEAF const char *lua_type_name(esp_value v);
/* The same for messages: a string __name in the metatable wins. */
const char *lua_type_name_of(lua_state *lua, esp_value v);

/* Without metamethods.  1 == 1.0. */
ESP_LEAF bool lua_raw_equal(esp_value a, esp_value b);

/* The metatable of any value, or NULL. */
lua_table *lua_metatable(lua_state *lua, esp_value v);
/* The same for all values of a type but tables and userdata. */
void lua_set_type_metatable(lua_state *lua, uint64_t tag, lua_table *mt);

/* LUA_META(word): names of metamethods. */
enum {
#define META(word) LUA_META_##word,
#include "languages/lua/meta.def"
#undef META
    LUA_METAS
};

/* The metamethod of a value, or nil. */
ESP_LEAF esp_value lua_metamethod(lua_state *lua, esp_value v, int meta);

/* Operations with all metamethods, from C: a value, or ESP_THROW. */
esp_value lua_index(lua_state *lua, esp_value v, esp_value key);
esp_value lua_set_index(lua_state *lua, esp_value v, esp_value key,
                        esp_value to);      /* nil, or ESP_THROW */
esp_value lua_len(lua_state *lua, esp_value v);
esp_value lua_concat(lua_state *lua, esp_value a, esp_value b);
/* A Boolean, or ESP_THROW. */
esp_value lua_equal(lua_state *lua, esp_value a, esp_value b);
esp_value lua_less(lua_state *lua, esp_value a, esp_value b);
esp_value lua_less_equal(lua_state *lua, esp_value a, esp_value b);
/* A string, or ESP_THROW: __tostring, __name. */
esp_value lua_tostring(lua_state *lua, esp_value v);

#endif
