/*
 * lex.h: text to tokens.
 */
#ifndef LUA_LEX_H
#define LUA_LEX_H

#include "languages/lua/lua.h"

#include <setjmp.h>

/* Tokens of one character are that character. */
enum {
    TOK_BEFORE_FIRST = 256,
#define TOKEN(name, text) TOK_##name,
#include "languages/lua/tokens.def"
#undef TOKEN
    TOK_LAST
};

typedef struct lua_token {
    int kind;
    uint32_t start, end;        /* bytes of the source */
    uint32_t line;              /* where it ends */
    esp_value value;            /* of numbers, strings and names */
} lua_token;

typedef struct lua_lexer {
    lua_state *lua;
    esp_source *source;
    const char *chunk;          /* as messages name it */
    const char *at, *end;
    uint32_t line;              /* of `at` */
    uint32_t last_line;         /* of the token before the current one */
    lua_token now, ahead;       /* ahead.kind 0: not read yet */
    char *text;                 /* of a string that is being read */
    size_t ntext, cap_text;
    jmp_buf failed;             /* where to go after an error was thrown */
} lua_lexer;

/* The lexer jumps to `failed` when a text is wrong. */
void lua_lex_open(lua_lexer *x, lua_state *lua, esp_source *source);
void lua_lex_close(lua_lexer *x);

/* The next token becomes the current one. */
void lua_lex_next(lua_lexer *x);
/* The kind of the token behind the current one. */
int lua_lex_ahead(lua_lexer *x);

/* "chunk:line: message near 'token'"; does not return. */
_Noreturn void lua_lex_fail(lua_lexer *x, const char *message);
/* The same without the token. */
_Noreturn void lua_lex_fail_plain(lua_lexer *x, const char *message);

/* A token as messages show it, in quotes. */
void lua_token_text(int kind, char to[32]);

#endif
