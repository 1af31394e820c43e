/*
 * Another order: under --check=2, neighbours that do not care change places
 * before each pass, so that no pass comes to depend on an order that nobody
 * promised.
 *
 * Loads, questions for validity and divisions may stand in any order among
 * themselves, as long as each comes behind what it needs.
 */
#include "pe/opt/opt.h"

enum { DEPTH = 6 };

static bool is_free(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    return (i->op == IR_load && !(i->flags & INS_VOLATILE))
        || i->op == IR_valid || (i->flags & INS_PINNED);
}

/* May a value be made from an instruction?  True if that is too far to see. */
static bool depends(const esp_graph *g, esp_ref r, esp_ref on, int depth)
{
    const esp_ins *i = graph_at(g, r);
    unsigned n = op_info[i->op].inputs;

    if (r == on || depth == 0)
        return true;
    if (!graph_floats(g, r))
        return false;
    return (n > 0 && depends(g, i->a, on, depth - 1))
        || (n > 1 && depends(g, i->b, on, depth - 1))
        || (n > 2 && depends(g, i->c, on, depth - 1));
}

static bool may_swap(const esp_graph *g, esp_ref first, esp_ref then)
{
    const esp_ins *i = graph_at(g, then);
    unsigned n = op_info[i->op].inputs;

    return is_free(g, first) && is_free(g, then)
        && !(n > 0 && depends(g, i->a, first, DEPTH))
        && !(n > 1 && depends(g, i->b, first, DEPTH));
}

void opt_shuffle(esp_graph *g)
{
    uint64_t rng = g->unit->seed + g->ins.n;

    for (uint32_t b = 0; b < g->blocks.n; b++) {
        esp_block *k = &g->blocks.at[b];

        for (uint32_t i = 1; i < k->code.n; i++) {
            esp_ref r = k->code.at[i];

            rng = rng * 6364136223846793005u + 1442695040888963407u;
            if (rng >> 63 || !may_swap(g, k->code.at[i - 1], r))
                continue;
            k->code.at[i] = k->code.at[i - 1];
            k->code.at[i - 1] = r;
        }
    }
}
