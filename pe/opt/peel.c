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
 * now; each block that is the first behind the loop on some way gets a
 * parameter for it.
 *
 * needs   dominators, loops, users, places
 * breaks  control flow
 * cost    linear for each loop; at most MOST_LOOPS are peeled
 * see     Pall's LuaJIT, where hoisting is done in the same way
 */
#include "framework/base/bits.h"
#include "pe/graph/dom.h"
#include "pe/graph/loop.h"
#include "pe/opt/alias.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

#include <string.h>

enum { MOST_LOOPS = 32, MOST_CODE = 300, MOST_TOPS = 64 };

/* What stands for a value of the loop below a block. */
struct stand_in { uint32_t next; esp_ref value, param; };

struct peel {
    esp_graph *g;
    uint32_t loop, header;
    VEC(uint32_t) blocks;       /* of the loop, in reverse post-order */
    opt_rewrite copy;           /* to the peeled iteration */
    uint32_t *copy_of;          /* by block: of the loop, NO_BLOCK others */
    uint32_t *copy_edge;        /* by edge that leaves the loop: its copy */
    opt_rewrite behind;         /* to what stands for values behind the loop */
    uint32_t *top;              /* by block dominated by the loop but not in
                                 * it: the first such one above it */
    uint32_t *stand_ins;        /* by top: list in `list` */
    VEC(struct stand_in) list;
    uint32_t at;                /* the top that is being rewritten */
};

/* ---- is it worth it? -------------------------------------------------- */

static bool in_loop(const struct peel *p, uint32_t block)
{
    return block != NO_BLOCK && p->g->props->loop_of.at[block] == p->loop;
}

/* Would this be done once only? */
static bool gains(const struct peel *p, const opt_alias *alias, esp_ref r)
{
    const esp_ins *i = graph_at(p->g, r);

    if (i->op == IR_guard || i->op == IR_br)
        return invariant_in(p->g, p->loop, i->a);
    if (i->op == IR_load && !(i->flags & INS_VOLATILE))
        return invariant_in(p->g, p->loop, i->a)
            && !alias_changed_in(alias, p->loop,
                                 alias_of_load(alias, i));
    return (i->flags & INS_PINNED) && invariant_in(p->g, p->loop, i->a)
        && invariant_in(p->g, p->loop, i->b);
}

/* Is some variable the same constant after each iteration? */
static bool has_constant_variable(const struct peel *p)
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

static bool has_child(const esp_graph *g, uint32_t loop)
{
    for (uint32_t l = loop + 1; l < g->props->loops.n; l++)
        if (g->props->loops.at[l].parent == loop)
            return true;
    return false;
}

/* The arguments of virtual objects belong to no copy. */
static bool makes_vobj(const struct peel *p)
{
    for (uint32_t v = 0; v < p->g->vobjs.n; v++)
        for (unsigned k = 0; k < 4; k++)
            if (p->g->vobjs.at[v].arg[k]
                && !invariant_in(p->g, p->loop, p->g->vobjs.at[v].arg[k]))
                return true;
    return false;
}

static bool is_worth_it(struct peel *p, const opt_alias *alias)
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
    return gain && size <= MOST_CODE && !makes_vobj(p);
}

/* ---- the copy --------------------------------------------------------- */

static void copy_params(struct peel *p, uint32_t block)
{
    esp_graph *g = p->g;
    uint32_t to = graph_block(g, g->blocks.at[block].cold);

    p->copy_of[block] = to;
    for (uint32_t i = 0; i < g->blocks.at[block].params.n; i++) {
        esp_ref r = g->blocks.at[block].params.at[i];

        rewrite_to(&p->copy, r,
                   graph_param(g, to, (esp_type)graph_at(g, r)->ty));
    }
}

static uint32_t copy_list(struct peel *p, uint32_t at, uint32_t n)
{
    esp_graph *g = p->g;
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    esp_ref *list = ARENA_ARRAY(&g->unit->scratch, esp_ref, n);
    uint32_t to;

    for (uint32_t k = 0; k < n; k++)
        list[k] = p->copy.to[g->refs.at[at + k]];
    to = graph_refs(g, list, n);
    arena_release(&g->unit->scratch, mark);
    return to;
}

static void prepare(void *arg, esp_ref r)
{
    rewrite_value(arg, r);
}

/* Back edges of the copy go to the loop that is left, exits where they went. */
static void copy_edges(struct peel *p, esp_ins *i)
{
    esp_graph *g = p->g;
    uint32_t first = g->edges.n;

    for (uint32_t k = 0; k < i->c; k++) {
        esp_edge e = g->edges.at[i->b + k];

        e.args = copy_list(p, e.args, e.nargs);
        if (!in_loop(p, e.block))
            p->copy_edge[i->b + k] = first + k;
        else if (e.block != p->header)
            e.block = p->copy_of[e.block];
        VEC_PUSH(g->arena, &g->edges, e);
    }
    i->b = first;
}

static uint32_t copy_call(struct peel *p, uint32_t call)
{
    esp_graph *g = p->g;
    esp_ccall c = g->calls.at[call];

    c.callee = rewrite_value(&p->copy, c.callee);
    c.args = copy_list(p, c.args, c.nargs);
    c.state = rewrite_state(&p->copy, c.state);
    VEC_PUSH(g->arena, &g->calls, c);
    return g->calls.n - 1;
}

static void copy_ins(struct peel *p, esp_ref r, uint32_t to)
{
    esp_graph *g = p->g;
    esp_ins i = *graph_at(g, r);
    unsigned n = op_info[i.op].inputs;

    graph_inputs(g, r, prepare, &p->copy);
    if (n > 0)
        i.a = rewrite_value(&p->copy, i.a);
    if (n > 1)
        i.b = rewrite_value(&p->copy, i.b);
    switch (i.op) {
    case IR_jump: case IR_br: case IR_switch:
        copy_edges(p, &i);
        break;
    case IR_call:
        i.a = copy_call(p, i.a);
        break;
    case IR_guard: case IR_deopt:
        i.b = rewrite_state(&p->copy, i.b);
        break;
    default:
        break;
    }
    n = graph_ins(g, i);
    VEC_PUSH(g->arena, &g->blocks.at[to].code, n);
    rewrite_to(&p->copy, r, n);
}

static void copy_loop(struct peel *p)
{
    esp_graph *g = p->g;
    const struct graph_props *props = g->props;

    for (uint32_t i = 0; i < p->blocks.n; i++)
        copy_params(p, p->blocks.at[i]);
    for (uint32_t i = 0; i < p->blocks.n; i++) {
        uint32_t block = p->blocks.at[i];

        for (uint32_t k = 0; k < g->blocks.at[block].code.n; k++)
            copy_ins(p, g->blocks.at[block].code.at[k], p->copy_of[block]);
    }
    for (uint32_t k = props->pred_first.at[p->header];
         k < props->pred_first.at[p->header + 1]; k++)
        if (!in_loop(p, props->pred.at[k].block))
            g->edges.at[props->pred.at[k].edge].block = p->copy_of[p->header];
}

/* ---- behind the loop -------------------------------------------------- */

/* What stands for a value of the loop below a top: a parameter of it. */
static esp_ref stand_in(struct peel *p, uint32_t top, esp_ref value)
{
    esp_graph *g = p->g;
    const struct graph_props *props = g->props;
    esp_ref param;

    for (uint32_t k = p->stand_ins[top]; k; k = p->list.at[k].next)
        if (p->list.at[k].value == value)
            return p->list.at[k].param;
    param = graph_param(g, top, (esp_type)graph_at(g, value)->ty);
    VEC_PUSH(&g->unit->scratch, &p->list,
             ((struct stand_in){ p->stand_ins[top], value, param }));
    p->stand_ins[top] = p->list.n - 1;
    for (uint32_t k = props->pred_first.at[top];
         k < props->pred_first.at[top + 1]; k++) {
        esp_pred from = props->pred.at[k];

        if (in_loop(p, from.block)) {
            edit_add_arg(g, from.edge, value);
            edit_add_arg(g, p->copy_edge[from.edge],
                         rewrite_value(&p->copy, value));
        } else {
            edit_add_arg(g, from.edge,
                         stand_in(p, p->top[from.block], value));
        }
    }
    return param;
}

/* A second result belongs where its call is. */
static esp_ref behind_leaf(void *arg, esp_ref r)
{
    struct peel *p = arg;
    const struct graph_props *props = p->g->props;
    const esp_ins *i = graph_at(p->g, r);
    esp_ref at = i->op == IR_second ? i->a : r;

    return at < props->place.n && in_loop(p, props->place.at[at])
         ? stand_in(p, p->at, r) : r;
}

/* Blocks below one top follow each other in the dominator tree's order. */
static void rewrite_behind(struct peel *p)
{
    esp_graph *g = p->g;
    const struct graph_props *props = g->props;

    for (uint32_t i = 0; i < props->dom_order.n; i++) {
        uint32_t block = props->dom_order.at[i];
        uint32_t n = g->blocks.at[block].code.n;

        if (p->top[block] == NO_BLOCK)
            continue;
        if (p->top[block] != p->at) {
            p->at = p->top[block];
            rewrite_reset(&p->behind);
        }
        for (uint32_t k = 0; k < n; k++)
            rewrite_inputs(&p->behind, g->blocks.at[block].code.at[k]);
    }
}

/* Finds the tops; false if there are too many. */
static bool find_tops(struct peel *p)
{
    const struct graph_props *props = p->g->props;
    uint32_t tops = 0;

    for (uint32_t i = 1; i < props->dom_order.n; i++) {
        uint32_t block = props->dom_order.at[i], up = props->idom.at[block];

        if (in_loop(p, block))
            continue;
        if (in_loop(p, up)) {
            p->top[block] = block;
            tops++;
        } else {
            p->top[block] = p->top[up];
        }
    }
    return tops <= MOST_TOPS;
}

/* ---- the whole -------------------------------------------------------- */

static void collect_blocks(struct peel *p)
{
    const struct graph_props *props = p->g->props;

    for (uint32_t i = props->number.at[p->header]; i < props->order.n; i++)
        if (in_loop(p, props->order.at[i]))
            VEC_PUSH(&p->g->unit->scratch, &p->blocks, props->order.at[i]);
}

static uint32_t *filled(esp_graph *g, uint32_t n)
{
    uint32_t *a = ARENA_ARRAY(&g->unit->scratch, uint32_t, n);

    memset(a, 0xff, n * sizeof *a);
    return a;
}

static bool peel_loop(esp_graph *g, uint32_t loop, const opt_alias *alias)
{
    struct peel p = { .g = g, .loop = loop, .at = NO_BLOCK };

    p.header = g->props->loops.at[loop].header;
    collect_blocks(&p);
    if (!is_worth_it(&p, alias))
        return false;
    p.top = filled(g, g->blocks.n);
    if (!find_tops(&p))
        return false;
    p.copy_of = filled(g, g->blocks.n);
    p.copy_edge = filled(g, g->edges.n);
    p.stand_ins = ARENA_ARRAY(&g->unit->scratch, uint32_t, g->blocks.n);
    VEC_PUSH(&g->unit->scratch, &p.list, (struct stand_in){ 0 });
    rewrite_init(&p.copy, g);
    copy_loop(&p);
    rewrite_init(&p.behind, g);
    p.behind.leaf = behind_leaf;
    p.behind.arg = &p;
    rewrite_behind(&p);
    return true;
}

/* The next innermost loop that has not been tried; 0 none. */
static uint32_t next_loop(const esp_graph *g, esp_bits tried)
{
    const struct graph_props *p = g->props;

    for (uint32_t l = p->loops.n; l-- > 1; )
        if (p->loops.at[l].header < tried.n * 64
            && !bits_get(tried, p->loops.at[l].header) && !has_child(g, l))
            return l;
    return 0;
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
        while (!done && (loop = next_loop(g, tried)) != 0) {
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
