/*
 * What is known in a part of the dominator tree.
 *
 * Below a branch or guard its condition has a value, and the operands of a
 * comparison have narrower ranges.  Facts are pushed when the walk enters a
 * part of the tree and taken back when it leaves.
 */
#ifndef ESP_OPT_RANGE_H
#define ESP_OPT_RANGE_H

#include "pe/graph/facts.h"

typedef struct opt_known {
    esp_graph *g;
    uint32_t n;                 /* instructions that there were at the start */
    esp_ref *value;             /* by instruction: the constant it is, or 0 */
    esp_assumed assumed;        /* ranges; graph->assumed points here */
    VEC(struct known_undo) undo;
    uint32_t epoch;             /* changes when values become known, or are no
                                 * longer */
} opt_known;

struct known_undo {
    esp_ref r;
    bool is_range;              /* what to put back: a value or a range */
    uint32_t old;               /* value[r], or assumed.index[r] */
};

void known_init(opt_known *k, esp_graph *g);
void known_done(opt_known *k);

/* From known_mark on, until known_release. */
static inline uint32_t known_mark(const opt_known *k) { return k->undo.n; }
void known_release(opt_known *k, uint32_t mark);

/* A condition is true, or false; and with it what follows from that. */
void known_assume(opt_known *k, esp_ref cond, bool holds);

/* A value is a constant, or not this one. */
void known_equal(opt_known *k, esp_ref r, esp_ref constant);
void known_differ(opt_known *k, esp_ref r, esp_ref constant);

/* A value lies in a range. */
void known_range(opt_known *k, esp_ref r, esp_range range);

/* Ranges of a block's parameters, from what is passed for them; those of a
 * loop that only counts, from where it starts.  Needs users and places. */
void range_params(opt_known *k, uint32_t block);

#endif
