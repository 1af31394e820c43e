/*
 * Blocks on critical edges.
 *
 * An edge from a block with several successors to one with several
 * predecessors gets a block of its own.  Selection would have to make it
 * anyhow; made here, it is a place for what only this edge needs.  Without it
 * that stands in front of the branch: the body of a small loop beside its
 * question, where the old values are needed as well as the new ones.
 *
 *     b1(i, s):                       b1(i, s):
 *         j = add i, 1                    c = slt i, n
 *         t = add s, i                    br c, b3, b2
 *         c = slt i, n                b3: j = add i, 1
 *         br c, b1(j, t), b2              t = add s, i
 *                                         jump b1(j, t)
 *
 * needs   predecessors
 * keeps   what is computed, frame states
 * breaks  dominators, loops
 * cost    linear
 */
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"

static uint32_t preds_of(const esp_graph *g, uint32_t block)
{
    const struct graph_props *p = g->props;

    return p->pred_first.at[block + 1] - p->pred_first.at[block];
}

void opt_edges(esp_graph *g)
{
    const struct graph_props *p = g->props;

    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t from = p->order.at[i], n;
        uint32_t first = graph_at(g, graph_term(g, from))->b;

        graph_edges(g, from, &n);

        for (uint32_t k = 0; n > 1 && k < n; k++) {
            uint32_t to = g->edges.at[first + k].block;

            if (preds_of(g, to) > 1)
                edit_split(g, first + k, g->blocks.at[from].cold
                                         || g->blocks.at[to].cold);
        }
    }
}
