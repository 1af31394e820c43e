/*
 * parse.h: from SL text to a syntax tree, in which names mean nothing yet.
 */
#ifndef SL_PARSE_H
#define SL_PARSE_H

#include "languages/sl/util.h"

#include <stdbool.h>
#include <stdint.h>

enum syntax_kind {
    SYN_FUNCTION,   /* name; a: parameters, b: body */
    SYN_BLOCK,      /* a: statements */
    SYN_IF,         /* a: condition, b: block, c: block or NULL */
    SYN_WHILE,      /* a: condition, b: block */
    SYN_BREAK, SYN_CONTINUE, SYN_DEBUGGER,
    SYN_RETURN,     /* a: expression or NULL */
    SYN_NUMBER,     /* name: its digits */
    SYN_STRING,     /* name: what is between the quotes */
    SYN_NAME,       /* name */
    SYN_BINARY,     /* a, b; op: enum syntax_op */
    SYN_CALL,       /* a: callee, b: arguments */
    SYN_READ,       /* a: receiver, b: key */
    SYN_WRITE,      /* a: receiver, b: key, c: value */
    SYN_ASSIGN,     /* name; a: value */
    SYN_BAD_ASSIGN  /* a: value; there is nothing to assign to */
};

enum syntax_op {
    OP_OR, OP_AND, OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE,
    OP_ADD, OP_SUB, OP_MUL, OP_DIV
};

/* Deeper than this, a program is refused: trees are walked recursively. */
enum { SYNTAX_MAX_HEIGHT = 1000 };

/* `start` and `end` are bytes of the text, as are those of the name. */
typedef struct syntax {
    uint8_t kind, op;
    uint16_t height;
    uint32_t start, end;
    uint32_t name_start, name_end;
    struct syntax *a, *b, *c;
    struct syntax *next;            /* in a list */
} syntax;

/* The functions of a source.  NULL if there is an error: then its message has
 * been appended, and `error_at` is its place in the text. */
syntax *sl_parse(sl_arena *arena, const char *text, uint32_t size,
                 sl_text *message, uint32_t *error_at);

#endif
