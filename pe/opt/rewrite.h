/*
 * Replacing values all over a graph.
 *
 * A pass walks the blocks in reverse post-order, says what stands for what
 * (rewrite_to), and has the inputs of each pinned instruction brought up to
 * date (rewrite_inputs).  Pure instructions whose inputs have changed are
 * built again, so they fold and are numbered anew; those that nothing needs
 * are never looked at.  Nothing is changed in place but pinned instructions.
 */
#ifndef ESP_OPT_REWRITE_H
#define ESP_OPT_REWRITE_H

#include "pe/graph/build.h"

typedef struct opt_rewrite {
    esp_graph *g;
    esp_build b;
    bool refold;                /* build also those that have not changed */
    bool in_place;              /* what is said holds for the whole graph, so
                                 * states are changed, not made anew */
    uint32_t n;                 /* instructions from here on are new, and stand
                                 * for themselves */
    esp_ref *to;                /* by instruction; 0: not known yet */
    uint32_t nstates;
    uint32_t *state_to;         /* the same for states */
    /* NULL, or what stands for a pinned instruction or parameter of which
     * nothing has been said; asked once for each. */
    esp_ref (*leaf)(void *arg, esp_ref r);
    void *arg;
    VEC(esp_ref) stack;
} opt_rewrite;

/* Notes are in the unit's scratch arena. */
void rewrite_init(opt_rewrite *w, esp_graph *g);

/* From now on `to`, a value that is up to date, stands for `from`. */
void rewrite_to(opt_rewrite *w, esp_ref from, esp_ref to);

/* What stands for a value, or for a state. */
esp_ref rewrite_value(opt_rewrite *w, esp_ref r);
uint32_t rewrite_state(opt_rewrite *w, uint32_t state);

/* Brings all inputs of a pinned instruction up to date, and its state. */
void rewrite_inputs(opt_rewrite *w, esp_ref r);

/* The same for an instruction that was pinned because it may trap; 0, or the
 * value that stands for it now, and it need not be pinned any more. */
esp_ref rewrite_trapping(opt_rewrite *w, esp_ref r);

/* Everything that has been said is forgotten. */
void rewrite_reset(opt_rewrite *w);

/* At the end: the arguments of virtual objects. */
void rewrite_vobjs(opt_rewrite *w);

#endif
