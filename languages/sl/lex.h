/*
 * lex.h: from SL text to tokens.
 */
#ifndef SL_LEX_H
#define SL_LEX_H

#include <stdbool.h>
#include <stdint.h>

enum sl_token_type {
#define TOKEN(name, shown) TOK_##name,
#include "languages/sl/tokens.def"
#undef TOKEN
    TOK_COUNT
};

/* A piece of the text, in bytes. */
typedef struct sl_token {
    uint8_t type;
    uint32_t start, end;
} sl_token;

typedef struct sl_lexer {
    const char *text;
    uint32_t size, at;
} sl_lexer;

/* How a type of token is shown in messages. */
extern const char *const sl_token_names[TOK_COUNT];

/* The next token; at the end of the text an empty TOK_EOF.  False if none can
 * be recognized: then `token` is the text that was tried. */
bool sl_lex(sl_lexer *lexer, sl_token *token);

/* Line and column of a byte of the text, both from 1.  Columns count UTF-16
 * units, as the language's definition does. */
void sl_position(const char *text, uint32_t at, uint32_t *line,
                 uint32_t *column);

#endif
