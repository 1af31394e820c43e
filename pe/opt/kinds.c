/*
 * Kinds: parameters and loads are integers or numbers as their users want.
 *
 * A language keeps a payload in 64 bits that may be anything, so what the
 * evaluator carries around a loop is an i64, and each iteration takes the bits
 * of a number out of it and puts those of the next one back:
 *
 *     b1(x: i64):                     b1(x': f64):
 *         y = bitcast x                   z = fadd x', 1.0
 *         z = fadd y, 1.0        =>       jump b1(z)
 *         w = bitcast z
 *         jump b1(w)
 *
 * On the machine these are moves between two files of registers, in the middle
 * of what the loop waits for.  So each user of a value has a vote, as heavy as
 * its block is hot: for the other type if it is a bitcast to that, else for the
 * present one.  Frame states and stores do not care; constants, hardly.  What
 * is passed from one candidate to another has a vote, too, which depends on
 * what the other one has become: a few rounds settle that.
 *
 * needs   loops, predecessors, places
 * keeps   control flow
 * breaks  users
 * cost    linear
 */
#include "framework/base/bits.h"
#include "pe/opt/cold.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

enum { ROUNDS = 4, DEEPEST = 5 };

/* One candidate is passed for another. */
struct tie { esp_ref a, b; uint32_t weight; };

struct kinds {
    esp_graph *g;
    esp_arena *scratch;
    uint32_t *heat;             /* by block: weight of what is in it, 0 cold */
    uint32_t *warmth;           /* by instruction that floats: the weight of
                                 * its hottest user */
    int64_t *votes;             /* by instruction: for another type */
    esp_bits other;             /* those that get another type */
    VEC(esp_ref) list;          /* candidates */
    VEC(struct tie) ties;
    VEC(esp_ref) work;
    uint32_t weight;            /* of the user at hand */
    esp_ref user;
};

static esp_type type_of(const esp_graph *g, esp_ref r)
{
    return (esp_type)graph_at(g, r)->ty;
}

static esp_type other_type(esp_type ty)
{
    return ty == TY_i64 ? TY_f64 : TY_i64;
}

static bool has_two_types(const esp_graph *g, esp_ref r)
{
    return type_of(g, r) == TY_i64 || type_of(g, r) == TY_f64;
}

/* The function's own parameters are where the caller has put them. */
static bool is_candidate(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    return has_two_types(g, r)
        && ((i->op == IR_param && i->a != 0)
            || (i->op == IR_load && !(i->flags & INS_VOLATILE)));
}

/* Is it only the bits of a value of the other type? */
static bool is_cast(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    return i->op == IR_bitcast && has_two_types(g, r)
        && type_of(g, i->a) == other_type((esp_type)i->ty);
}

/* ---- how hot ---------------------------------------------------------- */

static void find_heat(struct kinds *k)
{
    esp_graph *g = k->g;
    bool *cold = ARENA_ARRAY(k->scratch, bool, g->blocks.n);

    k->heat = ARENA_ARRAY(k->scratch, uint32_t, g->blocks.n);
    cold_find(g, cold, true);
    for (uint32_t i = 0; i < g->props->order.n; i++) {
        uint32_t b = g->props->order.at[i], depth = props_loop_depth(g, b);

        depth = depth < DEEPEST ? depth : DEEPEST;
        k->heat[b] = cold[b] ? 0 : 1u << 3 * depth;
    }
}

/* Where a value stands, or is used at the hottest. */
static uint32_t weight_of(const struct kinds *k, esp_ref r)
{
    return graph_floats(k->g, r) ? k->warmth[r]
                                 : k->heat[k->g->props->place.at[r]];
}

static void warm(void *arg, esp_ref r)
{
    struct kinds *k = arg;

    if (!graph_floats(k->g, r) || k->warmth[r] >= k->weight)
        return;
    k->warmth[r] = k->weight;
    VEC_PUSH(k->scratch, &k->work, r);
}

static void find_warmth(struct kinds *k)
{
    esp_graph *g = k->g;

    k->warmth = ARENA_ARRAY(k->scratch, uint32_t, g->ins.n);
    for (uint32_t i = 0; i < g->props->order.n; i++) {
        const esp_block *b = &g->blocks.at[g->props->order.at[i]];

        k->weight = k->heat[g->props->order.at[i]];
        for (uint32_t j = 0; j < b->code.n; j++)
            graph_operands(g, b->code.at[j], warm, k);
        while (k->work.n) {
            esp_ref r = k->work.at[--k->work.n];

            graph_operands(g, r, warm, k);
        }
    }
}

/* ---- votes ------------------------------------------------------------ */

static uint32_t least(uint32_t x, uint32_t y)
{
    return x < y ? x : y;
}

/* What floats leaves the loops that its input is not in, so no user counts
 * more than the place of what it uses. */
static void vote(void *arg, esp_ref r)
{
    struct kinds *k = arg;

    if (!is_candidate(k->g, r))
        return;
    k->votes[r] += is_cast(k->g, k->user)
                 ? (int64_t)least(k->weight, weight_of(k, r))
                 : -(int64_t)k->weight;
}

static void vote_for_argument(struct kinds *k, esp_ref param, esp_ref arg)
{
    const esp_graph *g = k->g;

    if (param == arg)
        return;
    if (graph_is_const(g, arg))
        k->votes[param] -= k->weight / 4;
    else if (is_candidate(g, arg))
        VEC_PUSH(k->scratch, &k->ties, ((struct tie){ param, arg, k->weight }));
    else
        k->votes[param] += is_cast(g, arg) ? (int64_t)k->weight
                                           : -(int64_t)k->weight;
}

static void vote_on_edge(struct kinds *k, const esp_edge *e)
{
    const esp_block *to = &k->g->blocks.at[e->block];

    for (uint32_t i = 0; i < e->nargs; i++)
        if (is_candidate(k->g, to->params.at[i]))
            vote_for_argument(k, to->params.at[i],
                              k->g->refs.at[e->args + i]);
}

static void vote_pinned(struct kinds *k, esp_ref r)
{
    esp_graph *g = k->g;
    const esp_ins *i = graph_at(g, r);

    k->user = r;
    switch (i->op) {
    case IR_jump: case IR_br: case IR_switch:
        if (i->op != IR_jump)
            vote(k, i->a);
        for (uint32_t j = 0; j < i->c; j++)
            vote_on_edge(k, &g->edges.at[i->b + j]);
        break;
    case IR_store:
        vote(k, i->a);
        break;
    default:
        graph_operands(g, r, vote, k);
        break;
    }
}

static void collect(struct kinds *k, esp_ref r)
{
    if (is_candidate(k->g, r))
        VEC_PUSH(k->scratch, &k->list, r);
}

static void vote_all(struct kinds *k)
{
    esp_graph *g = k->g;

    k->votes = ARENA_ARRAY(k->scratch, int64_t, g->ins.n);
    for (uint32_t i = 0; i < g->props->order.n; i++) {
        const esp_block *b = &g->blocks.at[g->props->order.at[i]];

        k->weight = k->heat[g->props->order.at[i]];
        for (uint32_t j = 0; j < b->params.n; j++)
            collect(k, b->params.at[j]);
        for (uint32_t j = 0; j < b->code.n; j++) {
            collect(k, b->code.at[j]);
            vote_pinned(k, b->code.at[j]);
        }
    }
    for (esp_ref r = 1; r < g->ins.n; r++)
        if (k->warmth[r]) {
            k->weight = k->warmth[r];
            k->user = r;
            graph_operands(g, r, vote, k);
        }
}

/* ---- the count -------------------------------------------------------- */

/* Who has a vote for another type draws along whom it is tied to, and who
 * does not mind. */
static void propose(struct kinds *k)
{
    bool grew = true;

    for (uint32_t i = 0; i < k->list.n; i++)
        if (k->votes[k->list.at[i]] > 0)
            bits_set(k->other, k->list.at[i]);
    for (int round = 0; grew && round < ROUNDS; round++) {
        grew = false;
        for (uint32_t i = 0; i < k->ties.n; i++) {
            const struct tie *t = &k->ties.at[i];
            bool a = bits_get(k->other, t->a), b = bits_get(k->other, t->b);

            if (a == b || k->votes[a ? t->b : t->a] < 0)
                continue;
            bits_set(k->other, a ? t->b : t->a);
            grew = true;
        }
    }
}

static void count_tie(const struct kinds *k, int64_t *sum, esp_ref r,
                      esp_ref tied, uint32_t weight)
{
    sum[r] += bits_get(k->other, tied) ? (int64_t)weight : -(int64_t)weight;
}

/* Takes back what costs more than it saves.  Says whether anything is left. */
static bool settle(struct kinds *k)
{
    int64_t *sum = ARENA_ARRAY(k->scratch, int64_t, k->g->ins.n);
    bool any = true;

    for (int round = 0; any && round < ROUNDS; round++) {
        for (uint32_t i = 0; i < k->list.n; i++)
            sum[k->list.at[i]] = k->votes[k->list.at[i]];
        for (uint32_t i = 0; i < k->ties.n; i++) {
            const struct tie *t = &k->ties.at[i];

            count_tie(k, sum, t->a, t->b, t->weight);
            count_tie(k, sum, t->b, t->a, t->weight);
        }
        any = false;
        for (uint32_t i = 0; i < k->list.n; i++) {
            if (sum[k->list.at[i]] <= 0)
                bits_clear(k->other, k->list.at[i]);
            any |= bits_get(k->other, k->list.at[i]);
        }
    }
    return any;
}

/* ---- the change ------------------------------------------------------- */

static esp_ref cast(opt_rewrite *w, esp_ref r)
{
    return build_convert(&w->b, IR_bitcast, other_type(type_of(w->g, r)), r);
}

/* A new instruction in place of the old one, which users see as its bits. */
static void change(struct kinds *k, opt_rewrite *w, esp_ref *place)
{
    esp_ins i = *graph_at(k->g, *place);
    esp_ref old = *place;

    if (!bits_get(k->other, old))
        return;
    i.ty = (uint8_t)other_type((esp_type)i.ty);
    *place = graph_ins(k->g, i);
    rewrite_to(w, old, cast(w, *place));
}

static void change_all(struct kinds *k, opt_rewrite *w)
{
    esp_graph *g = k->g;

    for (uint32_t i = 0; i < g->props->order.n; i++) {
        const esp_block *b = &g->blocks.at[g->props->order.at[i]];

        for (uint32_t j = 0; j < b->params.n; j++)
            change(k, w, &b->params.at[j]);
        for (uint32_t j = 0; j < b->code.n; j++)
            change(k, w, &b->code.at[j]);
    }
}

/* Arguments get the types of their parameters. */
static void cast_arguments(opt_rewrite *w, const esp_edge *e)
{
    esp_graph *g = w->g;

    for (uint32_t i = 0; i < e->nargs; i++) {
        esp_ref arg = g->refs.at[e->args + i];

        if (type_of(g, arg) == type_of(g, g->blocks.at[e->block].params.at[i]))
            continue;
        arg = cast(w, arg);
        g->refs.at[e->args + i] = arg;
    }
}

/* Memory does not care which file of registers it is filled from. */
static void store_as_it_is(esp_graph *g, esp_ref r)
{
    esp_ins *i = graph_at(g, r);

    if (i->op == IR_store && is_cast(g, i->b))
        i->b = graph_at(g, i->b)->a;
}

/* Nor does whoever takes values out of the machine frame. */
static void keep_as_it_is(esp_graph *g, uint32_t at, uint32_t n)
{
    for (uint32_t *p = g->refs.at + at; n--; p += 2)
        if (is_cast(g, p[1]))
            p[1] = graph_at(g, p[1])->a;
}

static void change_states(esp_graph *g)
{
    for (uint32_t i = 1; i < g->states.n; i++) {
        const esp_state *s = &g->states.at[i];
        uint32_t at = s->objects;

        keep_as_it_is(g, s->live, s->nlive);
        for (uint32_t k = 0; k < s->nobjects; k++) {
            uint32_t n = g->refs.at[at + 1];

            keep_as_it_is(g, at + 2, n);
            at += 2 + 2 * n;
        }
    }
}

static void rewrite_all(struct kinds *k, opt_rewrite *w)
{
    esp_graph *g = k->g;

    for (uint32_t i = 0; i < g->props->order.n; i++) {
        uint32_t b = g->props->order.at[i], n;
        const esp_edge *e;

        for (uint32_t j = 0; j < g->blocks.at[b].code.n; j++) {
            rewrite_inputs(w, g->blocks.at[b].code.at[j]);
            store_as_it_is(g, g->blocks.at[b].code.at[j]);
        }
        e = graph_edges(g, b, &n);
        while (n--)
            cast_arguments(w, e++);
    }
    rewrite_vobjs(w);
}

void opt_kinds(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct kinds k = { .g = g, .scratch = scratch,
                       .other = bits_new(scratch, g->ins.n) };
    opt_rewrite w;

    find_heat(&k);
    find_warmth(&k);
    vote_all(&k);
    propose(&k);
    if (settle(&k)) {
        rewrite_init(&w, g);
        w.in_place = true;
        change_all(&k, &w);
        rewrite_all(&k, &w);
    }
    change_states(g);
    arena_release(scratch, mark);
}
