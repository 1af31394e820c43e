/*
 * The loop nest: natural loops, by their headers.
 *
 * A header is a block that dominates one of its predecessors.  Headers are
 * looked at from the last in reverse post-order to the first, that is, inner
 * loops first; a walk from the back edges up to the header collects what is
 * not in an inner loop yet, and crosses inner loops from header to header.
 * Cycles that are entered in two places have no header that dominates them and
 * are no loops here.
 */
#include "pe/graph/loop.h"
#include "pe/graph/dom.h"

#include <string.h>

typedef VEC(uint32_t) worklist;

/* The outermost loop found so far around a block, or 0. */
static uint32_t outermost(const struct graph_props *p, uint32_t loop)
{
    while (loop && p->loops.at[loop].parent)
        loop = p->loops.at[loop].parent;
    return loop;
}

/* A block from which the header is reached without leaving the loop. */
static void collect(esp_graph *g, worklist *work, uint32_t loop, uint32_t block)
{
    struct graph_props *p = g->props;
    uint32_t inner = outermost(p, p->loop_of.at[block]);

    if (inner == loop)
        return;
    if (inner) {
        p->loops.at[inner].parent = loop;
        block = p->loops.at[inner].header;
    } else {
        p->loop_of.at[block] = loop;
    }
    if (block != p->loops.at[loop].header)
        VEC_PUSH(&g->unit->scratch, work, block);
}

static void find_loop(esp_graph *g, worklist *work, uint32_t header)
{
    struct graph_props *p = g->props;
    uint32_t loop = 0;

    for (uint32_t k = p->pred_first.at[header];
         k < p->pred_first.at[header + 1]; k++) {
        uint32_t from = p->pred.at[k].block;

        if (!dom_dominates(g, header, from))
            continue;
        if (!loop) {
            loop = p->loops.n;
            VEC_PUSH(g->arena, &p->loops, ((esp_loop){ .header = header }));
            p->loop_of.at[header] = loop;
        }
        collect(g, work, loop, from);
    }
    while (work->n) {
        uint32_t block = work->at[--work->n];

        for (uint32_t k = p->pred_first.at[block];
             k < p->pred_first.at[block + 1]; k++)
            collect(g, work, loop, p->pred.at[k].block);
    }
}

/* Loops were found inner ones first; they are wanted outer ones first. */
static void reverse(esp_graph *g)
{
    struct graph_props *p = g->props;
    uint32_t n = p->loops.n;

    for (uint32_t i = 1; i < n - i; i++) {
        esp_loop t = p->loops.at[i];
        p->loops.at[i] = p->loops.at[n - i];
        p->loops.at[n - i] = t;
    }
    for (uint32_t i = 1; i < n; i++) {
        esp_loop *l = &p->loops.at[i];

        l->parent = l->parent ? n - l->parent : 0;
        l->depth = p->loops.at[l->parent].depth + 1;
    }
    for (uint32_t b = 0; b < g->blocks.n; b++) {
        uint32_t loop = p->loop_of.at[b];

        p->loop_of.at[b] = loop ? n - loop : 0;
        p->loop_depth.at[b] = p->loops.at[p->loop_of.at[b]].depth;
    }
}

void loop_nest(esp_graph *g)
{
    struct graph_props *p = g->props;
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    worklist work = { 0 };

    PROPS_SIZE(g, &p->loop_of, g->blocks.n);
    PROPS_SIZE(g, &p->loop_depth, g->blocks.n);
    memset(p->loop_of.at, 0, g->blocks.n * sizeof *p->loop_of.at);
    p->loops.n = 0;
    VEC_PUSH(g->arena, &p->loops, (esp_loop){ 0 });
    for (uint32_t i = p->order.n; i-- > 0; )
        find_loop(g, &work, p->order.at[i]);
    reverse(g);
    arena_release(&g->unit->scratch, mark);
}

bool loop_contains(const esp_graph *g, uint32_t loop, uint32_t block)
{
    const struct graph_props *p = g->props;
    uint32_t l = p->loop_of.at[block];

    while (l && p->loops.at[l].depth > p->loops.at[loop].depth)
        l = p->loops.at[l].parent;
    return l == loop;
}

static bool has_child(const esp_graph *g, uint32_t loop)
{
    for (uint32_t l = loop + 1; l < g->props->loops.n; l++)
        if (g->props->loops.at[l].parent == loop)
            return true;
    return false;
}

uint32_t loop_next_innermost(const esp_graph *g, esp_bits tried)
{
    const struct graph_props *p = g->props;

    for (uint32_t l = p->loops.n; l-- > 1; )
        if (p->loops.at[l].header < tried.n * 64
            && !bits_get(tried, p->loops.at[l].header) && !has_child(g, l))
            return l;
    return 0;
}
