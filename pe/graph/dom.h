/*
 * Order of blocks, predecessors, dominators.
 */
#ifndef ESP_GRAPH_DOM_H
#define ESP_GRAPH_DOM_H

#include "pe/graph/props.h"

/* For props.c. */
void dom_order(esp_graph *g);
void dom_preds(esp_graph *g);
void dom_tree(esp_graph *g);

static inline bool dom_reachable(const esp_graph *g, uint32_t block)
{
    return g->props->number.at[block] != NO_BLOCK;
}

/* Does every path to b come through a?  Both are reachable. */
static inline bool dom_dominates(const esp_graph *g, uint32_t a, uint32_t b)
{
    const struct graph_props *p = g->props;

    return p->dom_enter.at[a] <= p->dom_enter.at[b]
        && p->dom_leave.at[b] <= p->dom_leave.at[a];
}

/* Does control enter each loop at one block only?  Computes what it needs. */
bool dom_reducible(esp_graph *g);

/* The only edge that leads to a block from elsewhere, where back edges to the
 * header of a loop do not count; NULL if there are several.  What its branch
 * has asked is still so in the block: since that was asked last, no way has
 * led into the loop. */
const esp_pred *dom_entry(const esp_graph *g, uint32_t block);

/* The lowest block that dominates both. */
uint32_t dom_common(const esp_graph *g, uint32_t a, uint32_t b);

#endif
