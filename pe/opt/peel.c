/*
 * Peeling: the first iteration of a loop is taken out of it.
 *
 * What a loop asks again in each iteration has then been asked before it: a
 * guard on a value that does not change holds below the one in the peeled
 * iteration, a load of what does not change finds what was loaded there
 * (branch.c and memory.c see to that), and a variable that has a constant
 * after the first iteration is that constant.  So guards and loads leave the
 * loop with the frame states that they have, and no other place has to be
 * found to which a deoptimization could go back.
 *
 *     b0: jump b1(x)              b0:  jump b1'(x)
 *     b1(i): guard c              b1': guard c
 *            ...            =>         ... jump b1(i + 1)
 *            jump b1(i + 1)       b1(i): ...
 *
 * The innermost loops are tried, if they are not large and have something of
 * the kind.  A value of the loop that is used behind it comes from either copy
 * now: see region.h.
 *
 * needs   dominators, loops, users, places
 * breaks  control flow
 * cost    linear for each loop; at most MOST_LOOPS are peeled
 * see     Pall's LuaJIT, where hoisting is done in the same way
 */
#include "framework/base/bits.h"
#include "pe/graph/loop.h"
#include "pe/opt/alias.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/region.h"

enum { MOST_LOOPS = 32, MOST_CODE = 300 };

/* ---- is it worth it? -------------------------------------------------- */

static bool in_loop(const opt_region *p, uint32_t block)
{
    return block != NO_BLOCK && p->g->props->loop_of.at[block] == p->loop;
}

/* Would this be done once only?  A store to one place would, too, if nothing
 * in the loop looks at all memory. */
static bool gains(const opt_region *p, const opt_alias *alias, esp_ref r)
{
    const esp_ins *i = graph_at(p->g, r);

    if (i->op == IR_guard || i->op == IR_br)
        return invariant_in(p->g, p->loop, i->a);
    if (i->op == IR_load && !(i->flags & INS_VOLATILE))
        return invariant_in(p->g, p->loop, i->a)
            && !alias_changed_in(alias, p->loop,
                                 alias_of_load(alias, i));
    if (i->op == IR_store)              /* carry.c does the rest */
        return !(i->flags & INS_VOLATILE) && !alias->loop[p->loop].calls
            && invariant_in(p->g, p->loop, i->a);
    return (i->flags & INS_PINNED) && invariant_in(p->g, p->loop, i->a)
        && invariant_in(p->g, p->loop, i->b);
}

/* Is some variable the same constant after each iteration? */
static bool has_constant_variable(const opt_region *p)
{
    const esp_graph *g = p->g;
    const struct graph_props *props = g->props;
    const esp_block *h = &g->blocks.at[p->header];

    for (uint32_t i = 0; i < h->params.n; i++) {
        esp_ref same = 0;
        bool constant = true;

        for (uint32_t k = props->pred_first.at[p->header];
             k < props->pred_first.at[p->header + 1]; k++) {
            const esp_pred *from = &props->pred.at[k];
            esp_ref arg = g->refs.at[g->edges.at[from->edge].args + i];

            if (!in_loop(p, from->block))
                continue;
            constant &= graph_is_const(g, arg) && (!same || same == arg);
            same = arg;
        }
        if (constant)
            return true;
    }
    return false;
}

static bool is_worth_it(opt_region *p, const opt_alias *alias)
{
    const esp_graph *g = p->g;
    uint32_t size = 0;
    bool gain = has_constant_variable(p);

    for (uint32_t i = 0; i < p->blocks.n; i++) {
        const esp_block *k = &g->blocks.at[p->blocks.at[i]];

        size += k->code.n;
        for (uint32_t j = 0; j < k->code.n && size <= MOST_CODE; j++)
            gain = gain || gains(p, alias, k->code.at[j]);
    }
    return gain && size <= MOST_CODE;
}

/* ---- the whole -------------------------------------------------------- */

static void collect_blocks(opt_region *p)
{
    const struct graph_props *props = p->g->props;

    for (uint32_t i = props->number.at[p->header]; i < props->order.n; i++)
        if (in_loop(p, props->order.at[i]))
            region_add(p, props->order.at[i]);
}

/* Who comes from outside goes to the first iteration. */
static void enter_copy(opt_region *p)
{
    esp_graph *g = p->g;
    const struct graph_props *props = g->props;

    for (uint32_t k = props->pred_first.at[p->header];
         k < props->pred_first.at[p->header + 1]; k++)
        if (!in_loop(p, props->pred.at[k].block))
            g->edges.at[props->pred.at[k].edge].block = p->copy_of[p->header];
}

static bool peel_loop(esp_graph *g, uint32_t loop, const opt_alias *alias)
{
    opt_region p;

    region_init(&p, g, loop);
    collect_blocks(&p);
    if (!is_worth_it(&p, alias) || !region_possible(&p))
        return false;
    region_copy(&p);
    enter_copy(&p);
    region_behind(&p);
    return true;
}

void opt_peel(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits tried = bits_new(scratch, g->blocks.n);
    uint32_t peeled = 0;

    edit_kill_unreachable(g);
    while (peeled < MOST_LOOPS) {
        esp_arena_mark round = arena_mark(scratch);
        opt_alias alias;
        uint32_t loop;
        bool done = false;

        props_need(g, PROP_LOOPS | PROP_USERS | PROP_PLACES);
        alias_init(&alias, g);
        while (!done && (loop = loop_next_innermost(g, tried)) != 0) {
            bits_set(tried, g->props->loops.at[loop].header);
            done = peel_loop(g, loop, &alias);
        }
        arena_release(scratch, round);
        if (!done)
            break;
        props_forget(g, PROPS_ALL);
        peeled++;
    }
    arena_release(scratch, mark);
}
