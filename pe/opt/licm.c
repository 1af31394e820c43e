/*
 * Loop-invariant code: what stands at the start of a loop and does the same in
 * each iteration moves in front of it.
 *
 * The scheduler keeps pure instructions out of loops by itself.  This is about
 * what stands in blocks: loads of what the loop does not change, divisions,
 * and guards.  A guard can move only together with its frame state, that is,
 * to where the interpreter could go on in the same way: from the start of the
 * loop's header to the end of the block before it, with the variables that the
 * loop starts with in place of its parameters.
 *
 *     b0: jump b1(0)              b0: guard c, state 1 (i = 0)
 *     b1(i): guard c, state 1         jump b1(0)
 *            ...             =>   b1(i): ...
 *
 * Behind an effect, or a guard that stays, nothing moves.  What stands deeper
 * in a loop than its header peel.c takes care of, if the loop is small.
 *
 * needs   dominators, loops, users, places
 * breaks  control flow: loops get a block in front of them
 * cost    linear for each loop; MOST_LOOPS are changed
 */
#include "framework/base/bits.h"
#include "pe/graph/loop.h"
#include "pe/opt/alias.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

enum { MOST_LOOPS = 64, DEPTH = 4 };

struct licm {
    esp_graph *g;
    opt_alias alias;
    uint32_t loop, header;
    uint32_t front;             /* the block before, or NO_BLOCK so far */
    opt_rewrite start;          /* parameters of the header to what they start
                                 * with */
    bool started;               /* start is ready */
};

/* ---- the block before the loop ---------------------------------------- */

/* The only edge into the loop, if it is a jump, else NO_BLOCK. */
static uint32_t only_entry(const struct licm *l, uint32_t *block)
{
    const struct graph_props *p = l->g->props;
    uint32_t entry = NO_BLOCK;

    for (uint32_t k = p->pred_first.at[l->header];
         k < p->pred_first.at[l->header + 1]; k++) {
        esp_pred from = p->pred.at[k];

        if (loop_contains(l->g, l->loop, from.block))
            continue;
        if (entry != NO_BLOCK
            || graph_at(l->g, graph_term(l->g, from.block))->op != IR_jump)
            return NO_BLOCK;
        entry = from.edge;
        *block = from.block;
    }
    return entry;
}

/* Finds or makes the block, and what the loop's variables are there. */
static void prepare(struct licm *l)
{
    esp_graph *g = l->g;
    const esp_block *h;
    const esp_edge *e;

    if (l->started)
        return;
    l->started = true;
    if (only_entry(l, &l->front) == NO_BLOCK)
        l->front = edit_front(g, l->loop);
    h = &g->blocks.at[l->header];
    e = &g->edges.at[graph_at(g, graph_term(g, l->front))->b];
    rewrite_init(&l->start, g);
    for (uint32_t k = 0; k < e->nargs; k++)
        rewrite_to(&l->start, h->params.at[k], g->refs.at[e->args + k]);
}

/* ---- what moves ------------------------------------------------------- */

/* Is a value there before the loop, once the variables are what they start
 * with?  Looks a few instructions deep. */
static bool is_outside(const struct licm *l, esp_ref r, int depth)
{
    const esp_ins *i = graph_at(l->g, r);
    unsigned n = op_info[i->op].inputs;

    if (i->op == IR_param && i->a == l->header)
        return true;
    if (depth == 0 || !graph_floats(l->g, r) || graph_is_leaf(l->g, r))
        return invariant_in(l->g, l->loop, r);
    return (n < 1 || is_outside(l, i->a, depth - 1))
        && (n < 2 || is_outside(l, i->b, depth - 1))
        && (n < 3 || is_outside(l, i->c, depth - 1));
}

struct question { const struct licm *l; bool yes; };

static void ask(void *arg, esp_ref r)
{
    struct question *q = arg;

    q->yes = q->yes && is_outside(q->l, r, DEPTH);
}

static bool can_move_guard(const struct licm *l, esp_ref r)
{
    struct question q = { l, true };

    if (!invariant_in(l->g, l->loop, graph_at(l->g, r)->a))
        return false;
    graph_inputs(l->g, r, ask, &q);
    return q.yes;
}

static bool can_move(const struct licm *l, esp_ref r)
{
    const esp_ins *i = graph_at(l->g, r);

    if (i->op == IR_guard)
        return can_move_guard(l, r);
    if (i->op == IR_load && !(i->flags & INS_VOLATILE))
        return invariant_in(l->g, l->loop, i->a)
            && !alias_changed_in(&l->alias, l->loop,
                                 alias_of_load(&l->alias, i));
    return (i->flags & INS_PINNED) && invariant_inputs(l->g, l->loop, r);
}

/* To the end of the block before the loop. */
static void move(struct licm *l, esp_ref r)
{
    esp_graph *g = l->g;
    esp_block *k;
    esp_ref term;

    prepare(l);
    if (graph_at(g, r)->op == IR_guard)
        graph_at(g, r)->b = rewrite_state(&l->start, graph_at(g, r)->b);
    k = &g->blocks.at[l->front];
    term = k->code.at[k->code.n - 1];
    k->code.at[k->code.n - 1] = r;
    VEC_PUSH(g->arena, &k->code, term);
    g->props->place.at[r] = 0;  /* outside; more precisely in the next round */
}

/* Does nothing behind this one move? */
static bool is_barrier(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    return !(i->op == IR_load && !(i->flags & INS_VOLATILE))
        && i->op != IR_valid;
}

static bool hoist(struct licm *l)
{
    esp_graph *g = l->g;
    esp_block *h = &g->blocks.at[l->header];
    uint32_t n = 0, i = 0;
    bool moved = false;

    for (; i < h->code.n; i++) {
        esp_ref r = h->code.at[i];

        if (can_move(l, r)) {
            move(l, r);
            h = &g->blocks.at[l->header];
            moved = true;
            continue;
        }
        if (is_barrier(g, r))
            break;
        h->code.at[n++] = r;
    }
    while (i < h->code.n)
        h->code.at[n++] = h->code.at[i++];
    h->code.n = n;
    return moved;
}

/* ---- the whole -------------------------------------------------------- */

/* The next loop that has not been tried, inner ones first; 0 none. */
static uint32_t next_loop(const esp_graph *g, esp_bits tried)
{
    const struct graph_props *p = g->props;

    for (uint32_t l = p->loops.n; l-- > 1; )
        if (!bits_get(tried, p->loops.at[l].header))
            return l;
    return 0;
}

void opt_licm(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits tried = bits_new(scratch, g->blocks.n);
    uint32_t changed = 0;

    edit_kill_unreachable(g);
    while (changed < MOST_LOOPS) {
        esp_arena_mark round = arena_mark(scratch);
        struct licm l = { .g = g };
        bool moved = false;

        props_need(g, PROP_LOOPS | PROP_USERS | PROP_PLACES);
        alias_init(&l.alias, g);
        while (!moved && (l.loop = next_loop(g, tried)) != 0) {
            l.header = g->props->loops.at[l.loop].header;
            l.front = NO_BLOCK;
            l.started = false;
            bits_set(tried, l.header);
            moved = hoist(&l);
        }
        arena_release(scratch, round);
        if (!moved)
            break;
        props_forget(g, PROPS_ALL);
        changed++;
    }
    arena_release(scratch, mark);
}
