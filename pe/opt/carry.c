/*
 * Carried places: what a loop writes to the same place in each iteration it
 * keeps in a variable, and writes when it is left.
 *
 *     b1(i): x = load o + 8           b0': v0 = load o + 8, jump b1(i0, v0)
 *            guard c, state 1         b1(i, v): br c, b1', b4
 *            store o + 8, x + i   =>  b1': ... br d, b1(i + 1, v + i), b5
 *            br d, b1(i + 1), b2      b4 (cold): store o + 8, v
 *                                                deopt state 1
 *                                     b5: store o + 8, v + i, jump b2
 *
 * So a field counts like a variable: what comes later finds its range, and the
 * test that counts it.  A guard becomes a branch to a block that writes before
 * it leaves, because the interpreter goes on with the memory as it should be.
 *
 * A place is carried if its address does not change, the loop has no calls, and
 * all accesses in the loop that could be about the same memory are about
 * exactly this place.  On every way to the loop it has been written since the
 * last call, so it may be read and written there, whatever the loop does.
 * Mostly the first iteration has done so, which peel.c took out.
 *
 * Nobody has a pointer to a volatile word at a known address; see unroll.c.
 * Innermost loops only.
 *
 * needs   dominators, loops, places; users if there are slots
 * breaks  control flow
 * cost    linear; MOST_LOOPS are changed, each with a walk over the graph
 * see     Lu and Cooper, "Register promotion in C programs", PLDI 1997
 */
#include "framework/base/bits.h"
#include "pe/graph/loop.h"
#include "pe/opt/alias.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

#include <string.h>

enum {
    MOST_LOOPS = 32,
    MOST_PLACES = 8,
    MOST_STORES = 96,           /* that are made for one loop */
    MOST_BEFORE = 64            /* blocks looked at in front of a loop */
};

/* A place that is carried, and one of the stores to it. */
struct carried {
    opt_place at;
    esp_ins store;
    esp_type ty;                /* of the variable: an integer of that size */
};

struct carry {
    esp_graph *g;
    opt_alias alias;
    uint32_t loop, header;
    struct carried place[MOST_PLACES];
    uint32_t n;
    uint32_t front;             /* the block that reads the places */
    opt_rewrite w;
    esp_ref now[MOST_PLACES];   /* what is in them, at the place at hand */
    esp_ref *out;               /* by block: the same at its end, MOST_PLACES
                                 * each */
};

/* ---- which places ----------------------------------------------------- */

static bool in_loop(const struct carry *c, uint32_t block)
{
    return c->g->props->loop_of.at[block] == c->loop;
}

static bool same_place(opt_place a, opt_place b)
{
    return alias_covers(a, b) && alias_covers(b, a);
}

static uint32_t find(const struct carry *c, opt_place p)
{
    uint32_t k = 0;

    while (k < c->n && !same_place(c->place[k].at, p))
        k++;
    return k;
}

static bool is_access(const esp_ins *i)
{
    return i->op == IR_load || i->op == IR_store;
}

static opt_place place_of(const struct carry *c, const esp_ins *i)
{
    return i->op == IR_load ? alias_of_load(&c->alias, i)
                            : alias_of_store(&c->alias, i);
}

static esp_type type_of_access(const struct carry *c, const esp_ins *i)
{
    return (esp_type)(i->op == IR_load ? i->ty : graph_at(c->g, i->b)->ty);
}

/* A volatile word at a known address, which no access through a pointer is
 * about. */
static bool is_apart(const struct carry *c, const esp_ins *i)
{
    return is_access(i) && (i->flags & INS_VOLATILE)
        && !(i->flags & INS_ORDERED) && graph_is_const(c->g, i->a);
}

/* Does it do more than read or write what its address says? */
static bool is_barrier(const struct carry *c, const esp_ins *i)
{
    return i->op == IR_call
        || (is_access(i) && (i->flags & INS_VOLATILE) && !is_apart(c, i));
}

static void add_store(struct carry *c, const esp_ins *i)
{
    esp_type ty = type_of_access(c, i);
    opt_place p = alias_of_store(&c->alias, i);

    if (c->n == MOST_PLACES || ty == TY_i1 || (i->flags & INS_VOLATILE)
        || find(c, p) < c->n || !invariant_in(c->g, c->loop, i->a))
        return;
    c->place[c->n++] = (struct carried){
        p, *i, p.size == 1 ? TY_i8 : p.size == 2 ? TY_i16
             : p.size == 4 ? TY_i32 : TY_i64
    };
}

/* May an access be about a carried place, and not be replaced with the
 * variable? */
static bool interferes(const struct carry *c, const esp_ins *i, opt_place at)
{
    opt_place p = place_of(c, i);

    if (!alias_overlap(&c->alias, at, p))
        return false;
    if (is_apart(c, i))
        return at.base == BASE_CONST;
    return type_of_access(c, i) == TY_i1 || !same_place(at, p);
}

static void drop_interfering(struct carry *c, const esp_ins *i)
{
    for (uint32_t k = c->n; k-- > 0; )
        if (interferes(c, i, c->place[k].at))
            c->place[k] = c->place[--c->n];
}

static uint32_t guards_of(const struct carry *c)
{
    const struct graph_props *p = c->g->props;
    uint32_t n = 0;

    for (uint32_t i = p->number.at[c->header]; i < p->order.n; i++) {
        const esp_block *k = &c->g->blocks.at[p->order.at[i]];

        for (uint32_t j = 0; in_loop(c, p->order.at[i]) && j < k->code.n; j++)
            n += graph_at(c->g, k->code.at[j])->op == IR_guard;
    }
    return n;
}

/* Calls `visit` for the accesses of the loop; false if it has something that
 * is a barrier to all of them. */
static bool each_access(struct carry *c,
                        void (*visit)(struct carry *, const esp_ins *))
{
    const struct graph_props *p = c->g->props;

    for (uint32_t i = p->number.at[c->header]; i < p->order.n; i++) {
        const esp_block *k = &c->g->blocks.at[p->order.at[i]];

        for (uint32_t j = 0; in_loop(c, p->order.at[i]) && j < k->code.n; j++) {
            const esp_ins *x = graph_at(c->g, k->code.at[j]);

            if (is_barrier(c, x))
                return false;
            if (is_access(x))
                visit(c, x);
        }
    }
    return true;
}

static void note_store(struct carry *c, const esp_ins *i)
{
    if (i->op == IR_store)
        add_store(c, i);
}

/* ---- in front of the loop --------------------------------------------- */

/* Is the place written in the block, behind the last call in it? */
enum before { WRITTEN, UNKNOWN, NOT_SEEN };

static enum before look_in(const struct carry *c, uint32_t block, opt_place p)
{
    const esp_block *k = &c->g->blocks.at[block];

    for (uint32_t i = k->code.n; i-- > 0; ) {
        const esp_ins *x = graph_at(c->g, k->code.at[i]);

        if (x->op == IR_call)
            return UNKNOWN;
        if (x->op == IR_store && !(x->flags & INS_VOLATILE)
            && same_place(alias_of_store(&c->alias, x), p))
            return WRITTEN;
    }
    return block == 0 ? UNKNOWN : NOT_SEEN;
}

struct search {
    uint32_t block[MOST_BEFORE];
    uint32_t n;
};

static bool push(struct search *s, uint32_t block)
{
    for (uint32_t k = 0; k < s->n; k++)
        if (s->block[k] == block)
            return true;
    if (s->n == MOST_BEFORE)
        return false;
    s->block[s->n++] = block;
    return true;
}

static bool push_preds(const struct carry *c, struct search *s, uint32_t block)
{
    const struct graph_props *p = c->g->props;

    for (uint32_t k = p->pred_first.at[block];
         k < p->pred_first.at[block + 1]; k++)
        if ((block != c->header || !in_loop(c, p->pred.at[k].block))
            && !push(s, p->pred.at[k].block))
            return false;
    return true;
}

/* Has it been written on every way to the loop? */
static bool is_written(const struct carry *c, opt_place p)
{
    struct search s = { .n = 0 };

    if (!push_preds(c, &s, c->header))
        return false;
    for (uint32_t k = 0; k < s.n; k++) {
        enum before seen = look_in(c, s.block[k], p);

        if (seen == UNKNOWN
            || (seen == NOT_SEEN && !push_preds(c, &s, s.block[k])))
            return false;
    }
    return true;
}

/* Do the blocks of the loop but the header come from it, and from such before
 * them?  In a cycle that is no loop they would not. */
static bool is_ordered(const struct carry *c)
{
    const struct graph_props *p = c->g->props;

    for (uint32_t i = p->number.at[c->header] + 1; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];

        for (uint32_t k = p->pred_first.at[block];
             in_loop(c, block) && k < p->pred_first.at[block + 1]; k++)
            if (p->number.at[p->pred.at[k].block] >= i
                || !in_loop(c, p->pred.at[k].block))
                return false;
    }
    return true;
}

static bool find_places(struct carry *c)
{
    if (!each_access(c, note_store) || !c->n
        || !each_access(c, drop_interfering))
        return false;
    for (uint32_t k = c->n; k-- > 0; )
        if (!is_written(c, c->place[k].at))
            c->place[k] = c->place[--c->n];
    return c->n && guards_of(c) * c->n <= MOST_STORES && is_ordered(c);
}

/* ---- values ----------------------------------------------------------- */

static esp_ref converted(struct carry *c, esp_type ty, esp_ref v)
{
    return graph_at(c->g, v)->ty == ty
         ? v : build_convert(&c->w.b, IR_bitcast, ty, v);
}

/* Writes all places at the end of a block that has no terminator yet. */
static void write_places(struct carry *c, uint32_t block)
{
    esp_build b = { c->g, block };

    for (uint32_t k = 0; k < c->n; k++) {
        const esp_ins *i = &c->place[k].store;
        esp_type ty = (esp_type)graph_at(c->g, i->b)->ty;

        build_store(&b, rewrite_value(&c->w, i->a), (int32_t)i->c,
                    converted(c, ty, c->now[k]), i->flags);
    }
}

/* The front reads the places, and the header gets a parameter for each. */
static void enter(struct carry *c)
{
    esp_graph *g = c->g;
    esp_build b = { g, c->front };
    esp_block *f = &g->blocks.at[c->front];
    esp_ref term = f->code.at[--f->code.n];
    uint32_t edge = graph_at(g, term)->b;

    for (uint32_t k = 0; k < c->n; k++) {
        const esp_ins *i = &c->place[k].store;

        edit_add_arg(g, edge, build_load(&b, c->place[k].ty, i->a,
                                         (int32_t)i->c, i->flags));
        c->now[k] = graph_param(g, c->header, c->place[k].ty);
    }
    VEC_PUSH(g->arena, &g->blocks.at[c->front].code, term);
}

/* What the places hold where control flow joins in the loop: the same on all
 * ways, or a parameter. */
static void join(struct carry *c, uint32_t block)
{
    esp_graph *g = c->g;
    const struct graph_props *p = g->props;
    uint32_t first = p->pred_first.at[block], end = p->pred_first.at[block + 1];

    for (uint32_t k = 0; k < c->n; k++) {
        esp_ref v = c->out[p->pred.at[first].block * MOST_PLACES + k];
        bool same = true;

        for (uint32_t i = first + 1; i < end; i++)
            same &= c->out[p->pred.at[i].block * MOST_PLACES + k] == v;
        for (uint32_t i = first; i < end && !same; i++)
            edit_add_arg(g, p->pred.at[i].edge,
                         c->out[p->pred.at[i].block * MOST_PLACES + k]);
        c->now[k] = same ? v : graph_param(g, block, c->place[k].ty);
    }
}

/* ---- the loop --------------------------------------------------------- */

/* The guard at the end of a block becomes a branch; what follows goes to the
 * block that is returned. */
static uint32_t branch_out(struct carry *c, uint32_t block, esp_ref guard)
{
    esp_graph *g = c->g;
    esp_ins i = *graph_at(g, guard);
    esp_build b = { g, block };
    uint32_t leave, next;

    if (graph_is_const(g, i.a) && graph_const(g, i.a))
        return block;
    leave = graph_block(g, true);
    next = graph_block(g, g->blocks.at[block].cold);
    build_br(&b, i.a, next, NULL, 0, leave, NULL, 0);
    write_places(c, leave);
    b.block = leave;
    build_deopt(&b, i.b, i.c);
    return next;
}

/* An access to a place that is carried goes. */
static bool is_carried(struct carry *c, esp_ref r)
{
    const esp_ins i = *graph_at(c->g, r);
    uint32_t k;

    if (!is_access(&i) || is_apart(c, &i)
        || (k = find(c, place_of(c, &i))) == c->n)
        return false;
    if (i.op == IR_store)
        c->now[k] = converted(c, c->place[k].ty, rewrite_value(&c->w, i.b));
    else
        rewrite_to(&c->w, r, converted(c, (esp_type)i.ty, c->now[k]));
    return true;
}

/* Places are looked up before their addresses are changed. */
static void walk_block(struct carry *c, uint32_t block)
{
    esp_graph *g = c->g;
    esp_block old = g->blocks.at[block];
    uint32_t at = block;

    memset(&g->blocks.at[block].code, 0, sizeof g->blocks.at[block].code);
    for (uint32_t i = 0; i < old.code.n; i++) {
        esp_ref r = old.code.at[i];

        if (is_carried(c, r))
            continue;
        rewrite_inputs(&c->w, r);
        if (graph_at(g, r)->op == IR_guard)
            at = branch_out(c, at, r);
        else
            VEC_PUSH(g->arena, &g->blocks.at[at].code, r);
    }
    memcpy(c->out + block * MOST_PLACES, c->now, sizeof c->now);
}

/* Edges that leave the loop write what they have; back edges pass it on. */
static void leave_block(struct carry *c, uint32_t first, uint32_t n)
{
    esp_graph *g = c->g;

    for (uint32_t e = first; e < first + n; e++) {
        uint32_t to = g->edges.at[e].block;

        if (to == c->header) {
            for (uint32_t k = 0; k < c->n; k++)
                edit_add_arg(g, e, c->now[k]);
        } else if (!in_loop(c, to)) {
            uint32_t block = edit_split(g, e, g->blocks.at[to].cold);
            esp_ref jump = g->blocks.at[block].code.at[0];

            g->blocks.at[block].code.n = 0;
            write_places(c, block);
            VEC_PUSH(g->arena, &g->blocks.at[block].code, jump);
        }
    }
}

static void walk_loop_block(struct carry *c, uint32_t block)
{
    const esp_ins t = *graph_at(c->g, graph_term(c->g, block));

    if (block != c->header)
        join(c, block);
    walk_block(c, block);
    leave_block(c, t.b, t.c);
}

static void carry_loop(struct carry *c)
{
    esp_graph *g = c->g;
    const struct graph_props *p = g->props;

    c->out = ARENA_ARRAY(&g->unit->scratch, esp_ref,
                         g->blocks.n * MOST_PLACES);
    rewrite_init(&c->w, g);
    c->w.in_place = true;
    c->front = edit_front(g, c->loop);
    enter(c);
    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];

        if (in_loop(c, block)) {
            walk_loop_block(c, block);
            continue;
        }
        for (uint32_t k = 0; k < g->blocks.at[block].code.n; k++)
            rewrite_inputs(&c->w, g->blocks.at[block].code.at[k]);
    }
    rewrite_vobjs(&c->w);
}

/* ---- the whole -------------------------------------------------------- */

/* The next loop of which something is carried is changed; false if there is
 * none. */
static bool carry_next(esp_graph *g, esp_bits tried)
{
    struct carry c = { .g = g };

    props_need(g, PROP_DOM | PROP_LOOPS | PROP_PLACES);
    edit_kill_unreachable(g);
    alias_init(&c.alias, g);
    while ((c.loop = loop_next_innermost(g, tried)) != 0) {
        c.header = g->props->loops.at[c.loop].header;
        c.n = 0;
        bits_set(tried, c.header);
        if (!find_places(&c))
            continue;
        carry_loop(&c);
        props_forget(g, PROPS_ALL);
        return true;
    }
    return false;
}

void opt_carry(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits tried = bits_new(scratch, g->blocks.n);
    bool any = true;

    for (uint32_t n = 0; any && n < MOST_LOOPS; n++) {
        esp_arena_mark round = arena_mark(scratch);

        any = carry_next(g, tried);
        arena_release(scratch, round);
    }
    arena_release(scratch, mark);
}
