/*
 * Unrolling: small loops that count do FACTOR iterations at a time.
 *
 *     b1(i): br i < n, b2, b3         m(i):  br i < n - 3, b2', b1
 *     b2:    body, jump b1(i + 1)     b2':   body, body, body, body
 *                                            jump m(i + 4)
 *                                     b1(i): br i < n, b2, b3
 *                                     b2:    body, jump b1(i + 1)
 *
 * A new block in front decides whether as many iterations will follow.  If so
 * none of the copies has to ask; what is left is done by the loop as it was.
 * The test is taken over by copies wherever in the loop it stands, as long as
 * no iteration goes around it.
 *
 * Whether somebody wants the guest to stop is in a volatile word at a known
 * address, which copies behind the first do not read again: nobody can tell
 * that from having come a few iterations later.  (Only volatile stores may
 * change such a word, and no loop that has them is unrolled.)  A slow path of a
 * copy goes on in the new block, so that behind the first copy that word is
 * known (branch.c).
 *
 * needs   dominators, loops, places
 * breaks  control flow
 * cost    linear for each copy; stops after MOST_WORK instructions
 */
#include "pe/graph/arith.h"
#include "pe/graph/dom.h"
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

struct unroll {
    esp_graph *g;
    uint32_t loop, header;
    const bool *cold;
    VEC(esp_pred) back;         /* back edges of the loop as it was */
    /* the test */
    uint32_t variable;          /* index among the header's parameters */
    int64_t step;
    esp_ref limit;
    bool equal;                 /* goes on if they are equal */
    uint32_t block;             /* in which it stands, and its edge that stays
                                 * in the loop, 0 or 1 */
    uint32_t stays;
    /* what has been made */
    uint32_t front;
    uint32_t head[FACTOR];      /* copies of the header */
    VEC(esp_ref) once;          /* volatile loads, and the first copies of them,
                                 * in turn */
    VEC(esp_ref) gone;          /* those of other copies, with that one */
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

/* By how much all fast iterations change a variable; 0 for nothing steady. */
static int64_t step_of(const struct unroll *u, uint32_t variable)
{
    const esp_graph *g = u->g;
    esp_ref param = g->blocks.at[u->header].params.at[variable];
    int64_t step = 0;

    for (uint32_t k = 0; k < u->back.n; k++) {
        const esp_edge *e = &g->edges.at[u->back.at[k].edge];
        const esp_ins *i = graph_at(g, g->refs.at[e->args + variable]);
        int64_t by;

        if (u->cold[u->back.at[k].block])
            continue;
        if (i->op != IR_add || i->a != param || !graph_is_const(g, i->b))
            return 0;
        by = arith_signed((esp_type)i->ty, graph_const(g, i->b));
        if ((step && by != step) || by > MOST_STEP || by < -MOST_STEP)
            return 0;
        step = by;
    }
    return step;
}

/* Is x a variable that goes towards the limit y, which it must not reach?
 * `up`: from below. */
static bool is_counted(struct unroll *u, esp_ref x, esp_ref y, bool up)
{
    const esp_ins *i = graph_at(u->g, x);

    if (i->op != IR_param || i->a != u->header || type_size[i->ty] < 4
        || !invariant_in(u->g, u->loop, y))
        return false;
    u->variable = i->b;
    u->limit = y;
    u->step = step_of(u, i->b);
    return up ? u->step > 0 : u->step < 0;
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
        size += k->code.n;
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

/* Finds the volatile words that are read in each iteration. */
static void find_once(struct unroll *u)
{
    esp_graph *g = u->g;
    const struct graph_props *p = g->props;

    for (uint32_t i = p->number.at[u->header]; i < p->order.n; i++) {
        uint32_t block = p->order.at[i];
        const esp_block *k = &g->blocks.at[block];

        if (!is_fast(u, block) || !always_passed(u, block))
            continue;
        for (uint32_t j = 0; j < k->code.n; j++) {
            const esp_ins *l = graph_at(g, k->code.at[j]);

            if (l->op != IR_load || !(l->flags & INS_VOLATILE)
                || !graph_is_const(g, l->a))
                continue;
            VEC_PUSH(&g->unit->scratch, &u->once, k->code.at[j]);
            VEC_PUSH(&g->unit->scratch, &u->once, 0);
        }
    }
}

static void note_once(struct unroll *u, const opt_region *r)
{
    esp_arena *scratch = &u->g->unit->scratch;

    for (uint32_t k = 0; k < u->once.n; k += 2) {
        esp_ref copy = r->copied[u->once.at[k]];

        if (!u->once.at[k + 1]) {
            u->once.at[k + 1] = copy;
            continue;
        }
        VEC_PUSH(scratch, &u->gone, copy);
        VEC_PUSH(scratch, &u->gone, u->once.at[k + 1]);
    }
}

/* Copies do not ask: the terminator stays in the loop. */
static void drop_test(const struct unroll *u, const opt_region *r)
{
    uint32_t copy = r->copy_of[u->block];

    edit_jump(u->g, copy,
              graph_at(u->g, graph_term(u->g, copy))->b + u->stays);
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
    drop_test(u, &r);
    note_once(u, &r);
    for (uint32_t k = 0; k < u->back.n; k++)
        if (u->cold[u->back.at[k].block] || n == FACTOR - 1)
            g->edges.at[r.copy_edge[u->back.at[k].edge]].block = u->front;
    props_forget(g, PROPS_ALL);
    return true;
}

/* ---- the block in front ----------------------------------------------- */

/* The limit for a variable that has FACTOR - 1 steps before it, as far away as
 * it can be if there is none: variable < limit, or limit < variable. */
static esp_ref limit_in_front(const struct unroll *u, esp_build *b)
{
    esp_graph *g = u->g;
    esp_type ty = (esp_type)graph_at(g, u->limit)->ty;
    int64_t all = (FACTOR - 1) * u->step;
    int64_t end = u->step > 0 ? arith_min(ty) : arith_max(ty);
    esp_ref last, out, moved;

    all -= u->equal ? (u->step > 0 ? 1 : -1) : 0;
    last = build_const(g, ty, (uint64_t)(end + all));
    out = u->step > 0 ? build_binary(b, IR_slt, u->limit, last)
                      : build_binary(b, IR_slt, last, u->limit);
    moved = build_binary(b, IR_add, u->limit,
                         build_const(g, ty, (uint64_t)-all));
    return build_select(b, out, build_const(g, ty, (uint64_t)end), moved);
}

/* Takes the place of what only jumps to the first copy. */
static void ask_in_front(struct unroll *u)
{
    esp_graph *g = u->g;
    esp_build b = { g, u->front };
    esp_block *f = &g->blocks.at[u->front];
    esp_ref limit = limit_in_front(u, &b), x = f->params.at[u->variable];
    esp_ref more = u->step > 0 ? build_binary(&b, IR_slt, x, limit)
                               : build_binary(&b, IR_slt, limit, x);

    f->code.n = 0;
    build_br(&b, more, u->head[0], f->params.at, f->params.n,
             u->header, f->params.at, f->params.n);
}

/* ---- the whole -------------------------------------------------------- */

static bool unroll_loop(struct unroll *u)
{
    esp_graph *g = u->g;
    opt_region r;

    if (!find_back_edges(u) || !is_small(u) || !find_test(u))
        return false;
    region_init(&r, g, u->loop);
    collect(&r);
    if (!region_possible(&r))
        return false;
    find_once(u);
    u->front = edit_front(g, u->loop);
    props_forget(g, PROPS_ALL);
    for (unsigned n = 0; n < FACTOR; n++)
        if (!add_copy(u, n))
            unit_assert(g->unit, false, "no copy %u of b%u", n, u->header);
    ask_in_front(u);
    return true;
}

/* Loads that have another one in their place go. */
static void forget_loads(esp_graph *g, const esp_ref *gone, uint32_t n)
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
            forget_loads(g, u.gone.at, u.gone.n);
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

    edit_kill_unreachable(g);
    for (uint32_t work = 0; any && work < MOST_WORK;
         work += (FACTOR + 1) * g->ins.n) {
        esp_arena_mark round = arena_mark(scratch);

        any = unroll_next(g, tried);
        arena_release(scratch, round);
    }
    arena_release(scratch, mark);
}
