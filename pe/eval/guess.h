/*
 * Guessed headers, for loop.c and merge.c: see guess.c.
 */
#ifndef ESP_EVAL_GUESS_H
#define ESP_EVAL_GUESS_H

#include "pe/eval/internal.h"

enum { MAX_GUESSES = 3 };       /* attempts before nothing is guessed */

/* A place of the header: where a back edge has to agree, or brings an
 * argument. */
typedef struct guess_place {
    uint64_t key;
    uint32_t object;            /* id, or NO_OBJECT: a C value */
    uint32_t index;             /* word or parameter */
    eval_val assumed;
    uint8_t at;                 /* of a word */
    bool param;
} guess_place;

typedef struct guess {
    eval *e;
    eval_inst *in;
    uint32_t header;            /* image block */
    uint32_t block;             /* graph block */
    uint32_t before;            /* frame state in front of the loop */
    uint64_t name;
    uint64_t objects;           /* under this name they are made to exist */
    bool nothing;               /* guess nothing */
    bool peeled;                /* the first iteration stands by itself */
    bool never_peel;            /* it did, and that was good for nothing */
    VEC(guess_place) places;
    VEC(uint32_t) args;         /* from the entry */
    eval_flow *flow;            /* behind the header */
} guess;

/* ---- names ------------------------------------------------------------------ */

/* The name of one thing in another. */
uint64_t guess_mix(uint64_t a, uint64_t b);

/* Did the guess of this name fail? */
bool guess_is_wide(const eval *e, uint64_t name);
void guess_widen(eval *e, uint64_t name);

/* ---- a header --------------------------------------------------------------- */

/* Objects that have to exist behind the header begin to do so here. */
void guess_materialize(guess *s);

/* Makes the header of what is known here, and goes on behind it. */
void guess_begin(guess *s);

/* Edges that lead back to it: false if one proves a guess wrong, which is
 * remembered. */
bool guess_close(guess *s, eval_edge *const *edges, uint32_t n);

/* Work at the end of an edge for a while. */
void guess_at_edge(guess *s, const eval_edge *x);
/* What an edge has in a place; 0: nothing. */
eval_val guess_value_on(const guess *s, const eval_edge *x,
                        const guess_place *p);

/* ---- attempts --------------------------------------------------------------- */

/* The header's parameters and live-ins, as they are on entry.  An attempt may
 * have left the address of an object in their place that existed then. */
eval_val *guess_save(eval *e, const eval_inst *in, uint32_t header);
void guess_restore(const guess *s, const eval_val *v);

/* A place to come back to, and to take back all that was done since. */
typedef struct guess_undo {
    esp_graph_mark graph;
    uint32_t edges, returns, assumptions, targets, finals, remarks, room;
} guess_undo;

guess_undo guess_mark(eval *e, eval_inst *in);
void guess_release(eval *e, eval_inst *in, const guess_undo *u);

#endif
