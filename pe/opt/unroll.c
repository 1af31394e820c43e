/*
 * Unrolling: small loops do FACTOR iterations at a time; those that count ask
 * once whether to go on.
 *
 *     b1(i): br i < n, b2, b3         m(i):  br i < n - 3, b2', b1
 *     b2:    body, jump b1(i + 1)     b2':   body, body, body, body
 *                                            jump m(i + 4)
 *                                     b1(i): br i < n, b2, b3
 *                                     b2:    body, jump b1(i + 1)
 *
 * A new block in front decides whether as many iterations will follow.  If so
 * none of the copies has to ask; what is left is done by the loop as it was.
 * The test may stand anywhere in the loop, as long as no iteration goes around
 * it.  In the same way the new block asks for what guards in the body say about
 * bounds, 0 <= i + c < m, and no copy has to.  (Gupta, "Optimizing array bound
 * checks using flow analysis", 1993, does so for whole loops.)
 *
 * Whether somebody wants the guest to stop is in a volatile word at a known
 * address, which copies behind the first do not read again: nobody can tell
 * that from having come a few iterations later.  (Only volatile stores may
 * change such a word, and no loop that has them is unrolled.)  A slow path of a
 * copy goes on in the new block, so behind the first copy the word is known to
 * be as it mostly is.  For the sake of that look alone a loop that does not
 * count is copied, too: each copy has its own test, and the loop as it was is
 * not entered any more.  Its variables then need not move at the end of each
 * iteration (gcd: a becomes b, and b the remainder).
 *
 * needs   dominators, loops, places
 * breaks  control flow
 * cost    linear for each copy; stops after MOST_WORK instructions
 */
#include "pe/graph/arith.h"
#include "pe/graph/dom.h"
#include "pe/graph/facts.h"
#include "pe/graph/loop.h"
#include "pe/opt/cold.h"
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/opt.h"
#include "pe/opt/region.h"

enum {
    FACTOR = 4,
    MOST_CODE = 20,             /* what stands in blocks that are not cold */
    MOST_BLOCKS = 24,
    MOST_STEP = 1 << 16,
    MOST_WORK = 1 << 20
};

/* A guard on 0 <= variable + offset < above. */
struct bound { esp_ref guard, above; int64_t offset; };

/* A volatile load with a branch on it, of which one edge is slow. */
struct once {
    esp_ref load, first;        /* first: its first copy */
    uint32_t block, stays;      /* where the branch is, and the other edge */
};

struct unroll {
    esp_graph *g;
    uint32_t loop, header;
    const bool *cold;
    VEC(esp_pred) back;         /* back edges of the loop as it was */
    bool counts;                /* there is such a test: */
    uint32_t variable;          /* index among the header's parameters */
    esp_ref step;
    int64_t by;                 /* the same if it is a constant, else 0: it goes
                                 * up, or no copy is entered */
    esp_ref limit;
    bool equal;                 /* goes on if they are equal */
    uint32_t block;             /* in which it stands, and its edge that stays
                                 * in the loop, 0 or 1 */
    uint32_t stays;
    /* what has been made */
    uint32_t front;
    uint32_t head[FACTOR];      /* copies of the header */
    VEC(struct once) once;
    VEC(struct bound) bounds;
    VEC(esp_ref) gone;          /* what stands in copies and goes, and what
                                 * stands for it, in turn */
};

/* ---- which loops ------------------------------------------------------ */

static bool is_fast(const struct unroll *u, uint32_t block)
{
    return u->g->props->loop_of.at[block] == u->loop && !u->cold[block];
}

/* Do all iterations pass a block that do not take a slow path? */
static bool always_passed(const struct unroll *u, uint32_t block)
{
    for (uint32_t k = 0; k < u->back.n; k++)
        if (!u->cold[u->back.at[k].block]
            && !dom_dominates(u->g, block, u->back.at[k].block))
            return false;
    return true;
}

static bool find_back_edges(struct unroll *u)
{
    const struct graph_props *p = u->g->props;
    bool fast = false;

    for (uint32_t k = p->pred_first.at[u->header];
         k < p->pred_first.at[u->header + 1]; k++) {
        if (!loop_contains(u->g, u->loop, p->pred.at[k].block))
            continue;
        VEC_PUSH(&u->g->unit->scratch, &u->back, p->pred.at[k]);
        fast = fast || !u->cold[p->pred.at[k].block];
    }
    return fast;
}

/* What a back edge adds to a variable; 0 if it does anything else. */
static esp_ref added(const struct unroll *u, const esp_edge *e,
                     uint32_t variable)
{
    const esp_graph *g = u->g;
    esp_ref param = g->blocks.at[u->header].params.at[variable];
    const esp_ins *i = graph_at(g, g->refs.at[e->args + variable]);

    if (i->op != IR_add)
        return 0;
    return i->a == param ? i->b : i->b == param ? i->a : 0;
}

/* What all fast iterations add to a variable. */
static bool find_step(struct unroll *u, uint32_t variable)
{
    const esp_graph *g = u->g;

    u->step = 0;
    for (uint32_t k = 0; k < u->back.n; k++) {
        esp_ref step = added(u, &g->edges.at[u->back.at[k].edge], variable);

        if (u->cold[u->back.at[k].block])
            continue;
        if (!step || (u->step && step != u->step)
            || !invariant_in(g, u->loop, step))
            return false;
        u->step = step;
    }
    u->by = !graph_is_const(g, u->step) ? 0
          : arith_signed((esp_type)graph_at(g, u->step)->ty,
                         graph_const(g, u->step));
    return u->by <= MOST_STEP && u->by >= -MOST_STEP;
}

static bool is_variable(const struct unroll *u, esp_ref x)
{
    const esp_ins *i = graph_at(u->g, x);

    return i->op == IR_param && i->a == u->header;
}

/* Is x a variable that goes towards the limit y, which it must not reach?
 * `up`: from below. */
static bool is_counted(struct unroll *u, esp_ref x, esp_ref y, bool up)
{
    const esp_ins *i = graph_at(u->g, x);

    if (!is_variable(u, x) || type_size[i->ty] < 4
        || !invariant_in(u->g, u->loop, y) || !find_step(u, i->b))
        return false;
    u->variable = i->b;
    u->limit = y;
    return graph_is_const(u->g, u->step) ? (up ? u->by > 0 : u->by < 0) : up;
}

/* Is it a test of a variable, with one edge that leaves the loop? */
static bool is_test(struct unroll *u, uint32_t block)
{
    const esp_graph *g = u->g;
    const esp_ins *t = graph_at(g, graph_term(g, block)), *c;
    const esp_edge *e;
    bool in[2];

    if (t->op != IR_br)
        return false;
    c = graph_at(g, t->a);
    if (c->op != IR_slt && c->op != IR_sle)
        return false;
    e = &g->edges.at[t->b];
    for (unsigned k = 0; k < 2; k++)
        in[k] = loop_contains(g, u->loop, e[k].block);
    if (in[0] == in[1])
        return false;
    u->block = block;
    u->stays = !in[0];
    u->equal = (c->op == IR_sle) != (u->stays == 1);
    return u->stays == 0
         ? is_counted(u, c->a, c->b, true) || is_counted(u, c->b, c->a, false)
         : is_counted(u, c->b, c->a, true) || is_counted(u, c->a, c->b, false);
}

/* What must not stand in a copy that is to be quick, and how much there is. */
static bool is_small(const struct unroll *u)
{
    const esp_graph *g = u->g;
    const struct graph_props *p = g->props;
    uint32_t size = 0, blocks = 0;

    for (uint32_t i = p->number.at[u->header]; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];
        const esp_block *k = &g->blocks.at[block];

        blocks += p->loop_of.at[block] == u->loop;
        if (!is_fast(u, block))
            continue;
        size += k->code.n
              - (graph_at(g, graph_term(g, block))->op == IR_jump);
        for (uint32_t j = 0; j < k->code.n && size <= MOST_CODE; j++) {
            const esp_ins *c = graph_at(g, k->code.at[j]);

            if (c->op == IR_call || (c->flags & INS_ORDERED)
                || (c->op == IR_store && (c->flags & INS_VOLATILE)))
                return false;
        }
    }
    return size <= MOST_CODE && blocks <= MOST_BLOCKS;
}

static bool find_test(struct unroll *u)
{
    const struct graph_props *p = u->g->props;

    for (uint32_t i = p->number.at[u->header]; i < p->order.n; i++)
        if (is_fast(u, p->order.at[i]) && always_passed(u, p->order.at[i])
            && is_test(u, p->order.at[i]))
            return true;
    return false;
}

/* ---- the copies ------------------------------------------------------- */

static bool is_slow(const struct unroll *u, const esp_edge *e)
{
    return u->cold[e->block] || !loop_contains(u->g, u->loop, e->block);
}

/* Is it a branch on a volatile word, with one edge to a slow path, or out of
 * the loop? */
static bool is_once(const struct unroll *u, uint32_t block, struct once *o)
{
    const esp_graph *g = u->g;
    const esp_ins *t = graph_at(g, graph_term(g, block)), *c, *l;
    const esp_edge *e;

    if (t->op != IR_br)
        return false;
    c = graph_at(g, t->a);
    if ((c->op != IR_eq && c->op != IR_ne) || !graph_is_const(g, c->b))
        return false;
    l = graph_at(g, c->a);
    e = &g->edges.at[t->b];
    *o = (struct once){ c->a, 0, block, is_slow(u, &e[0]) };
    return l->op == IR_load && (l->flags & INS_VOLATILE)
        && graph_is_const(g, l->a)
        && is_slow(u, &e[0]) != is_slow(u, &e[1])
        && always_passed(u, g->props->place.at[c->a]);
}

static void find_once(struct unroll *u)
{
    const struct graph_props *p = u->g->props;
    struct once o;

    for (uint32_t i = p->number.at[u->header]; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];

        if (is_fast(u, block) && always_passed(u, block)
            && is_once(u, block, &o) && is_fast(u, p->place.at[o.load]))
            VEC_PUSH(&u->g->unit->scratch, &u->once, o);
    }
}

/* Notes a guard on a bound of the variable, if it is one. */
static void find_bound(struct unroll *u, esp_ref r)
{
    esp_graph *g = u->g;
    const esp_ins *c = graph_at(g, graph_at(g, r)->a), *x;
    struct bound b = { r, c->b, 0 };
    esp_ref variable = c->a;
    esp_range above;

    if (c->op != IR_ult)
        return;
    x = graph_at(g, c->a);
    if (x->op == IR_add && graph_is_const(g, x->b)) {
        b.offset = arith_signed((esp_type)x->ty, graph_const(g, x->b));
        variable = x->a;
    }
    above = facts_signed(g, b.above);
    if (variable == g->blocks.at[u->header].params.at[u->variable]
        && b.offset <= MOST_STEP && b.offset >= -MOST_STEP
        && invariant_in(g, u->loop, b.above) && above.low >= 0
        && above.high <= arith_max((esp_type)x->ty) - MOST_STEP)
        VEC_PUSH(&g->unit->scratch, &u->bounds, b);
}

/* Each iteration passes these guards.  Upwards only. */
static void find_bounds(struct unroll *u)
{
    const esp_graph *g = u->g;
    const struct graph_props *p = g->props;

    for (uint32_t i = p->number.at[u->header]; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];
        const esp_block *k = &g->blocks.at[block];

        if (u->by < 0 || !is_fast(u, block) || !always_passed(u, block))
            continue;
        for (uint32_t j = 0; j < k->code.n; j++)
            if (graph_at(g, k->code.at[j])->op == IR_guard)
                find_bound(u, k->code.at[j]);
    }
}

static void replace(struct unroll *u, esp_ref r, esp_ref by)
{
    VEC_PUSH(&u->g->unit->scratch, &u->gone, r);
    VEC_PUSH(&u->g->unit->scratch, &u->gone, by);
}

static void drop_bounds(struct unroll *u, const opt_region *r)
{
    for (uint32_t k = 0; k < u->bounds.n; k++)
        replace(u, r->copied[u->bounds.at[k].guard],
                build_const(u->g, TY_i1, 1));
}

/* Of two edges of a copied block one is left. */
static void decide(const struct unroll *u, const opt_region *r,
                   uint32_t block, uint32_t edge)
{
    uint32_t copy = r->copy_of[block];

    edit_jump(u->g, copy, graph_at(u->g, graph_term(u->g, copy))->b + edge);
}

static void drop_once(struct unroll *u, const opt_region *r)
{
    for (uint32_t k = 0; k < u->once.n; k++) {
        struct once *o = &u->once.at[k];

        if (!o->first) {
            o->first = r->copied[o->load];
            continue;
        }
        replace(u, r->copied[o->load], o->first);
        decide(u, r, o->block, o->stays);
    }
}

static void collect(opt_region *r)
{
    const struct graph_props *p = r->g->props;

    for (uint32_t i = p->number.at[r->header]; i < p->order.n; i++)
        if (p->loop_of.at[p->order.at[i]] == r->loop)
            region_add(r, p->order.at[i]);
}

/* Who comes from outside or from the copy before enters this copy; slow paths
 * of copies go to the block in front.  False if that cannot be done. */
static bool add_copy(struct unroll *u, unsigned n)
{
    esp_graph *g = u->g;
    const struct graph_props *p;
    opt_region r;

    props_need(g, PROP_DOM | PROP_LOOPS | PROP_PLACES);
    p = g->props;
    region_init(&r, g, p->loop_of.at[u->header]);
    collect(&r);
    if (!region_possible(&r))
        return false;
    region_copy(&r);
    u->head[n] = r.copy_of[u->header];
    for (uint32_t k = p->pred_first.at[u->header];
         k < p->pred_first.at[u->header + 1]; k++)
        if (!region_has(&r, p->pred.at[k].block))
            g->edges.at[p->pred.at[k].edge].block = u->head[n];
    region_behind(&r);
    if (u->counts)
        decide(u, &r, u->block, u->stays);
    drop_bounds(u, &r);
    drop_once(u, &r);
    for (uint32_t k = 0; k < u->back.n; k++)
        if (u->cold[u->back.at[k].block] || n == FACTOR - 1)
            g->edges.at[r.copy_edge[u->back.at[k].edge]].block = u->front;
    props_forget(g, PROPS_ALL);
    return true;
}

/* ---- the block in front ----------------------------------------------- */

static esp_ref number(const struct unroll *u, int64_t x)
{
    return build_const(u->g, (esp_type)graph_at(u->g, u->limit)->ty,
                       (uint64_t)x);
}

/* x < y ? x : y, or the other way round */
static esp_ref nearer(esp_build *b, esp_ref x, esp_ref y, bool least)
{
    esp_ref less = build_binary(b, IR_slt, x, y);

    return least ? build_select(b, less, x, y) : build_select(b, less, y, x);
}

/* The limit for a variable that has FACTOR - 1 steps before it, as far away as
 * it can be if there is none: variable < limit, or limit < variable. */
static esp_ref limit_in_front(const struct unroll *u, esp_build *b)
{
    esp_type ty = (esp_type)graph_at(u->g, u->limit)->ty;
    bool up = u->by >= 0;
    int64_t equal = u->equal ? (up ? 1 : -1) : 0;
    int64_t most = (FACTOR - 1) * (u->by ? u->by : MOST_STEP) - equal;
    int64_t end = up ? arith_min(ty) : arith_max(ty);
    esp_ref last = number(u, end + most), out, far, all, less;

    all = build_binary(b, IR_mul, u->step, number(u, FACTOR - 1));
    all = build_binary(b, IR_sub, all, number(u, equal));
    out = up ? build_binary(b, IR_slt, u->limit, last)
             : build_binary(b, IR_slt, last, u->limit);
    far = build_binary(b, IR_sub, u->limit, all);
    far = build_select(b, out, number(u, end), far);
    if (u->by)
        return far;
    less = build_binary(b, IR_sub, u->step, number(u, 1));
    out = build_binary(b, IR_ult, less, number(u, MOST_STEP));
    return build_select(b, out, far, number(u, end));
}

/* The same with what bounds say in addition.  They are neither below 0 nor very
 * large, and steps are small if the limit is not as far away as can be, so
 * nothing overflows. */
static esp_ref limit_in_bounds(const struct unroll *u, esp_build *b)
{
    esp_ref limit = limit_in_front(u, b);

    for (uint32_t k = 0; k < u->bounds.n; k++) {
        esp_ref all = build_binary(b, IR_mul, u->step, number(u, FACTOR - 1));
        esp_ref above = build_binary(b, IR_sub, u->bounds.at[k].above, all);

        above = build_binary(b, IR_sub, above,
                             number(u, u->bounds.at[k].offset));
        limit = nearer(b, above, limit, true);
    }
    return limit;
}

/* Is x, the variable, far enough from its limit? */
static esp_ref ask(const struct unroll *u, esp_build *b, esp_ref x)
{
    esp_ref limit = limit_in_bounds(u, b);
    int64_t low = INT64_MIN;

    if (u->by < 0)
        return build_binary(b, IR_slt, limit, x);
    if (!u->bounds.n)
        return build_binary(b, IR_slt, x, limit);
    for (uint32_t k = 0; k < u->bounds.n; k++)
        if (-u->bounds.at[k].offset > low)
            low = -u->bounds.at[k].offset;
    limit = nearer(b, limit, number(u, low), false);
    limit = build_binary(b, IR_sub, limit, number(u, low));
    x = build_binary(b, IR_sub, x, number(u, low));
    return build_binary(b, IR_ult, x, limit);
}

/* Takes the place of what only jumps to the first copy.  If nobody counts, that
 * is always entered. */
static void ask_in_front(struct unroll *u)
{
    esp_graph *g = u->g;
    esp_build b = { g, u->front };
    esp_block *f = &g->blocks.at[u->front];
    esp_ref more = u->counts ? ask(u, &b, f->params.at[u->variable])
                             : build_const(g, TY_i1, 1);

    f->code.n = 0;
    build_br(&b, more, u->head[0], f->params.at, f->params.n,
             u->header, f->params.at, f->params.n);
}

/* ---- the whole -------------------------------------------------------- */

static bool unroll_loop(struct unroll *u)
{
    esp_graph *g = u->g;
    opt_region r;

    if (!find_back_edges(u) || !is_small(u))
        return false;
    find_once(u);
    u->counts = find_test(u);
    if (!u->counts && !u->once.n)
        return false;
    region_init(&r, g, u->loop);
    collect(&r);
    if (!region_possible(&r))
        return false;
    if (u->counts)
        find_bounds(u);
    u->front = edit_front(g, u->loop);
    props_forget(g, PROPS_ALL);
    for (unsigned n = 0; n < FACTOR; n++)
        if (!add_copy(u, n))
            unit_assert(g->unit, false, "no copy %u of b%u", n, u->header);
    ask_in_front(u);
    return true;
}

/* What stands in blocks and has something in its place goes. */
static void forget(esp_graph *g, const esp_ref *gone, uint32_t n)
{
    opt_rewrite w;

    rewrite_init(&w, g);
    w.in_place = true;
    for (uint32_t k = 0; k < n; k += 2)
        rewrite_to(&w, gone[k], gone[k + 1]);
    for (uint32_t b = 0; b < g->blocks.n; b++) {
        uint32_t m = 0;

        for (uint32_t i = 0; i < g->blocks.at[b].code.n; i++) {
            esp_ref r = g->blocks.at[b].code.at[i];

            if (rewrite_value(&w, r) != r)
                continue;
            rewrite_inputs(&w, r);
            g->blocks.at[b].code.at[m++] = r;
        }
        g->blocks.at[b].code.n = m;
    }
    rewrite_vobjs(&w);
}

/* The next innermost loop that can be unrolled is; false if there is none. */
static bool unroll_next(esp_graph *g, esp_bits tried)
{
    bool *cold = ARENA_ARRAY(&g->unit->scratch, bool, g->blocks.n);
    uint32_t loop;

    props_need(g, PROP_LOOPS | PROP_DOM | PROP_PLACES);
    edit_kill_unreachable(g);   /* copies that are never entered, too */
    cold_find(g, cold, false);
    while ((loop = loop_next_innermost(g, tried)) != 0) {
        struct unroll u = { .g = g, .loop = loop, .cold = cold };

        u.header = g->props->loops.at[loop].header;
        bits_set(tried, u.header);
        if (!unroll_loop(&u))
            continue;
        if (u.front < tried.n * 64)
            bits_set(tried, u.front);
        if (u.gone.n)
            forget(g, u.gone.at, u.gone.n);
        return true;
    }
    return false;
}

void opt_unroll(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits tried = bits_new(scratch, g->blocks.n);
    bool any = true;

    for (uint32_t work = 0; any && work < MOST_WORK;
         work += (FACTOR + 1) * g->ins.n) {
        esp_arena_mark round = arena_mark(scratch);

        any = unroll_next(g, tried);
        arena_release(scratch, round);
    }
    arena_release(scratch, mark);
}
