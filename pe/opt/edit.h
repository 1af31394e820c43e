/*
 * Changes of control flow that more than one pass makes.
 */
#ifndef ESP_OPT_EDIT_H
#define ESP_OPT_EDIT_H

#include "framework/base/bits.h"
#include "pe/graph/graph.h"

/* Takes the parameters that are marked away from their blocks, and their
 * arguments from all edges.  The instructions are left as they are. */
void edit_drop_params(esp_graph *g, esp_bits drop);

/* One more argument at the end of an edge. */
void edit_add_arg(esp_graph *g, uint32_t edge, esp_ref arg);

/* Only one edge of a block is left: its terminator becomes a jump. */
void edit_jump(esp_graph *g, uint32_t block, uint32_t edge);

/* The instruction becomes a deopt that ends the block, and what stands behind
 * it goes. */
void edit_deopt(esp_graph *g, uint32_t block, uint32_t index,
                uint32_t state, uint32_t reason);

/* Blocks that cannot be reached are marked dead; needs the order. */
void edit_kill_unreachable(esp_graph *g);

/* A new block on an edge, with a jump in it. */
uint32_t edit_split(esp_graph *g, uint32_t edge, bool cold);

/* A new block in front of a loop, through which all edges into it lead; needs
 * predecessors and loops. */
uint32_t edit_front(esp_graph *g, uint32_t loop);

/* Do two edges pass the same arguments to the same block? */
bool edit_same_edge(const esp_graph *g, const esp_edge *e, const esp_edge *f);

#endif
