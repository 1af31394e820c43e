/*
 * What is known about a graph as a whole, computed when asked for.
 *
 *     props_need(g, PROP_DOM | PROP_LOOPS);
 *     ... dom_dominates(g, b, c), g->props->loop_depth ...
 *     props_forget(g, PROPS_CFG);             edges or blocks have changed
 *
 * Nothing notices changes by itself: the pipeline (or whoever else edits a
 * graph) forgets.
 */
#ifndef ESP_GRAPH_PROPS_H
#define ESP_GRAPH_PROPS_H

#include "pe/graph/graph.h"

enum graph_prop {
    PROP_ORDER = 1,     /* dom.h: blocks in reverse post-order */
    PROP_PREDS = 2,     /* dom.h: the edges that lead to a block */
    PROP_DOM = 4,       /* dom.h: dominator tree */
    PROP_LOOPS = 8,     /* loop.h: loop nest */
    PROP_PLACES = 16,   /* which block a pinned instruction stands in */
    PROP_USES = 32,     /* how often an instruction is used */
    PROP_USERS = 64,    /* by whom */
    PROPS_CFG = PROP_ORDER | PROP_PREDS | PROP_DOM | PROP_LOOPS,
    PROPS_ALL = 127
};

/* An edge seen from its target. */
typedef struct esp_pred { uint32_t block, edge; } esp_pred;

typedef struct esp_loop {
    uint32_t header;            /* block */
    uint32_t parent;            /* index of the loop around it; 0 none */
    uint32_t depth;             /* 1 for an outermost loop */
} esp_loop;

enum { NO_BLOCK = UINT32_MAX };

struct graph_props {
    unsigned valid;

    /* order */
    VEC(uint32_t) order;        /* the blocks that are reachable */
    VEC(uint32_t) number;       /* by block: its place in order, or NO_BLOCK */

    /* preds: those of block b are pred[pred_first[b]] up to
     * pred[pred_first[b + 1]]; only from reachable blocks */
    VEC(uint32_t) pred_first;
    VEC(esp_pred) pred;

    /* dom, by block */
    VEC(uint32_t) idom;         /* NO_BLOCK: the entry, and unreachable ones */
    VEC(uint32_t) dom_jump;     /* some block further up, for long ways */
    VEC(uint32_t) dom_depth;
    VEC(uint32_t) dom_enter, dom_leave;     /* numbers of a walk of the tree */
    VEC(uint32_t) dom_order;    /* the blocks in the order of that walk */

    /* loops */
    VEC(esp_loop) loops;        /* loops[0] is no loop; outer before inner */
    VEC(uint32_t) loop_of;      /* by block: the innermost loop */
    VEC(uint32_t) loop_depth;   /* by block */

    /* places */
    VEC(uint32_t) place;        /* by instruction: block, or NO_BLOCK */

    /* uses */
    VEC(uint32_t) uses;         /* by instruction: by reachable ones */

    /* users: those of r are user[user_first[r]] up to user[user_first[r + 1]]:
     * reachable pinned instructions and the pure ones that these need; of those
     * that share a frame state one stands for all */
    VEC(uint32_t) user_first;
    VEC(esp_ref) user;

    /* stamps: for graph_state_refs */
    VEC(uint32_t) stamp;
    uint32_t round;
};

void props_need(esp_graph *g, unsigned props);
void props_forget(esp_graph *g, unsigned props);

static inline uint32_t props_loop_depth(const esp_graph *g, uint32_t block)
{
    return g->props->loop_depth.at[block];
}

/* Gives a VEC n elements, whatever is in them. */
#define PROPS_SIZE(g, v, size)                                              \
    do {                                                                    \
        (v)->n = 0;                                                         \
        VEC_RESERVE((g)->arena, (v), (size));                               \
        (v)->n = (size);                                                    \
    } while (0)

#endif
