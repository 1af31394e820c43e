/*
 * parse.h: the syntax tree of a function, names resolved.
 */
#ifndef LUA_PARSE_H
#define LUA_PARSE_H

#include "framework/base/vec.h"
#include "languages/lua/lex.h"

/* SYNTAX(name): see syntax.def for the parts of each. */
typedef enum syntax_kind {
#define SYNTAX(name, parts) SYN_##name,
#include "languages/lua/syntax.def"
#undef SYNTAX
    SYN_KINDS
} syntax_kind;

/* Operators, in the order of their metamethods from LUA_META_add on where they
 * have some. */
typedef enum syntax_op {
    OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_POW, OP_UNM, OP_IDIV, OP_BAND,
    OP_BOR, OP_BXOR, OP_SHL, OP_SHR, OP_BNOT, OP_CONCAT, OP_LEN, OP_EQ, OP_LT,
    OP_LE, OP_NE, OP_GT, OP_GE, OP_AND, OP_OR, OP_NOT
} syntax_op;

typedef struct lua_var lua_var;
typedef struct lua_func lua_func;
typedef struct syntax syntax;

/* A local variable. */
struct lua_var {
    lua_var *outer;             /* the one declared before, still visible */
    esp_string *name;
    lua_func *func;
    uint32_t slot;
    uint32_t from;              /* where in the source it becomes visible */
    bool captured;              /* by a closure */
    bool assigned;              /* other than by its declaration */
    enum { VAR_PLAIN, VAR_CONST, VAR_CLOSE, VAR_KNOWN } kind;
    esp_value known;            /* VAR_KNOWN: a constant of the compiler */
};

/* Shared by closures and assigned: lives in a box. */
static inline bool lua_var_boxed(const lua_var *v)
{
    return v->captured && v->assigned;
}

/* What a closure captures: a variable of the function around it, or what that
 * one has captured itself. */
typedef struct lua_upvalue {
    lua_var *var;               /* NULL: _ENV of the chunk */
    esp_string *name;
    bool outer_local;           /* a variable of the function around */
    uint32_t outer_index;       /* else: its captured value */
} lua_upvalue;

/* A function. */
struct lua_func {
    lua_func *outer;            /* around it */
    VEC(lua_upvalue) upvalues;
    uint32_t nslots;            /* of its frame, so far */
    uint32_t active;            /* variables that are visible now */
    VEC(esp_string *) slot_names;
    VEC(lua_local) locals;      /* that are not visible any longer */
    syntax *params, *body;
    bool variadic;
    bool method;                /* has a parameter `self` of its own */
    bool needs_close;           /* has variables to be closed */
    bool in_loop;
    bool assigns_env;           /* of a chunk: somewhere in it is _ENV = v */
    uint32_t nlabels;
    esp_string *name;           /* of traces; NULL: none */
    uint32_t start, end, line, last_line;
};

/* Label of a block; gotos are resolved when the block ends. */
typedef struct syntax_label {
    esp_string *name;
    uint32_t id;                /* in the function, from 0 */
    uint32_t line;
    bool used, backward;        /* by a goto; by one behind it */
    lua_var *vars;              /* visible at the label */
} syntax_label;

struct syntax {
    syntax_kind kind;
    syntax_op op;
    uint32_t start, end;        /* what errors are about */
    uint32_t line;
    uint32_t n;                 /* a number: slots, labels, flags */
    syntax *a, *b, *c;
    syntax *next;               /* in a list */
    esp_value value;            /* literals, names */
    lua_var *var;
    lua_func *func;
    syntax_label *label;
};

/* The chunk as a function with one captured value, _ENV.  NULL: an error was
 * thrown.  The tree lives in the arena. */
lua_func *lua_parse(lua_state *lua, esp_source *source, const char *chunk,
                    esp_arena *arena);

#endif
