/*
 * Which blocks are rarely run.
 *
 * Those that were said to be; that end in a deoptimization; and slow paths: of
 * two ways of which one has to call what is cold the other one is taken, as long
 * as both stay in the loop.  As a guess all C functions are cold.  (Ball and
 * Larus, "Branch prediction for free", PLDI 1993)  What only leads to such
 * blocks, or only comes from them, is as cold.
 */
#include "pe/graph/loop.h"
#include "pe/opt/cold.h"

struct finder {
    const esp_graph *g;
    bool *cold;
    bool *calls;                /* by block: on all ways from it, as far as
                                 * the loop goes, there is such a call */
    bool guess;
};

static bool ends_badly(const esp_graph *g, uint32_t block)
{
    esp_op op = (esp_op)graph_at(g, graph_term(g, block))->op;

    return op == IR_deopt || op == IR_unreachable;
}

/* Calls of C functions may be slow paths; those of guest functions (`cell`)
 * are what the program is about. */
static bool is_slow_call(const struct finder *f, const esp_ccall *c)
{
    return c->cold
        || (f->guess && !c->cell && graph_is_const(f->g, c->callee));
}

static bool calls_out(const struct finder *f, uint32_t block)
{
    const esp_block *k = &f->g->blocks.at[block];

    for (uint32_t i = 0; i < k->code.n; i++) {
        const esp_ins *c = graph_at(f->g, k->code.at[i]);

        if (c->op == IR_call && is_slow_call(f, &f->g->calls.at[c->a]))
            return true;
    }
    return false;
}

/* Does an edge stay in its loop and go on? */
static bool goes_on(const struct finder *f, uint32_t from, uint32_t to)
{
    const struct graph_props *p = f->g->props;

    return p->loop_of.at[from] == p->loop_of.at[to]
        && p->number.at[from] < p->number.at[to];
}

/* Do all ways from a block lead to calls? */
static bool leads_to_calls(const struct finder *f, uint32_t block)
{
    uint32_t n;
    const esp_edge *e = graph_edges(f->g, block, &n);

    for (uint32_t k = 0; k < n; k++)
        if (!f->calls[e[k].block] || !goes_on(f, block, e[k].block))
            return false;
    return n > 0;
}

/* Does an edge lead to a slow path, and the other way does not? */
static bool is_slow(const struct finder *f, uint32_t from, uint32_t to)
{
    const struct graph_props *p = f->g->props;
    uint32_t n, other;
    const esp_edge *e = graph_edges(f->g, from, &n);

    if (n != 2)
        return false;
    other = e[e[0].block == to].block;
    return f->calls[to] && !f->calls[other]
        && p->loop_of.at[other] == p->loop_of.at[to];
}

static bool leads_to_cold(const struct finder *f, uint32_t block)
{
    uint32_t n;
    const esp_edge *e = graph_edges(f->g, block, &n);

    for (uint32_t k = 0; k < n; k++)
        if (!f->cold[e[k].block])
            return false;
    return n > 0;
}

/* Is a block entered by slow paths and from cold blocks only? */
static bool comes_from_cold(const struct finder *f, uint32_t block)
{
    const struct graph_props *p = f->g->props;
    uint32_t k = p->pred_first.at[block], end = p->pred_first.at[block + 1];

    for (; k < end; k++)
        if (!f->cold[p->pred.at[k].block]
            && !is_slow(f, p->pred.at[k].block, block))
            return false;
    return block != 0;
}

void cold_find(const esp_graph *g, bool *cold, bool guess)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    const struct graph_props *p = g->props;
    struct finder f = { g, cold, ARENA_ARRAY(scratch, bool, g->blocks.n),
                        guess };

    for (uint32_t i = p->order.n; i-- > 0; ) {
        uint32_t b = p->order.at[i];

        f.calls[b] = calls_out(&f, b) || leads_to_calls(&f, b);
    }
    for (uint32_t i = p->order.n; i-- > 0; ) {
        uint32_t b = p->order.at[i];

        cold[b] = g->blocks.at[b].cold || ends_badly(g, b)
               || (f.calls[b] && comes_from_cold(&f, b))
               || leads_to_cold(&f, b);
    }
    for (uint32_t i = 0; i < p->order.n; i++)
        if (comes_from_cold(&f, p->order.at[i]))
            cold[p->order.at[i]] = true;
    arena_release(scratch, mark);
}
