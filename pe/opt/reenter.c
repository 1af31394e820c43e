/*
 * Slow paths leave the loop: who has taken one enters the loop anew.
 *
 * A loop has a call now and then: when somebody wants the guest to stop, when
 * an array has to grow.  Such a call may change anything, so whatever a loop
 * loads it has to load again in each iteration, although that call is hardly
 * ever made.  Here its way back leads to a new block in front of the loop, and
 * the loop proper has no call any more; what licm.c and peel.c take out of it
 * is done when it is entered, from outside or behind a slow path.
 *
 *     b1(i): ...                      b0(j): jump b1(j)
 *            br c, b2, b3             b1(i): ...
 *     b2:    jump b1(i + 1)     =>           br c, b2, b3
 *     b3:    call, jump b2            b2:    jump b1(i + 1)
 *                                     b3:    call, jump b2'
 *                                     b2':   jump b0(i + 1)
 *
 * What the slow path goes on with until the end of the iteration (b2) is copied
 * for it: see region.h.  The innermost loops are tried, if their calls are all
 * on slow paths (see cold.h) and the copy is not large.
 *
 * needs   dominators, loops, users, places
 * breaks  control flow
 * cost    linear for each loop; at most MOST_LOOPS are changed
 */
#include "pe/graph/loop.h"
#include "pe/opt/cold.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/region.h"

enum { MOST_LOOPS = 32, MOST_BLOCKS = 48, MOST_CODE = 200 };

struct reenter {
    opt_region r;               /* what is behind slow calls */
    const bool *cold;
    esp_bits fast;              /* blocks that no slow call comes before */
};

/* ---- which part of the loop is it? ------------------------------------ */

/* May a block change any part of memory? */
static bool calls(const esp_graph *g, uint32_t block)
{
    const esp_block *k = &g->blocks.at[block];

    for (uint32_t i = 0; i < k->code.n; i++) {
        const esp_ins *ins = graph_at(g, k->code.at[i]);

        if (ins->op == IR_call
            || (ins->op == IR_load && (ins->flags & INS_ORDERED)))
            return true;
    }
    return false;
}

/* An edge within an iteration. */
static bool is_inside(const opt_region *r, const esp_edge *e)
{
    return e->block != r->header
        && r->g->props->loop_of.at[e->block] == r->loop;
}

/* Notes where one gets to from a block: the region, or what is fast. */
static void spread(struct reenter *e, uint32_t block)
{
    uint32_t n;
    const esp_edge *edge = graph_edges(e->r.g, block, &n);
    bool slow = bits_get(e->r.entries, block) || region_has(&e->r, block);

    for (uint32_t k = 0; k < n; k++) {
        if (!is_inside(&e->r, &edge[k]))
            continue;
        if (slow)
            bits_set(e->r.in, edge[k].block);
        if (!bits_get(e->r.entries, block) && bits_get(e->fast, block))
            bits_set(e->fast, edge[k].block);
    }
}

/* Walks the loop once; false if it has calls on its fast path, or none. */
static bool find_region(struct reenter *e)
{
    opt_region *r = &e->r;
    const struct graph_props *p = r->g->props;
    uint32_t size = 0;
    bool any = false;

    bits_set(e->fast, r->header);
    for (uint32_t i = p->number.at[r->header]; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];

        if (p->loop_of.at[block] != r->loop)
            continue;
        if (region_has(r, block)) {
            region_add(r, block);
            size += r->g->blocks.at[block].code.n;
        }
        if (calls(r->g, block)) {
            if (!e->cold[block])
                return false;
            bits_set(r->entries, block);
            any = r->many = true;
        }
        spread(e, block);
    }
    return any && r->blocks.n <= MOST_BLOCKS && size <= MOST_CODE;
}

/* ---- is it worth it? -------------------------------------------------- */

/* Would something leave the loop, once there are no calls in it? */
static bool gains(const opt_region *r, uint32_t block)
{
    const esp_graph *g = r->g;
    const esp_block *k = &g->blocks.at[block];

    for (uint32_t i = 0; i < k->code.n; i++) {
        const esp_ins *ins = graph_at(g, k->code.at[i]);

        if (ins->op == IR_load && !(ins->flags & INS_VOLATILE)
            && invariant_in(g, r->loop, ins->a))
            return true;
    }
    return false;
}

/* And does a fast path lead back? */
static bool is_worth_it(const struct reenter *e)
{
    const opt_region *r = &e->r;
    const struct graph_props *p = r->g->props;
    bool gain = false, back = false;

    for (uint32_t i = p->number.at[r->header]; i < p->order.n; i++)
        gain = gain || (p->loop_of.at[p->order.at[i]] == r->loop
                        && bits_get(e->fast, p->order.at[i])
                        && gains(r, p->order.at[i]));
    for (uint32_t k = p->pred_first.at[r->header];
         gain && k < p->pred_first.at[r->header + 1]; k++) {
        uint32_t from = p->pred.at[k].block;

        back |= bits_get(e->fast, from) && !bits_get(r->entries, from);
    }
    return back;
}

/* ---- the whole -------------------------------------------------------- */

static bool change_loop(esp_graph *g, uint32_t loop, const bool *cold)
{
    struct reenter e = { .cold = cold };

    e.fast = bits_new(&g->unit->scratch, g->blocks.n);
    region_init(&e.r, g, loop);
    if (!find_region(&e) || !is_worth_it(&e) || !region_possible(&e.r))
        return false;
    e.r.back = edit_front(g, loop);
    region_copy(&e.r);
    region_behind(&e.r);
    return true;
}

void opt_reenter(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits tried = bits_new(scratch, g->blocks.n);
    uint32_t changed = 0;

    edit_kill_unreachable(g);
    while (changed < MOST_LOOPS) {
        esp_arena_mark round = arena_mark(scratch);
        uint32_t loop;
        bool done = false, *cold;

        props_need(g, PROP_LOOPS | PROP_DOM | PROP_PLACES);
        cold = ARENA_ARRAY(scratch, bool, g->blocks.n);
        cold_find(g, cold, false);
        while (!done && (loop = loop_next_innermost(g, tried)) != 0) {
            bits_set(tried, g->props->loops.at[loop].header);
            done = change_loop(g, loop, cold);
        }
        arena_release(scratch, round);
        if (!done)
            break;
        props_forget(g, PROPS_ALL);
        changed++;
    }
    arena_release(scratch, mark);
}
