/*
 * What does not change in a loop.
 */
#include "pe/graph/loop.h"
#include "pe/opt/invariant.h"

enum { DEPTH = 4 };

static bool is_invariant(const esp_graph *g, uint32_t loop, esp_ref r,
                         int depth)
{
    const esp_ins *i = graph_at(g, r);
    unsigned n = op_info[i->op].inputs;
    uint32_t place;

    if (graph_is_leaf(g, r))
        return true;
    if (!graph_floats(g, r)) {
        place = r < g->props->place.n ? g->props->place.at[r] : NO_BLOCK;
        return place != NO_BLOCK && !loop_contains(g, loop, place);
    }
    if (depth == 0)
        return false;
    return (n < 1 || is_invariant(g, loop, i->a, depth - 1))
        && (n < 2 || is_invariant(g, loop, i->b, depth - 1))
        && (n < 3 || is_invariant(g, loop, i->c, depth - 1));
}

bool invariant_in(const esp_graph *g, uint32_t loop, esp_ref r)
{
    return is_invariant(g, loop, r, DEPTH);
}

struct question {
    const esp_graph *g;
    uint32_t loop;
    bool yes;
};

static void ask(void *arg, esp_ref r)
{
    struct question *q = arg;

    q->yes = q->yes && invariant_in(q->g, q->loop, r);
}

bool invariant_inputs(const esp_graph *g, uint32_t loop, esp_ref r)
{
    struct question q = { g, loop, true };

    graph_inputs(g, r, ask, &q);
    return q.yes;
}
