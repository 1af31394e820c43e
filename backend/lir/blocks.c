/*
 * Which blocks LIR will have, and in which order.
 *
 * That of the schedule, first those that are not cold.  Every edge from a block
 * with several successors to one with several predecessors becomes a block of
 * its own, behind the one it comes from; those that leave a loop stand behind
 * that, so that the blocks of a loop stay together.  (In tier 2 a pass has split
 * these edges before: opt/edges.c.)
 */
#include "backend/lir/select.h"

#include "pe/graph/props.h"

#include <string.h>

uint32_t sel_preds(const selector *s, uint32_t block)
{
    const struct graph_props *p = s->g->props;

    return p->pred_first.at[block + 1] - p->pred_first.at[block];
}

typedef struct edge_plan {
    uint32_t *loop_end;         /* by loop: place of its last block */
    uint32_t *behind;           /* by place: first edge to put there, or none */
    uint32_t *next;             /* by edge: in that list */
    uint32_t *from;             /* by edge: block */
} edge_plan;

static bool is_around(const struct graph_props *p, uint32_t loop, uint32_t b)
{
    uint32_t l = p->loop_of.at[b];

    while (l && l != loop)
        l = p->loops.at[l].parent;
    return l == loop;
}

static uint32_t place_of_edge(const selector *s, const edge_plan *plan,
                              uint32_t place, uint32_t to)
{
    const struct graph_props *p = s->g->props;
    uint32_t l = p->loop_of.at[s->s->order[place]];

    for (; l && !is_around(p, l, to); l = p->loops.at[l].parent)
        if (plan->loop_end[l] > place)
            place = plan->loop_end[l];
    return place;
}

/* Of several edges in one place, those into inner loops come first. */
static void plan_edge(selector *s, edge_plan *plan, uint32_t place,
                      uint32_t edge)
{
    uint32_t to = s->g->edges.at[edge].block;
    uint32_t depth = props_loop_depth(s->g, to);
    uint32_t *at = &plan->behind[place_of_edge(s, plan, place, to)];

    while (*at != NO_EDGE
           && props_loop_depth(s->g, s->g->edges.at[*at].block) >= depth)
        at = &plan->next[*at];
    plan->next[edge] = *at;
    plan->from[edge] = s->s->order[place];
    *at = edge;
}

static void plan_edges(selector *s, edge_plan *plan, uint32_t place, bool cold)
{
    uint32_t n, block = s->s->order[place];
    esp_edge *e = graph_edges(s->g, block, &n);

    for (uint32_t k = 0; n > 1 && k < n; k++) {
        bool edge_cold = s->s->cold[block] || s->s->cold[e[k].block];

        if (sel_preds(s, e[k].block) >= 2 && edge_cold == cold)
            plan_edge(s, plan, place, (uint32_t)(e + k - s->g->edges.at));
    }
}

static void find_loop_ends(const selector *s, edge_plan *plan)
{
    const struct graph_props *p = s->g->props;

    for (uint32_t k = 0; k < s->s->nblocks; k++) {
        uint32_t b = s->s->order[k], l = s->s->cold[b] ? 0 : p->loop_of.at[b];

        for (; l; l = p->loops.at[l].parent)
            plan->loop_end[l] = k;
    }
}

static void add_block(selector *s, uint32_t block, uint32_t edge, bool cold)
{
    *(edge == NO_EDGE ? &s->number[block] : &s->split[edge]) = s->blocks.n;
    VEC_PUSH(s->a, &s->blocks, ((sel_block){ block, edge, cold }));
}

static void place_blocks(selector *s, edge_plan *plan, bool cold)
{
    uint32_t n = s->s->nblocks;

    memset(plan->behind, 0xff, n * sizeof *plan->behind);
    for (uint32_t k = 0; k < n; k++)
        plan_edges(s, plan, k, cold);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t b = s->s->order[k];

        if (s->s->cold[b] == cold)
            add_block(s, b, NO_EDGE, cold);
        for (uint32_t e = plan->behind[k]; e != NO_EDGE; e = plan->next[e])
            add_block(s, plan->from[e], e, cold);
    }
}

void sel_plan_blocks(selector *s)
{
    uint32_t edges = s->g->edges.n + 1;
    edge_plan plan = {
        .loop_end = ARENA_ARRAY(s->a, uint32_t, s->g->props->loops.n + 1),
        .behind = ARENA_ARRAY(s->a, uint32_t, s->s->nblocks),
        .next = ARENA_ARRAY(s->a, uint32_t, edges),
        .from = ARENA_ARRAY(s->a, uint32_t, edges)
    };

    s->number = ARENA_ARRAY(s->a, uint32_t, s->g->blocks.n);
    s->split = ARENA_ARRAY(s->a, uint32_t, edges);
    memset(s->split, 0xff, edges * sizeof *s->split);
    find_loop_ends(s, &plan);
    place_blocks(s, &plan, false);
    place_blocks(s, &plan, true);
}
