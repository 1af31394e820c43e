/*
 * Order of blocks, predecessors, dominators.
 *
 * see Cooper, Harvey, Kennedy, "A simple, fast dominance algorithm", 2001
 */
#include "pe/graph/dom.h"

#include <string.h>

/* A block on the way of a depth-first walk, and its edges yet to follow. */
struct step { const esp_edge *edges; uint32_t block, left; };

static struct step step_to(const esp_graph *g, uint32_t block)
{
    struct step s = { .block = block };

    s.edges = graph_edges(g, block, &s.left);
    return s;
}

/* Reverse post-order from the entry.  The edges are followed last to first,
 * so that the first successor comes right behind its block where it can. */
void dom_order(esp_graph *g)
{
    struct graph_props *p = g->props;
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    VEC(struct step) stack = { 0 };
    uint32_t n = g->blocks.n, next = n;

    PROPS_SIZE(g, &p->number, n);
    PROPS_SIZE(g, &p->order, n);
    memset(p->number.at, 0xff, n * sizeof *p->number.at);
    p->number.at[0] = 0;
    VEC_PUSH(scratch, &stack, step_to(g, 0));
    while (stack.n) {
        struct step *top = &stack.at[stack.n - 1];
        uint32_t to;

        if (top->left == 0) {
            p->order.at[--next] = top->block;
            stack.n--;
            continue;
        }
        to = top->edges[--top->left].block;
        if (p->number.at[to] == NO_BLOCK) {
            p->number.at[to] = 0;
            VEC_PUSH(scratch, &stack, step_to(g, to));
        }
    }
    p->order.n = n - next;
    memmove(p->order.at, p->order.at + next, p->order.n * sizeof *p->order.at);
    for (uint32_t i = 0; i < p->order.n; i++)
        p->number.at[p->order.at[i]] = i;
    arena_release(scratch, mark);
}

void dom_preds(esp_graph *g)
{
    struct graph_props *p = g->props;
    uint32_t n = g->blocks.n, total = 0;

    PROPS_SIZE(g, &p->pred_first, n + 1);
    memset(p->pred_first.at, 0, (n + 1) * sizeof *p->pred_first.at);
    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t nedges;
        esp_edge *edges = graph_edges(g, p->order.at[i], &nedges);

        for (uint32_t k = 0; k < nedges; k++, total++)
            p->pred_first.at[edges[k].block]++;
    }
    /* first[b] becomes the end of b's, and moves down as they are filled in */
    for (uint32_t b = 1; b <= n; b++)
        p->pred_first.at[b] += p->pred_first.at[b - 1];
    PROPS_SIZE(g, &p->pred, total);
    for (uint32_t i = p->order.n; i-- > 0; ) {
        uint32_t nedges;
        esp_edge *edges = graph_edges(g, p->order.at[i], &nedges);

        for (uint32_t k = nedges; k-- > 0; )
            p->pred.at[--p->pred_first.at[edges[k].block]] = (esp_pred){
                p->order.at[i], (uint32_t)(&edges[k] - g->edges.at)
            };
    }
}

/* Walks up from both, by place in the order, until they meet. */
static uint32_t intersect(const struct graph_props *p, uint32_t a, uint32_t b)
{
    while (a != b) {
        while (p->number.at[a] > p->number.at[b])
            a = p->idom.at[a];
        while (p->number.at[b] > p->number.at[a])
            b = p->idom.at[b];
    }
    return a;
}

static bool improve(const struct graph_props *p, uint32_t block)
{
    uint32_t best = NO_BLOCK;

    for (uint32_t k = p->pred_first.at[block];
         k < p->pred_first.at[block + 1]; k++) {
        uint32_t from = p->pred.at[k].block;

        if (from != 0 && p->idom.at[from] == NO_BLOCK)
            continue;                   /* not seen yet */
        best = best == NO_BLOCK ? from : intersect(p, best, from);
    }
    if (p->idom.at[block] == best)
        return false;
    p->idom.at[block] = best;
    return true;
}

/* Numbers the tree so that dominance is containment of intervals.  A block's
 * children stand in reverse post-order. */
static void number_tree(esp_graph *g)
{
    struct graph_props *p = g->props;
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    uint32_t n = g->blocks.n, clock = 0, at = 0;
    uint32_t *child = ARENA_ARRAY(scratch, uint32_t, n);
    uint32_t *next = ARENA_ARRAY(scratch, uint32_t, n);

    memset(child, 0xff, n * sizeof *child);
    PROPS_SIZE(g, &p->dom_enter, n);
    PROPS_SIZE(g, &p->dom_leave, n);
    PROPS_SIZE(g, &p->dom_order, p->order.n);
    for (uint32_t i = p->order.n; i-- > 1; ) {
        uint32_t block = p->order.at[i], up = p->idom.at[block];

        next[block] = child[up];
        child[up] = block;
    }
    p->dom_order.n = 0;
    p->dom_order.at[p->dom_order.n++] = at;
    p->dom_enter.at[at] = clock++;
    for (;;) {
        uint32_t down = child[at];

        if (down != NO_BLOCK) {
            child[at] = next[down];
            at = down;
            p->dom_order.at[p->dom_order.n++] = at;
            p->dom_enter.at[at] = clock++;
        } else {
            p->dom_leave.at[at] = clock++;
            if (at == 0)
                break;
            at = p->idom.at[at];
        }
    }
    arena_release(scratch, mark);
}

/* Each block gets, beside its parent, one ancestor further up, such that any
 * ancestor can be reached in a logarithmic number of steps.  (Myers, "An
 * applicative random-access stack", 1983) */
static void add_jumps(esp_graph *g)
{
    struct graph_props *p = g->props;

    PROPS_SIZE(g, &p->dom_jump, g->blocks.n);
    PROPS_SIZE(g, &p->dom_depth, g->blocks.n);
    p->dom_jump.at[0] = p->dom_depth.at[0] = 0;
    for (uint32_t i = 1; i < p->order.n; i++) {
        uint32_t block = p->order.at[i], up = p->idom.at[block];
        uint32_t far = p->dom_jump.at[up];
        uint32_t *depth = p->dom_depth.at;
        bool even = depth[up] - depth[far]
                 == depth[far] - depth[p->dom_jump.at[far]];

        depth[block] = depth[up] + 1;
        p->dom_jump.at[block] = even ? p->dom_jump.at[far] : up;
    }
}

void dom_tree(esp_graph *g)
{
    struct graph_props *p = g->props;
    bool changed = true;

    PROPS_SIZE(g, &p->idom, g->blocks.n);
    memset(p->idom.at, 0xff, g->blocks.n * sizeof *p->idom.at);
    while (changed) {
        changed = false;
        for (uint32_t i = 1; i < p->order.n; i++)
            changed |= improve(p, p->order.at[i]);
    }
    number_tree(g);
    add_jumps(g);
}

const esp_pred *dom_entry(const esp_graph *g, uint32_t block)
{
    const struct graph_props *p = g->props;
    const esp_pred *entry = NULL;

    for (uint32_t k = p->pred_first.at[block];
         k < p->pred_first.at[block + 1]; k++) {
        if (dom_dominates(g, block, p->pred.at[k].block))
            continue;
        if (entry)
            return NULL;
        entry = &p->pred.at[k];
    }
    return entry;
}

uint32_t dom_common(const esp_graph *g, uint32_t a, uint32_t b)
{
    const struct graph_props *p = g->props;

    while (!dom_dominates(g, a, b))
        if (dom_dominates(g, p->dom_jump.at[a], b))
            a = p->idom.at[a];
        else
            a = p->dom_jump.at[a];
    return a;
}

/* Is each edge that does not go forward one back to a block that dominates its
 * source? */
bool dom_reducible(esp_graph *g)
{
    const struct graph_props *p;

    props_need(g, PROP_PREDS | PROP_DOM);
    p = g->props;
    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t b = p->order.at[i];

        for (uint32_t k = p->pred_first.at[b]; k < p->pred_first.at[b + 1];
             k++) {
            uint32_t from = p->pred.at[k].block;

            if (p->number.at[from] >= i && !dom_dominates(g, b, from))
                return false;
        }
    }
    return true;
}
