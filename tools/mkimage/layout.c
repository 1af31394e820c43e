/*
 * The order of blocks, loops, numbers of values, liveness.
 *
 * Blocks stand in reverse post-order, but those of a loop next to each other,
 * header first: when the walk comes to a header, the whole loop is placed
 * before it goes on.  That is still a topological order, since a loop is
 * entered only at its header; a function for which this is not so is refused.
 *
 * An exploded loop also takes in what only an iteration that leaves it can come
 * to.  So this is evaluated for each such iteration by itself: of two entries
 * of an inline cache either is a constant in what is done with it.
 */
#include "tools/mkimage/layout.h"

enum { NONE = UINT32_MAX, MAX_LIVE_BITS = 1 << 30 };

typedef struct loops {
    const draft *d;
    draft_refs rpo;
    uint32_t *number;           /* by block: index in rpo */
    uint32_t *idom;             /* by index in rpo */
    uint32_t *loop;             /* by index: header of the innermost loop
                                 * around it (itself for a header), or NONE */
    uint32_t *outer;            /* by index of a header: header of the loop
                                 * around that loop, or NONE */
    struct { uint32_t *at; } *preds;
    uint32_t *npreds;
} loops;

/* ---- dominators: Cooper, Harvey, Kennedy ------------------------------- */

static void find_preds(loops *s)
{
    esp_arena *a = s->d->arena;

    s->preds = arena_alloc(a, s->rpo.n * sizeof *s->preds);
    s->npreds = ARENA_ARRAY(a, uint32_t, s->rpo.n);
    for (uint32_t k = 0; k < s->rpo.n; k++)
        s->preds[k].at = ARENA_ARRAY(a, uint32_t,
                                     s->d->blocks.at[s->rpo.at[k]].npreds);
    for (uint32_t k = 0; k < s->rpo.n; k++) {
        const draft_block *b = &s->d->blocks.at[s->rpo.at[k]];

        for (uint32_t e = 0; e < b->edges.n; e++) {
            uint32_t to = s->number[b->edges.at[e].to];

            s->preds[to].at[s->npreds[to]++] = k;
        }
    }
}

static uint32_t common(const uint32_t *idom, uint32_t x, uint32_t y)
{
    while (x != y)
        if (x > y)
            x = idom[x];
        else
            y = idom[y];
    return x;
}

static void find_dominators(loops *s)
{
    bool changed = true;

    for (uint32_t k = 1; k < s->rpo.n; k++)
        s->idom[k] = NONE;
    while (changed) {
        changed = false;
        for (uint32_t k = 1; k < s->rpo.n; k++) {
            uint32_t best = NONE;

            for (uint32_t p = 0; p < s->npreds[k]; p++) {
                uint32_t pred = s->preds[k].at[p];

                if (pred == 0 || s->idom[pred] != NONE)
                    best = best == NONE ? pred : common(s->idom, best, pred);
            }
            changed |= best != s->idom[k];
            s->idom[k] = best;
        }
    }
}

static bool dominates(const loops *s, uint32_t x, uint32_t y)
{
    while (y > x)
        y = s->idom[y];
    return x == y;
}

/* ---- loops ------------------------------------------------------------- */

/* The outermost loop found so far around block k, or NONE. */
static uint32_t outermost(const loops *s, uint32_t k)
{
    uint32_t h = s->loop[k];

    while (h != NONE && s->outer[h] != NONE)
        h = s->outer[h];
    return h;
}

/* All that reaches a back edge to h without passing h is in h's loop.  Inner
 * loops have been found before: they are taken as a whole. */
static void collect(loops *s, uint32_t h)
{
    VEC(uint32_t) work = { 0 };

    for (uint32_t p = 0; p < s->npreds[h]; p++)
        if (s->preds[h].at[p] >= h)
            VEC_PUSH(s->d->arena, &work, s->preds[h].at[p]);
    s->loop[h] = h;
    while (work.n) {
        uint32_t k = work.at[--work.n], inner = outermost(s, k);

        if (inner == h)
            continue;
        if (inner == NONE) {
            s->loop[k] = h;
        } else {
            s->outer[inner] = h;
            k = inner;
        }
        for (uint32_t p = 0; p < s->npreds[k]; p++)
            if (inner == NONE || s->preds[k].at[p] < k)
                VEC_PUSH(s->d->arena, &work, s->preds[k].at[p]);
    }
}

static bool find_loops(loops *s)
{
    for (uint32_t k = 0; k < s->rpo.n; k++)
        s->loop[k] = s->outer[k] = NONE;
    for (uint32_t k = s->rpo.n; k-- > 0;) {
        bool header = false;

        for (uint32_t p = 0; p < s->npreds[k]; p++) {
            if (s->preds[k].at[p] < k)
                continue;
            if (!dominates(s, k, s->preds[k].at[p]))
                return false;
            header = true;
        }
        if (header)
            collect(s, k);
    }
    return true;
}

/* ---- exploded loops ---------------------------------------------------- */

/* Calls are compared by the name of the intrinsic. */
static bool calls_intrinsic(const draft *d, uint32_t block, esp_intrinsic what)
{
    const draft_block *b = &d->blocks.at[block];

    for (uint32_t k = 0; k < b->code.n; k++) {
        const esp_ins *i = draft_at(d, b->code.at[k]);

        if (i->op == IR_call && d->calls.at[i->a].intrinsic == what)
            return true;
    }
    return false;
}

/* The exploded loop directly inside of `around` that block k is in, but not
 * its header; or NONE. */
static uint32_t exploded_around(const loops *s, const bool *exploded, uint32_t k,
                                uint32_t around)
{
    uint32_t h = s->loop[k];

    while (h != NONE && s->outer[h] != around)
        h = s->outer[h];
    return h != NONE && h != k && exploded[h] ? h : NONE;
}

/* Dominators come first in the order, so that what is dominated by a block that
 * was taken in is taken in, too. */
static void take_exits_in(loops *s)
{
    esp_intrinsic explode = image_intrinsic("esp_explode_loop");
    bool *exploded = ARENA_ARRAY(s->d->arena, bool, s->rpo.n);

    for (uint32_t k = 0; k < s->rpo.n; k++)
        if (s->loop[k] != NONE && calls_intrinsic(s->d, s->rpo.at[k], explode))
            exploded[s->loop[k]] = true;
    for (uint32_t k = 1; k < s->rpo.n; k++) {
        uint32_t *in = s->loop[k] == k ? &s->outer[k] : &s->loop[k];
        uint32_t h = exploded_around(s, exploded, s->idom[k], *in);

        if (h != NONE)
            *in = h;
    }
}

/* ---- order ------------------------------------------------------------- */

/* Places the blocks of one loop (NONE: of the function) from index k on. */
static void place(layout *l, const loops *s, uint32_t loop, uint32_t k)
{
    uint32_t start = l->order.n;

    for (; k < s->rpo.n; k++) {
        if (s->loop[k] == loop) {
            l->position[s->rpo.at[k]] = l->order.n;
            VEC_PUSH(l->d->arena, &l->order, s->rpo.at[k]);
        } else if (s->loop[k] == k && s->outer[k] == loop) {
            place(l, s, k, k);
        }
    }
    if (loop != NONE)
        l->loop_end[start] = l->order.n;
}

static const char *order_blocks(layout *l, draft *d)
{
    esp_arena *a = d->arena;
    loops s = { .d = d, .rpo = draft_order(d) };

    s.number = ARENA_ARRAY(a, uint32_t, d->blocks.n);
    s.idom = ARENA_ARRAY(a, uint32_t, s.rpo.n);
    s.loop = ARENA_ARRAY(a, uint32_t, s.rpo.n);
    s.outer = ARENA_ARRAY(a, uint32_t, s.rpo.n);
    for (uint32_t k = 0; k < s.rpo.n; k++)
        s.number[s.rpo.at[k]] = k;
    find_preds(&s);
    find_dominators(&s);
    if (!find_loops(&s))
        return "loop with two entries";
    take_exits_in(&s);
    l->position = ARENA_ARRAY(a, uint32_t, d->blocks.n);
    l->loop_end = ARENA_ARRAY(a, uint32_t, s.rpo.n);
    place(l, &s, NONE, 0);
    return NULL;
}

/* ---- numbers ----------------------------------------------------------- */

static void number_const(layout *l, esp_ref r)
{
    if (draft_at(l->d, r)->op != IR_const || l->value[r])
        return;
    l->value[r] = l->consts.n;
    VEC_PUSH(l->d->arena, &l->consts, r);
}

static void number_refs(layout *l, const draft_refs *refs)
{
    for (uint32_t k = 0; k < refs->n; k++)
        number_const(l, refs->at[k]);
}

static void number_consts_of(layout *l, esp_ref r)
{
    const esp_ins *i = draft_at(l->d, r);
    unsigned n = draft_inputs(l->d, r);

    if (n > 0)
        number_const(l, i->a);
    if (n > 1)
        number_const(l, i->b);
    if (n > 2)
        number_const(l, i->c);
    if (i->op == IR_call) {
        number_const(l, l->d->calls.at[i->a].callee);
        number_refs(l, &l->d->calls.at[i->a].args);
    }
}

static void number_values(layout *l)
{
    const draft *d = l->d;

    l->value = ARENA_ARRAY(d->arena, uint32_t, d->ins.n);
    VEC_PUSH(d->arena, &l->consts, 0);
    for (uint32_t p = 0; p < l->order.n; p++) {
        const draft_block *b = &d->blocks.at[l->order.at[p]];

        for (uint32_t k = 0; k < b->code.n; k++)
            number_consts_of(l, b->code.at[k]);
        for (uint32_t e = 0; e < b->edges.n; e++)
            number_refs(l, &b->edges.at[e].args);
    }
    for (uint32_t p = 0; p < l->order.n; p++) {
        const draft_block *b = &d->blocks.at[l->order.at[p]];

        for (uint32_t k = 0; k < b->params.n; k++)
            l->value[b->params.at[k]] = l->consts.n + l->ncode++;
        for (uint32_t k = 0; k < b->code.n; k++)
            l->value[b->code.at[k]] = l->consts.n + l->ncode++;
    }
}

/* ---- liveness ---------------------------------------------------------- */

static void use(const layout *l, esp_bits live, esp_ref r)
{
    if (l->value[r] >= l->consts.n)
        bits_set(live, l->value[r] - l->consts.n);
}

static void use_inputs(const layout *l, esp_bits live, esp_ref r)
{
    const esp_ins *i = draft_at(l->d, r);
    unsigned n = draft_inputs(l->d, r);

    if (n > 0)
        use(l, live, i->a);
    if (n > 1)
        use(l, live, i->b);
    if (n > 2)
        use(l, live, i->c);
    if (i->op == IR_call) {
        const draft_call *c = &l->d->calls.at[i->a];

        use(l, live, c->callee);
        for (uint32_t k = 0; k < c->args.n; k++)
            use(l, live, c->args.at[k]);
    }
}

static void define(const layout *l, esp_bits live, esp_ref r)
{
    bits_clear(live, l->value[r] - l->consts.n);
}

/* What is live in front of instruction k of a block. */
static void live_before(const layout *l, uint32_t p, uint32_t k, esp_bits live)
{
    const draft_block *b = &l->d->blocks.at[l->order.at[p]];

    for (uint32_t e = 0; e < b->edges.n; e++) {
        bits_add(live, l->live[l->position[b->edges.at[e].to]]);
        for (uint32_t j = 0; j < b->edges.at[e].args.n; j++)
            use(l, live, b->edges.at[e].args.at[j]);
    }
    for (uint32_t j = b->code.n; j-- > k;) {
        define(l, live, b->code.at[j]);
        use_inputs(l, live, b->code.at[j]);
    }
}

static void find_live(layout *l)
{
    esp_arena *a = l->d->arena;
    esp_bits live;
    bool changed = true;

    l->live = ARENA_ARRAY(a, esp_bits, l->order.n);
    for (uint32_t p = 0; p < l->order.n; p++)
        l->live[p] = bits_new(a, l->ncode);
    while (changed) {
        changed = false;
        for (uint32_t p = l->order.n; p-- > 0;) {
            const draft_block *b = &l->d->blocks.at[l->order.at[p]];
            esp_arena_mark mark = arena_mark(a);

            live = bits_new(a, l->ncode);
            live_before(l, p, 0, live);
            for (uint32_t k = 0; k < b->params.n; k++)
                define(l, live, b->params.at[k]);
            changed |= bits_add(l->live[p], live);
            arena_release(a, mark);
        }
    }
}

esp_bits layout_live_behind(const layout *l, uint32_t position, uint32_t k)
{
    const draft_block *b = &l->d->blocks.at[l->order.at[position]];
    esp_bits live = bits_new(l->d->arena, l->ncode);

    live_before(l, position, k + 1, live);
    define(l, live, b->code.at[k]);
    if (k + 1 < b->code.n && draft_at(l->d, b->code.at[k + 1])->op == IR_second)
        define(l, live, b->code.at[k + 1]);
    return live;
}

/* ---- marks ------------------------------------------------------------- */

typedef struct known {
    esp_intrinsic deopt, invalidate, explode, key;
} known;

static esp_intrinsic intrinsic_at(const layout *l, esp_ref r)
{
    const esp_ins *i = draft_at(l->d, r);

    return i->op == IR_call ? l->d->calls.at[i->a].intrinsic : 0;
}

/* The loop that the block at a position is in belongs to the nearest header
 * before it whose loop has not ended. */
static void mark_exploded(layout *l, uint32_t p)
{
    for (uint32_t h = p + 1; h-- > 0;)
        if (l->loop_end[h] > p) {
            l->explode[h] = true;
            return;
        }
}

static bool leads_to_deopt(const layout *l, const known *c, uint32_t p)
{
    for (uint32_t steps = 0; steps <= l->order.n; steps++) {
        const draft_block *b = &l->d->blocks.at[l->order.at[p]];

        for (uint32_t k = 0; k < b->code.n; k++) {
            esp_intrinsic what = intrinsic_at(l, b->code.at[k]);
            const esp_ins *i = draft_at(l->d, b->code.at[k]);

            if (i->op == IR_unreachable ||
                (what && (what == c->deopt || what == c->invalidate)))
                return true;
            if (op_info[i->op].flags & (OP_WRITES | OP_TERM) &&
                i->op != IR_jump)
                return false;
        }
        p = l->position[b->edges.at[0].to];
    }
    return false;
}

static void find_marks(layout *l)
{
    known c = { image_intrinsic("esp_deopt"),
                image_intrinsic("esp_deopt_invalidate"),
                image_intrinsic("esp_explode_loop"),
                image_intrinsic("esp_explode_key") };

    l->explode = ARENA_ARRAY(l->d->arena, bool, l->order.n);
    l->deopts = ARENA_ARRAY(l->d->arena, bool, l->order.n);
    for (uint32_t p = 0; p < l->order.n; p++) {
        const draft_block *b = &l->d->blocks.at[l->order.at[p]];

        for (uint32_t k = 0; k < b->code.n; k++) {
            esp_intrinsic what = intrinsic_at(l, b->code.at[k]);

            if (what && (what == c.explode || what == c.key))
                mark_exploded(l, p);
        }
        l->deopts[p] = leads_to_deopt(l, &c, p);
    }
}

const char *layout_make(layout *l, draft *d)
{
    const char *reason;

    *l = (layout){ .d = d };
    if ((reason = order_blocks(l, d)))
        return reason;
    number_values(l);
    if ((uint64_t)l->order.n * l->ncode > MAX_LIVE_BITS)
        return "very large function";
    find_live(l);
    find_marks(l);
    return NULL;
}
