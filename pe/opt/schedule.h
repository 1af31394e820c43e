/*
 * A schedule: every instruction that is needed, in an order that can be
 * emitted.
 */
#ifndef ESP_OPT_SCHEDULE_H
#define ESP_OPT_SCHEDULE_H

#include "framework/base/text.h"
#include "pe/graph/graph.h"

typedef struct esp_schedule {
    /* Reachable blocks in the order in which code is laid out: the blocks of a
     * loop together, a block before those that it dominates but for cold ones,
     * which come last. */
    uint32_t *order;
    uint32_t nblocks;
    /* By block number: where its instructions start and end in `list`.  The
     * last of a block is its terminator.  Block parameters are not listed, nor
     * are leaves (graph_is_leaf): constants and addresses of objects, which
     * are made where they are used. */
    uint32_t *first, *end;
    esp_ref *list;
    uint32_t n;
    bool *cold;                 /* by block: marked, or a slow path, or leads to
                                 * cold ones only, or comes from such only */
    uint32_t *block;            /* by instruction, parameters included: where it
                                 * stands; NO_BLOCK if nowhere */
} esp_schedule;

/* In the unit's arena. */
esp_schedule *opt_schedule(esp_graph *g);

/* The text form of the graph, each instruction in its place. */
void schedule_print(const esp_graph *g, const esp_schedule *s, esp_text *out);

/* NULL, or what is wrong: each value is there before it is used. */
const char *schedule_verify(esp_graph *g, const esp_schedule *s);

#endif
