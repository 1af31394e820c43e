/*
 * Ranges: what conditions say about the integers they compare, and between
 * what bounds the variables of loops lie.
 *
 *     b1(i):  br i < n, b2, b3        i from 0:  0 <= i
 *     b2:     guard not addo i, 1     i < n:     i <= MAX - 1, no overflow
 *             ... ult i, n ...        0 <= i, i < n:  true
 *
 * A variable that a loop only counts up never falls below where it started,
 * unless the sum overflows.  That it does not is established if every way to
 * the back edge passes a guard or branch on exactly that, or a comparison that
 * leaves room (i < x, step 1).
 */
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/dom.h"
#include "pe/opt/range.h"

enum {
    DEEP = 16,          /* how far conditions are taken apart */
    MOST_USERS = 32     /* how many comparisons of a variable are looked at */
};

void known_init(opt_known *k, esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;

    *k = (opt_known){ .g = g, .n = g->ins.n };
    k->value = ARENA_ARRAY(scratch, esp_ref, k->n);
    k->assumed.n = k->n;
    k->assumed.index = ARENA_ARRAY(scratch, uint32_t, k->n);
    VEC_PUSH(scratch, &k->assumed.range, (esp_range){ 0 });
    g->assumed = &k->assumed;
}

void known_done(opt_known *k)
{
    k->g->assumed = NULL;
}

static void remember(opt_known *k, esp_ref r, bool is_range, uint32_t old)
{
    VEC_PUSH(&k->g->unit->scratch, &k->undo,
             ((struct known_undo){ r, is_range, old }));
    k->epoch += !is_range;
}

void known_release(opt_known *k, uint32_t mark)
{
    while (k->undo.n > mark) {
        struct known_undo u = k->undo.at[--k->undo.n];

        k->epoch += !u.is_range;
        if (u.is_range)
            k->assumed.index[u.r] = u.old;
        else
            k->value[u.r] = u.old;
    }
}

/* ---- values and ranges ------------------------------------------------ */

static void set_value(opt_known *k, esp_ref r, esp_ref constant)
{
    if (r >= k->n || k->value[r] || graph_is_const(k->g, r))
        return;
    remember(k, r, false, 0);
    k->value[r] = constant;
}

static esp_type type_of(const opt_known *k, esp_ref r)
{
    return (esp_type)graph_at(k->g, r)->ty;
}

static int64_t signed_const(const opt_known *k, esp_ref r)
{
    return arith_signed(type_of(k, r), graph_const(k->g, r));
}

static bool in_type(esp_type ty, esp_range r)
{
    return r.low >= arith_min(ty) && r.high <= arith_max(ty);
}

/* What a widened value says about the value itself. */
static void narrow_range(opt_known *k, const esp_ins *i, esp_range range)
{
    if (i->op == IR_sext
        || (i->op == IR_zext
            && in_type(type_of(k, i->a), range) && range.low >= 0))
        known_range(k, i->a, range);
}

void known_range(opt_known *k, esp_ref r, esp_range range)
{
    const esp_ins i = *graph_at(k->g, r);
    esp_range old;

    if (r >= k->n || i.op == IR_const || type_is_float((esp_type)i.ty)
        || i.ty == TY_i1)
        return;
    old = facts_signed(k->g, r);
    range.low = range.low > old.low ? range.low : old.low;
    range.high = range.high < old.high ? range.high : old.high;
    if (range.low > range.high
        || (range.low == old.low && range.high == old.high))
        return;                 /* impossible, or nothing new */
    remember(k, r, true, k->assumed.index[r]);
    k->assumed.index[r] = k->assumed.range.n;
    VEC_PUSH(&k->g->unit->scratch, &k->assumed.range, range);
    if (range.low == range.high)
        set_value(k, r, build_const(k->g, (esp_type)i.ty,
                                    (uint64_t)range.low));
    narrow_range(k, &i, range);
}

/* ---- relations -------------------------------------------------------- */

/* A comparison that exists already has this answer. */
static void answer(opt_known *k, esp_op op, esp_ref x, esp_ref y, bool holds)
{
    esp_ref r = build_find_binary(k->g, op, x, y);

    if (r)
        set_value(k, r, build_const(k->g, TY_i1, holds));
}

struct order { esp_op less, less_equal; };
static const struct order with_sign = { IR_slt, IR_sle };
static const struct order without_sign = { IR_ult, IR_ule };

/* x < y, or x <= y, and what that means for other comparisons of the two */
static void answer_order(opt_known *k, struct order o, esp_ref x, esp_ref y,
                         bool strict)
{
    answer(k, o.less_equal, x, y, true);
    answer(k, o.less, y, x, false);
    if (!strict)
        return;
    answer(k, o.less, x, y, true);
    answer(k, o.less_equal, y, x, false);
    answer(k, IR_eq, x, y, false);
    answer(k, IR_ne, x, y, true);
}

static bool not_negative(const opt_known *k, esp_ref r)
{
    return facts_signed(k->g, r).low >= 0;
}

static void signed_order(opt_known *k, esp_ref x, esp_ref y, bool strict)
{
    esp_type ty = type_of(k, x);
    esp_range a = facts_signed(k->g, x), b = facts_signed(k->g, y);

    if (!strict || b.high > arith_min(ty))
        known_range(k, x, (esp_range){ arith_min(ty), b.high - strict });
    if (!strict || a.low < arith_max(ty))
        known_range(k, y, (esp_range){ a.low + strict, arith_max(ty) });
    answer_order(k, with_sign, x, y, strict);
    if (not_negative(k, x))
        answer_order(k, without_sign, x, y, strict);
}

static void unsigned_order(opt_known *k, esp_ref x, esp_ref y, bool strict)
{
    esp_range a, b = facts_signed(k->g, y);

    answer_order(k, without_sign, x, y, strict);
    if (b.low < 0)
        return;                 /* y may be anything */
    if (b.high - strict >= 0)
        known_range(k, x, (esp_range){ 0, b.high - strict });
    a = facts_signed(k->g, x);
    if (a.low < b.high)
        known_range(k, y, (esp_range){ a.low + strict, b.high });
    answer_order(k, with_sign, x, y, strict);
}

void known_equal(opt_known *k, esp_ref r, esp_ref constant)
{
    int64_t c;

    set_value(k, r, constant);
    if (type_is_float(type_of(k, r)))
        return;
    c = signed_const(k, constant);
    known_range(k, r, (esp_range){ c, c });
}

void known_differ(opt_known *k, esp_ref r, esp_ref constant)
{
    esp_range old = facts_signed(k->g, r);
    int64_t c = signed_const(k, constant);

    if (old.low < c && c < old.high)
        return;
    if (old.low == c && c < INT64_MAX)
        known_range(k, r, (esp_range){ c + 1, old.high });
    if (old.high == c && c > INT64_MIN)
        known_range(k, r, (esp_range){ old.low, c - 1 });
}

static void equality(opt_known *k, esp_ref x, esp_ref y, bool equal)
{
    esp_range a, b;

    answer(k, IR_eq, x, y, equal);
    answer(k, IR_ne, x, y, !equal);
    if (graph_is_const(k->g, y)) {
        if (equal)
            known_equal(k, x, y);
        else
            known_differ(k, x, y);
        return;
    }
    if (!equal)
        return;
    a = facts_signed(k->g, x);
    b = facts_signed(k->g, y);
    known_range(k, x, b);
    known_range(k, y, a);
}

/* A sum, difference or product that does not overflow lies between what its
 * operands' ranges give. */
static void no_overflow(opt_known *k, const esp_ins *i)
{
    esp_op op = i->op == IR_addo ? IR_add : i->op == IR_subo ? IR_sub : IR_none;
    esp_ref r = op == IR_none ? 0 : build_find_binary(k->g, op, i->a, i->b);
    esp_range x, y, sum;
    esp_type ty = type_of(k, i->a);

    if (!r)
        return;
    x = facts_signed(k->g, i->a);
    y = facts_signed(k->g, i->b);
    if (op == IR_sub && y.low == INT64_MIN)
        return;
    if (op == IR_sub)
        y = (esp_range){ -y.high, -y.low };
    if (__builtin_add_overflow(x.low, y.low, &sum.low))
        sum.low = x.low < 0 ? arith_min(ty) : arith_max(ty);
    if (__builtin_add_overflow(x.high, y.high, &sum.high))
        sum.high = x.high < 0 ? arith_min(ty) : arith_max(ty);
    known_range(k, r, sum);
}

static void assume(opt_known *k, esp_ref cond, bool holds, int depth)
{
    const esp_ins i = *graph_at(k->g, cond);
    bool pair = op_info[i.op].inputs == 2;

    if (i.op == IR_const || cond >= k->n)
        return;
    set_value(k, cond, build_const(k->g, TY_i1, holds));
    if (depth == DEEP || !pair || !graph_floats(k->g, cond))
        return;
    switch (i.op) {
    case IR_xor:
        if (graph_negated(k->g, cond))
            assume(k, i.a, !holds, depth + 1);
        break;
    case IR_and: case IR_or:
        if (holds == (i.op == IR_and)) {
            assume(k, i.a, holds, depth + 1);
            assume(k, i.b, holds, depth + 1);
        }
        break;
    case IR_eq: equality(k, i.a, i.b, holds); break;
    case IR_ne: equality(k, i.a, i.b, !holds); break;
    case IR_slt: case IR_sle:
        if (holds)
            signed_order(k, i.a, i.b, i.op == IR_slt);
        else
            signed_order(k, i.b, i.a, i.op == IR_sle);
        break;
    case IR_ult: case IR_ule:
        if (holds)
            unsigned_order(k, i.a, i.b, i.op == IR_ult);
        else
            unsigned_order(k, i.b, i.a, i.op == IR_ule);
        break;
    case IR_addo: case IR_subo:
        if (!holds)
            no_overflow(k, &i);
        break;
    default:
        break;
    }
}

void known_assume(opt_known *k, esp_ref cond, bool holds)
{
    assume(k, cond, holds, 0);
}

/* ---- variables of loops ----------------------------------------------- */

/* Does an edge of a branch, taken alone, lead to a block above this one? */
static bool edge_dominates(const esp_graph *g, const esp_edge *e,
                           uint32_t block)
{
    const esp_pred *entry;

    if (!dom_reachable(g, e->block) || !dom_dominates(g, e->block, block))
        return false;
    entry = dom_entry(g, e->block);
    return entry && &g->edges.at[entry->edge] == e;
}

/* Does this user of a condition see to it that `block` is only reached if the
 * condition holds, or does not? */
static bool enforces(const esp_graph *g, esp_ref user, esp_ref cond,
                     bool holds, uint32_t block)
{
    const esp_ins *u = graph_at(g, user);
    const esp_edge *e = &g->edges.at[u->b];
    uint32_t place = g->props->place.at[user];

    if (u->a != cond || place == NO_BLOCK)
        return false;
    if (u->op == IR_guard)
        return holds && dom_dominates(g, place, block);
    return u->op == IR_br && e[0].block != e[1].block
        && edge_dominates(g, &e[holds ? 0 : 1], block);
}

/* Users are those from before the pass; a guard that was dropped since has
 * been found to hold without it. */
static bool established(const opt_known *k, esp_ref cond, bool holds,
                        uint32_t block)
{
    const struct graph_props *p = k->g->props;
    uint32_t at, end;

    if (!cond || cond >= k->n)
        return false;
    at = p->user_first.at[cond];
    end = p->user_first.at[cond + 1];
    for (unsigned n = 0; at < end && n < MOST_USERS; at++, n++) {
        esp_ref user = p->user.at[at];

        if (enforces(k->g, user, cond, holds, block))
            return true;
        if (graph_negated(k->g, user) == cond
            && established(k, user, !holds, block))
            return true;
    }
    return false;
}

/* Is variable < something, or something < variable, established? */
static bool has_room(const opt_known *k, esp_ref variable, bool above,
                     uint32_t block)
{
    const struct graph_props *p = k->g->props;
    uint32_t at = p->user_first.at[variable];
    uint32_t end = p->user_first.at[variable + 1];

    for (unsigned n = 0; at < end && n < MOST_USERS; at++, n++) {
        const esp_ins *u = graph_at(k->g, p->user.at[at]);

        if (u->op == IR_slt && (above ? u->a : u->b) == variable
            && established(k, p->user.at[at], true, block))
            return true;
        if (u->op == IR_sle && (above ? u->b : u->a) == variable
            && established(k, p->user.at[at], false, block))
            return true;
    }
    return false;
}

/* By how much a back edge changes a variable without overflow; false if it
 * does anything else. */
static bool step_of(const opt_known *k, esp_ref variable, esp_ref arg,
                    uint32_t from, int64_t *step)
{
    const esp_ins *i = graph_at(k->g, arg);

    *step = 0;
    if (arg == variable)
        return true;
    if (i->op != IR_add || i->a != variable || !graph_is_const(k->g, i->b))
        return false;
    *step = signed_const(k, i->b);
    if (established(k, build_find_binary(k->g, IR_addo, i->a, i->b), false,
                    from))
        return true;
    return (*step == 1 && has_room(k, variable, true, from))
        || (*step == -1 && has_room(k, variable, false, from));
}

/* The range of what all edges pass that do not only count the variable on. */
static esp_range passed_range(const opt_known *k, esp_ref param)
{
    const esp_graph *g = k->g;
    const struct graph_props *p = g->props;
    const esp_ins i = *graph_at(g, param);
    esp_type ty = (esp_type)i.ty;
    esp_range r = { arith_max(ty), arith_min(ty) };
    bool up = false, down = false;

    for (uint32_t k2 = p->pred_first.at[i.a]; k2 < p->pred_first.at[i.a + 1];
         k2++) {
        const esp_pred *from = &p->pred.at[k2];
        esp_ref arg = g->refs.at[g->edges.at[from->edge].args + i.b];
        esp_range x;
        int64_t step;

        if (dom_dominates(g, i.a, from->block)
            && step_of(k, param, arg, from->block, &step)) {
            up |= step > 0;
            down |= step < 0;
            continue;
        }
        x = facts_signed(g, arg);
        r.low = x.low < r.low ? x.low : r.low;
        r.high = x.high > r.high ? x.high : r.high;
    }
    return (esp_range){ down ? arith_min(ty) : r.low,
                        up ? arith_max(ty) : r.high };
}

void range_params(opt_known *k, uint32_t block)
{
    const esp_block *b = &k->g->blocks.at[block];

    for (uint32_t i = 0; block != 0 && i < b->params.n; i++) {
        esp_ref param = b->params.at[i];
        esp_type ty = type_of(k, param);

        if (!type_is_float(ty) && ty != TY_i1)
            known_range(k, param, passed_range(k, param));
    }
}
