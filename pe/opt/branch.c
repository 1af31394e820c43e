/*
 * Conditions that are known from branches and guards above.
 *
 * Walks the dominator tree with what is known at each point (range.h).  Below
 * a guard or branch its condition is true, or false; below `x == 3` x is 3;
 * below `x < n` x has a range.  Operands of what stands there are built again
 * with that, a few instructions deep, and guards and branches that are decided
 * go.
 *
 *     guard eq t, 2               guard eq t, 2
 *     br eq t, 2, b1, b2   =>     jump b1
 *
 * needs   dominators, users, places
 * keeps   frame states, except that known values in them become constants
 * breaks  control flow, users
 * cost    linear; each operand is looked at a few instructions deep
 */
#include "pe/graph/build.h"
#include "pe/graph/dom.h"
#include "pe/graph/state.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"
#include "pe/opt/range.h"

#include <string.h>

enum { DEPTH = 4, MOST_CASES = 16 };

struct branch {
    esp_graph *g;
    esp_build b;
    opt_known known;
    esp_ref *test;              /* by block: the terminator's condition as it
                                 * was before */
    uint32_t *state_to;         /* by state: what it became, at ... */
    uint32_t *state_epoch;
    uint32_t nstates;
    bool cut;                   /* edges have gone */
};

/* ---- operands --------------------------------------------------------- */

static esp_ref known_value(const struct branch *b, esp_ref r)
{
    return r && r < b->known.n && b->known.value[r] ? b->known.value[r] : r;
}

static esp_ref renew(struct branch *b, esp_ref r, int depth);

/* An instruction over its inputs as they are known here. */
static esp_ins with_inputs(struct branch *b, esp_ins i, int depth)
{
    unsigned n = op_info[i.op].inputs;

    if (n > 0)
        i.a = renew(b, i.a, depth);
    if (n > 1)
        i.b = renew(b, i.b, depth);
    if (n > 2)
        i.c = renew(b, i.c, depth);
    return i;
}

/* A value as it is known here. */
static esp_ref renew(struct branch *b, esp_ref r, int depth)
{
    esp_ref value = known_value(b, r);
    esp_ins i = *graph_at(b->g, value), new;

    if (depth == 0 || !graph_floats(b->g, value)
        || graph_is_leaf(b->g, value) || i.op == IR_second)
        return value;
    new = with_inputs(b, i, depth - 1);
    if ((op_info[i.op].flags & OP_TRAPS) && fold_may_trap(b->g, new))
        return value;           /* it floats, and so must what replaces it */
    return known_value(b, build_pure(&b->b, new));
}

static esp_ref here(struct branch *b, esp_ref r)
{
    return r && b->known.undo.n ? renew(b, r, DEPTH) : r;
}

static void renew_list(struct branch *b, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        esp_ref new = here(b, b->g->refs.at[at + k]);

        b->g->refs.at[at + k] = new;
    }
}

/* ---- states ----------------------------------------------------------- */

typedef VEC(uint32_t) words;

static bool copy_words(struct branch *b, words *out, uint32_t at, uint32_t n,
                       bool is_ref)
{
    bool changed = false;

    for (uint32_t k = 0; k < n; k++) {
        uint32_t old = b->g->refs.at[at + k];
        uint32_t new = is_ref ? known_value(b, old) : old;

        changed |= old != new;
        VEC_PUSH(&b->g->unit->scratch, out, new);
    }
    return changed;
}

static bool copy_pairs(struct branch *b, words *out, uint32_t at, uint32_t n)
{
    bool changed = false;

    for (uint32_t k = 0; k < n; k++) {
        copy_words(b, out, at + 2 * k, 1, false);
        changed |= copy_words(b, out, at + 2 * k + 1, 1, true);
    }
    return changed;
}

/* One state over a parent that is up to date; unchanged if nothing in it is
 * known. */
static uint32_t renew_one(struct branch *b, uint32_t state, uint32_t parent)
{
    esp_arena_mark mark = arena_mark(&b->g->unit->scratch);
    esp_state s = b->g->states.at[state];
    words live = { 0 }, objects = { 0 };
    uint32_t at = s.objects;
    bool changed = s.parent != parent;

    VEC_RESERVE(&b->g->unit->scratch, &live, 2 * s.nlive + 1);
    s.parent = parent;
    for (unsigned k = 0; k < 2; k++) {
        changed |= known_value(b, s.result[k]) != s.result[k];
        s.result[k] = known_value(b, s.result[k]);
    }
    changed |= copy_pairs(b, &live, s.live, s.nlive);
    for (uint32_t k = 0; k < s.nobjects; k++) {
        uint32_t n = b->g->refs.at[at + 1];

        copy_words(b, &objects, at, 2, false);
        changed |= copy_pairs(b, &objects, at + 2, n);
        at += 2 + 2 * n;
    }
    if (changed)
        state = state_make(b->g, &s, live.at, s.nlive, objects.at, s.nobjects);
    arena_release(&b->g->unit->scratch, mark);
    return state;
}

/* Is the renewed state remembered, and nothing new known since? */
static bool is_fresh(const struct branch *b, uint32_t state)
{
    return b->state_to[state] && b->state_epoch[state] == b->known.epoch;
}

static uint32_t renew_state(struct branch *b, uint32_t state)
{
    words chain = { 0 };
    uint32_t parent;

    while (state && state < b->nstates && !is_fresh(b, state)) {
        VEC_PUSH(&b->g->unit->scratch, &chain, state);
        state = b->g->states.at[state].parent;
    }
    parent = state && state < b->nstates ? b->state_to[state] : state;
    while (chain.n) {
        state = chain.at[--chain.n];
        parent = renew_one(b, state, parent);
        b->state_to[state] = parent;
        b->state_epoch[state] = b->known.epoch;
    }
    return parent;
}

/* ---- instructions ----------------------------------------------------- */

/* A guard as it is known here: dropped if true; a deopt if false, and then
 * nothing follows. */
enum verdict { KEEP, DROP, END };

static enum verdict visit_guard(struct branch *b, uint32_t block,
                                uint32_t index)
{
    esp_graph *g = b->g;
    esp_ref r = g->blocks.at[block].code.at[index];
    esp_ins i = *graph_at(g, r);
    esp_ref before = i.a;

    i.a = here(b, i.a);
    i.b = renew_state(b, i.b);
    *graph_at(g, r) = i;
    if (graph_is_const(g, i.a)) {
        if (graph_const(g, i.a))
            return DROP;
        edit_deopt(g, block, index, i.b, i.c);
        b->cut = true;
        return END;
    }
    known_assume(&b->known, before, true);
    known_assume(&b->known, i.a, true);
    return KEEP;
}

static void visit_other(struct branch *b, uint32_t block, esp_ref r)
{
    esp_graph *g = b->g;
    esp_ins i = *graph_at(g, r);
    unsigned n = op_info[i.op].inputs;
    esp_ccall *c;

    if (i.op == IR_br || i.op == IR_switch)
        b->test[block] = i.a;
    if (n > 0)
        i.a = here(b, i.a);
    if (n > 1)
        i.b = here(b, i.b);
    switch (i.op) {
    case IR_call:
        c = &g->calls.at[i.a];
        c->callee = here(b, c->callee);
        renew_list(b, c->args, c->nargs);
        c->state = renew_state(b, c->state);
        break;
    case IR_deopt:
        i.b = renew_state(b, i.b);
        break;
    case IR_jump: case IR_br: case IR_switch:
        for (uint32_t k = 0; k < i.c; k++)
            renew_list(b, g->edges.at[i.b + k].args,
                       g->edges.at[i.b + k].nargs);
        break;
    default:
        break;
    }
    *graph_at(g, r) = i;
}

/* A branch or switch on a constant becomes a jump. */
static void decide(struct branch *b, uint32_t block)
{
    esp_graph *g = b->g;
    const esp_ins *t = graph_at(g, graph_term(g, block));
    const esp_edge *e;
    uint32_t k = 0;

    if ((t->op != IR_br && t->op != IR_switch) || !graph_is_const(g, t->a))
        return;
    e = &g->edges.at[t->b];
    if (t->op == IR_br)
        k = graph_const(g, t->a) ? 0 : 1;
    else
        while (k < t->c - 1 && e[k].value != graph_const(g, t->a))
            k++;
    edit_jump(g, block, t->b + k);
    b->cut = true;
}

static void visit_code(struct branch *b, uint32_t block)
{
    esp_block *k = &b->g->blocks.at[block];
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->code.n; i++) {
        esp_ref r = k->code.at[i];

        k->code.at[n] = r;
        if (graph_at(b->g, r)->op == IR_guard) {
            enum verdict v = visit_guard(b, block, n);

            if (v == END)
                return;
            n += v == KEEP;
            continue;
        }
        visit_other(b, block, r);
        n++;
    }
    k->code.n = n;
    decide(b, block);
}

/* ---- blocks ----------------------------------------------------------- */

static void enter_from_switch(struct branch *b, const esp_ins *t,
                              const esp_edge *taken, esp_ref x)
{
    esp_graph *g = b->g;
    const esp_edge *e = &g->edges.at[t->b];
    esp_type ty = (esp_type)graph_at(g, x)->ty;

    if (taken < e + t->c - 1) {
        known_equal(&b->known, x, build_const(g, ty, taken->value));
        return;
    }
    for (uint32_t k = 0; k < t->c - 1 && k < MOST_CASES; k++)
        known_differ(&b->known, x, build_const(g, ty, e[k].value));
}

/* What the only edge to a block, or into a loop, tells. */
static void enter(struct branch *b, uint32_t block)
{
    esp_graph *g = b->g;
    const esp_pred *from = dom_entry(g, block);
    esp_ins t;

    if (!from)
        return;
    t = *graph_at(g, graph_term(g, from->block));
    if (from->edge < t.b || from->edge >= t.b + t.c)
        return;                 /* the block is no longer reached */
    if (t.op == IR_br) {
        known_assume(&b->known, b->test[from->block], from->edge == t.b);
        known_assume(&b->known, t.a, from->edge == t.b);
    } else if (t.op == IR_switch) {
        enter_from_switch(b, &t, &g->edges.at[from->edge],
                          b->test[from->block]);
    }
}

static void walk(struct branch *b)
{
    esp_graph *g = b->g;
    const struct graph_props *p = g->props;
    VEC(uint32_t) path = { 0 }, marks = { 0 };

    for (uint32_t i = 0; i < p->dom_order.n; i++) {
        uint32_t block = p->dom_order.at[i];

        while (path.n && !dom_dominates(g, path.at[path.n - 1], block)) {
            path.n--;
            known_release(&b->known, marks.at[--marks.n]);
        }
        VEC_PUSH(&g->unit->scratch, &path, block);
        VEC_PUSH(&g->unit->scratch, &marks, known_mark(&b->known));
        enter(b, block);
        range_params(&b->known, block);
        visit_code(b, block);
    }
}

void opt_branch(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct branch b = { .g = g, .b = { g, 0 }, .nstates = g->states.n };

    edit_kill_unreachable(g);
    known_init(&b.known, g);
    b.test = ARENA_ARRAY(scratch, esp_ref, g->blocks.n);
    b.state_to = ARENA_ARRAY(scratch, uint32_t, b.nstates);
    b.state_epoch = ARENA_ARRAY(scratch, uint32_t, b.nstates);
    walk(&b);
    known_done(&b.known);
    arena_release(scratch, mark);
    props_forget(g, PROPS_ALL);
    props_need(g, PROP_ORDER);
    edit_kill_unreachable(g);
}
