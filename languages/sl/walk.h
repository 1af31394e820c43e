/*
 * walk.h: the walk over the tokens that looks for the first error, and the
 * predictions that it needs.
 */
#ifndef SL_WALK_H
#define SL_WALK_H

#include "languages/sl/network.h"
#include "languages/sl/util.h"

/* A rule that is being read, and the state that asked for it; NULL: none. */
typedef struct context {
    const struct context *parent;
    uint16_t invoking;
} context;

typedef struct walk {
    network net;
    sl_arena arena, scratch[3];    /* scratch: for predictions */
    sl_lexer lexer;
    SL_LIST(sl_token) tokens;           /* read so far */
    uint32_t position;              /* the current token */
    uint16_t state;                 /* what messages are about */
    const context *context;
    /* The first decision since tokens last fitted where the current token did
     * not, but the rule could end: its expectations are reported later. */
    uint16_t passed_state;
    const context *passed_context;
    sl_text *message;
    uint32_t failed_at;
    bool failed;
} walk;

/* There is an error at this byte; its message is in walk->message. */
void sl_walk_fail(walk *w, uint32_t at);

/* Appends text as messages show it. */
void sl_walk_show(walk *w, uint32_t start, uint32_t end);

/* Tokens are made on demand: one that cannot be recognized is an error only if
 * the walk gets that far.  Type TOK_COUNT: there was an error. */
sl_token sl_walk_token(walk *w, uint32_t i);

/* The alternative to take at a decision, from 1; 0 after an error. */
uint8_t sl_predict(walk *w, uint16_t decision);

#endif
