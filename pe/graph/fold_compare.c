/*
 * Folding: rewrites of comparisons.
 */
#include "pe/graph/fold.h"

/* ---- integers --------------------------------------------------------- */

/* The comparison that is being folded, of other operands. */
static esp_ref again(const struct in *f, esp_ref x, esp_ref y)
{
    return make(f, (esp_op)f->i.op, x, y);
}

/* The answer of eq or ne, if we know whether the operands are equal. */
static esp_ref equal(const struct in *f, bool t)
{
    return truth(f, t == (f->i.op == IR_eq));
}

/* x == x => true */
static esp_ref eq_same(const struct in *f)
{
    return f->i.a == f->i.b ? equal(f, true) : 0;
}

/* i1: x == 1 => x; x == 0 => not x */
static esp_ref eq_bit(const struct in *f)
{
    if (f->ty != TY_i1 || !f->yk)
        return 0;
    return (f->yc == 1) == (f->i.op == IR_eq) ? f->i.a
                                              : negation(f, f->i.a);
}

/* i1: x == y => not (x ^ y); x != y => x ^ y */
static esp_ref eq_bits(const struct in *f)
{
    esp_ref differ;

    if (f->ty != TY_i1 || f->yk)
        return 0;
    differ = make(f, IR_xor, f->i.a, f->i.b);
    return f->i.op == IR_ne ? differ : negation(f, differ);
}

/* (x + c1) == c2 => x == c2 - c1; (x ^ c1) == c2 => x == c1 ^ c2 */
static esp_ref eq_moved(const struct in *f)
{
    if (!f->yk)
        return 0;
    if (has_const(f, f->x, IR_add))
        return again(f, f->x.a, k(f, f->yc - value(f, f->x.b)));
    if (has_const(f, f->x, IR_xor))
        return again(f, f->x.a, k(f, f->yc ^ value(f, f->x.b)));
    return 0;
}

/* (x - y) == 0, (x ^ y) == 0 => x == y; (c1 - x) == c2 => x == c1 - c2.  Not
 * x - y * z: that is one instruction, and mostly a remainder, which is needed
 * for itself. */
static esp_ref eq_difference(const struct in *f)
{
    if (!f->yk)
        return 0;
    if (f->x.op == IR_sub && is_const(f, f->x.a))
        return again(f, f->x.b, k(f, value(f, f->x.a) - f->yc));
    if (f->yc == 0 && f->x.op == IR_sub
        && graph_at(f->g, f->x.b)->op == IR_mul)
        return 0;
    if (f->yc == 0 && (f->x.op == IR_sub || f->x.op == IR_xor))
        return again(f, f->x.a, f->x.b);
    return 0;
}

/* (x + y) == x => y == 0; (x + z) == (y + z) => x == y */
static esp_ref eq_sum(const struct in *f)
{
    if (f->x.op == IR_add && f->y.op == IR_add) {
        if (f->x.b == f->y.b)
            return again(f, f->x.a, f->y.a);
        if (f->x.a == f->y.a)
            return again(f, f->x.b, f->y.b);
    }
    if (f->x.op == IR_add && f->x.a == f->i.b)
        return again(f, f->x.b, k(f, 0));
    if (f->x.op == IR_add && f->x.b == f->i.b)
        return again(f, f->x.a, k(f, 0));
    if (f->y.op == IR_add && f->y.a == f->i.a)
        return again(f, f->y.b, k(f, 0));
    if (f->y.op == IR_add && f->y.b == f->i.a)
        return again(f, f->y.a, k(f, 0));
    return 0;
}

/* (x & 2^n) == 2^n => (x & 2^n) != 0 */
static esp_ref eq_single_bit(const struct in *f)
{
    if (!f->yk || !power_of_two(f->yc) || !has_const(f, f->x, IR_and)
        || value(f, f->x.b) != f->yc)
        return 0;
    return make(f, f->i.op == IR_eq ? IR_ne : IR_eq, f->i.a, k(f, 0));
}

/* Do the lowest bits of x, those that 2^n - 1 has, have to be zero? */
static esp_ref eq_low_bits(const struct in *f, esp_ref x, uint64_t power)
{
    return again(f, make(f, IR_and, x, k(f, power - 1)), k(f, 0));
}

/* x % 2^n == 0 => (x & (2^n - 1)) == 0: signed too, as far as zero goes */
static esp_ref eq_remainder(const struct in *f)
{
    if (!f->yk || f->yc != 0 || !has_const(f, f->x, IR_srem)
        || !power_of_two(value(f, f->x.b)))
        return 0;
    return eq_low_bits(f, f->x.a, value(f, f->x.b));
}

/* x / 2^n << n == x, with the sides in any order: the same question */
static esp_ref eq_rounded(const struct in *f)
{
    bool left = has_const(f, f->x, IR_shl);
    esp_ins up = left ? f->x : f->y, down;
    esp_ref x = left ? f->i.b : f->i.a;
    uint64_t power;

    if (!left && !has_const(f, f->y, IR_shl))
        return 0;
    down = *graph_at(f->g, up.a);
    if (down.op != IR_sdiv || down.a != x || !is_const(f, down.b)
        || value(f, up.b) >= arith_width(f->ty))
        return 0;
    power = UINT64_C(1) << value(f, up.b);
    return value(f, down.b) == power ? eq_low_bits(f, x, power) : 0;
}

/* x == c => false if a bit differs, or c is out of the range of x */
static esp_ref eq_known(const struct in *f)
{
    esp_known x;
    esp_range r;
    int64_t c;

    if (!f->yk)
        return 0;
    x = facts_bits(f->g, f->i.a);
    if ((x.zero & f->yc) | (x.one & ~f->yc))
        return equal(f, false);
    r = facts_signed(f->g, f->i.a);
    c = arith_signed(f->ty, f->yc);
    return c < r.low || c > r.high ? equal(f, false) : 0;
}

/* An object of this unit, apart from all that existed before.  A borrowed one
 * did exist. */
static bool is_object(const struct in *f, esp_ref r)
{
    const esp_ins *i = graph_at(f->g, r);

    return i->op == IR_slot
        || (i->op == IR_vobj
            && f->g->vobjs.at[i->a].kind != VOBJ_BORROWED);
}

static bool is_null(const struct in *f, esp_place p)
{
    return is_const(f, p.base) && p.offset == 0;
}

/* the same object: compare the offsets; different ones, or an object and a
 * constant: false.  (The machine frame's own address may lie in a slot, and an
 * existing object may be any constant but null.) */
static esp_ref eq_places(const struct in *f)
{
    esp_place x, y;
    bool known_x, known_y;

    if (f->ty != TY_i64)
        return 0;
    x = facts_place(f->g, f->i.a);
    if (!x.base)
        return 0;
    y = facts_place(f->g, f->i.b);
    if (!y.base)
        return 0;
    if (x.base == y.base && !is_const(f, x.base))
        return equal(f, x.offset == y.offset);
    known_x = is_object(f, x.base) || is_const(f, x.base);
    known_y = is_object(f, y.base) || is_const(f, y.base);
    if ((known_x && known_y) || is_null(f, x) || is_null(f, y))
        return equal(f, false);
    return 0;
}

/* both arms of a select are constants, and so is the other operand: the
 * condition, or its negation, or both arms compare the same */
static esp_ref compare_select(const struct in *f)
{
    bool left = f->x.op == IR_select && f->yk;
    esp_ins s = left ? f->x : f->y;
    uint64_t c = left ? f->yc : f->xc, p, q, yes, no;

    if (!left && !(f->y.op == IR_select && f->xk))
        return 0;
    if (!is_const(f, s.b) || !is_const(f, s.c))
        return 0;
    p = value(f, s.b);
    q = value(f, s.c);
    arith_eval((esp_op)f->i.op, f->ty, TY_i1, left ? p : c, left ? c : p, &yes);
    arith_eval((esp_op)f->i.op, f->ty, TY_i1, left ? q : c, left ? c : q, &no);
    if (yes == no)
        return truth(f, yes);
    return yes ? s.a : negation(f, s.a);
}

/* A comparison of a widened value with a constant, or of two values widened
 * alike, is one of the values themselves. */

/* c as a constant of the narrow type, if widening gives it back */
static bool narrow_const(esp_op op, esp_type from, esp_type to, uint64_t c,
                         uint64_t *out)
{
    uint64_t wide;

    *out = c & arith_mask(from);
    return arith_eval(op, from, to, *out, 0, &wide) && wide == c;
}

/* ext x == c => x == c, or false if no x becomes c */
static esp_ref eq_widened_const(const struct in *f)
{
    esp_type narrow;
    uint64_t c;

    if (!f->yk || !is_widening(f->x))
        return 0;
    narrow = type_of(f, f->x.a);
    if (!narrow_const((esp_op)f->x.op, narrow, f->ty, f->yc, &c))
        return equal(f, false);
    return again(f, f->x.a, constant(f, narrow, c));
}

/* ext x == ext y => x == y */
static esp_ref eq_widened(const struct in *f)
{
    if (!is_widening(f->x) || f->y.op != f->x.op
        || type_of(f, f->x.a) != type_of(f, f->y.a))
        return 0;
    return again(f, f->x.a, f->y.a);
}

/* trunc x == c => x == c if x has no other bits */
static esp_ref eq_truncated(const struct in *f)
{
    if (!f->yk || f->x.op != IR_trunc
        || facts_most(facts_bits(f->g, f->x.a)) & ~ones(f))
        return 0;
    return again(f, f->x.a, constant(f, type_of(f, f->x.a), f->yc));
}

esp_ref fold_eq(const struct in *f)
{
    TRY(eq_same);
    TRY(eq_bit);
    TRY(eq_moved);
    TRY(eq_widened_const);
    TRY(eq_places);
    TRY(eq_difference);
    TRY(eq_widened);
    TRY(eq_truncated);
    TRY(eq_sum);
    TRY(eq_single_bit);
    TRY(eq_remainder);
    TRY(eq_rounded);
    TRY(compare_select);
    TRY(eq_known);
    TRY(eq_bits);
    return 0;
}

/* x < x => false; x <= x => true */
static esp_ref less_same(const struct in *f)
{
    bool or_equal = f->i.op == IR_sle || f->i.op == IR_ule;

    return f->i.a == f->i.b ? truth(f, or_equal) : 0;
}

/* x <= c => x < c + 1; x <= MAX => true: signed */
static esp_ref sle_const(const struct in *f)
{
    if (f->yk) {
        if (arith_signed(f->ty, f->yc) == arith_max(f->ty))
            return truth(f, true);
        return make(f, IR_slt, f->i.a, k(f, f->yc + 1));
    }
    if (f->xk) {
        if (arith_signed(f->ty, f->xc) == arith_min(f->ty))
            return truth(f, true);
        return make(f, IR_slt, k(f, f->xc - 1), f->i.b);
    }
    return 0;
}

/* x < MIN, MAX < x => false; x < MIN + 1 => x == MIN; MAX - 1 < x => x == MAX:
 * signed */
static esp_ref slt_limit(const struct in *f)
{
    int64_t min = arith_min(f->ty), max = arith_max(f->ty);

    if (f->yk && arith_signed(f->ty, f->yc) == min)
        return truth(f, false);
    if (f->xk && arith_signed(f->ty, f->xc) == max)
        return truth(f, false);
    if (f->yk && arith_signed(f->ty, f->yc) == min + 1)
        return make(f, IR_eq, f->i.a, k(f, (uint64_t)min));
    if (f->xk && arith_signed(f->ty, f->xc) == max - 1)
        return make(f, IR_eq, f->i.b, k(f, (uint64_t)max));
    return 0;
}

/* the ranges do not meet => true or false: signed */
static esp_ref slt_range(const struct in *f)
{
    esp_range x = facts_signed(f->g, f->i.a), y = facts_signed(f->g, f->i.b);

    if (f->i.op == IR_slt) {
        if (x.high < y.low)
            return truth(f, true);
        return x.low >= y.high ? truth(f, false) : 0;
    }
    if (x.high <= y.low)
        return truth(f, true);
    return x.low > y.high ? truth(f, false) : 0;
}

/* sext x < sext y => x < y; zext x < zext y => x < y, unsigned: signed */
static esp_ref slt_widened(const struct in *f)
{
    bool strict = f->i.op == IR_slt;

    if (!is_widening(f->x) || f->y.op != f->x.op
        || type_of(f, f->x.a) != type_of(f, f->y.a))
        return 0;
    if (f->x.op == IR_sext)
        return again(f, f->x.a, f->y.a);
    return make(f, strict ? IR_ult : IR_ule, f->x.a, f->y.a);
}

/* ext x < c => x < c, c < ext x => c < x.  Constants that no x becomes are out
 * of its range (slt_range). */
static esp_ref slt_widened_const(const struct in *f)
{
    bool left = f->yk && is_widening(f->x);
    esp_ins w = left ? f->x : f->y;
    uint64_t c;
    esp_type narrow;
    esp_op op;
    esp_ref with;

    if (!left && !(f->xk && is_widening(f->y)))
        return 0;
    narrow = type_of(f, w.a);
    if (!narrow_const((esp_op)w.op, narrow, f->ty, left ? f->yc : f->xc, &c))
        return 0;
    op = w.op == IR_sext ? IR_slt : IR_ult;
    with = constant(f, narrow, c);
    return left ? make(f, op, w.a, with) : make(f, op, with, w.a);
}

esp_ref fold_slt(const struct in *f)
{
    TRY(less_same);
    TRY(slt_limit);
    TRY(slt_widened);
    TRY(slt_widened_const);
    TRY(compare_select);
    TRY(slt_range);
    return 0;
}

esp_ref fold_sle(const struct in *f)
{
    TRY(less_same);
    TRY(sle_const);
    TRY(slt_widened);
    TRY(slt_range);
    return 0;
}

/* x <= c => x < c + 1; x <= MAX => true: unsigned */
static esp_ref ule_const(const struct in *f)
{
    if (f->yk) {
        if (is_ones(f, f->yc))
            return truth(f, true);
        return make(f, IR_ult, f->i.a, k(f, f->yc + 1));
    }
    if (f->xk) {
        if (f->xc == 0)
            return truth(f, true);
        return make(f, IR_ult, k(f, f->xc - 1), f->i.b);
    }
    return 0;
}

/* x < 0, MAX < x => false; x < 1 => x == 0; 0 < x => x != 0;
 * x < MAX => x != MAX; MAX - 1 < x => x == MAX: unsigned */
static esp_ref ult_limit(const struct in *f)
{
    if (f->yk && f->yc == 0)
        return truth(f, false);
    if (f->xk && is_ones(f, f->xc))
        return truth(f, false);
    if (f->yk && f->yc == 1)
        return make(f, IR_eq, f->i.a, k(f, 0));
    if (f->xk && f->xc == 0)
        return make(f, IR_ne, f->i.b, k(f, 0));
    if (f->yk && is_ones(f, f->yc))
        return make(f, IR_ne, f->i.a, f->i.b);
    if (f->xk && f->xc == ones(f) - 1)
        return make(f, IR_eq, f->i.b, k(f, ones(f)));
    return 0;
}

/* the ranges do not meet => true or false: unsigned */
static esp_ref ult_range(const struct in *f)
{
    esp_known x = facts_bits(f->g, f->i.a), y = facts_bits(f->g, f->i.b);

    if (f->i.op == IR_ult) {
        if (facts_most(x) < facts_least(y))
            return truth(f, true);
        return facts_least(x) >= facts_most(y) ? truth(f, false) : 0;
    }
    if (facts_most(x) <= facts_least(y))
        return truth(f, true);
    return facts_least(x) > facts_most(y) ? truth(f, false) : 0;
}

/* ext x < ext y => x < y: both keep the unsigned order */
static esp_ref ult_widened(const struct in *f)
{
    if (!is_widening(f->x) || f->y.op != f->x.op
        || type_of(f, f->x.a) != type_of(f, f->y.a))
        return 0;
    return again(f, f->x.a, f->y.a);
}

/* zext x < c => x < c, c < zext x => c < x: unsigned */
static esp_ref ult_widened_const(const struct in *f)
{
    bool left = f->yk && f->x.op == IR_zext;
    esp_ins w = left ? f->x : f->y;
    uint64_t c;
    esp_type narrow;
    esp_ref with;

    if (!left && !(f->xk && f->y.op == IR_zext))
        return 0;
    narrow = type_of(f, w.a);
    if (!narrow_const(IR_zext, narrow, f->ty, left ? f->yc : f->xc, &c))
        return 0;
    with = constant(f, narrow, c);
    return left ? make(f, IR_ult, w.a, with) : make(f, IR_ult, with, w.a);
}

/* addresses in the same object compare by their offsets */
static esp_ref ult_places(const struct in *f)
{
    esp_place x, y;
    bool less;

    if (f->ty != TY_i64)
        return 0;
    x = facts_place(f->g, f->i.a);
    if (!x.base || is_const(f, x.base))
        return 0;
    y = facts_place(f->g, f->i.b);
    if (x.base != y.base)
        return 0;
    less = (int64_t)x.offset < (int64_t)y.offset;
    return truth(f, less || (f->i.op == IR_ule && x.offset == y.offset));
}

esp_ref fold_ult(const struct in *f)
{
    TRY(less_same);
    TRY(ult_limit);
    TRY(ult_widened);
    TRY(ult_widened_const);
    TRY(compare_select);
    TRY(ult_places);
    TRY(ult_range);
    return 0;
}

esp_ref fold_ule(const struct in *f)
{
    TRY(less_same);
    TRY(ule_const);
    TRY(ult_widened);
    TRY(ult_places);
    TRY(ult_range);
    return 0;
}

/* ---- floating point --------------------------------------------------- */

/* tofp x == tofp y => x == y, where both are exact; the same for less */
static esp_ref compare_from_int(const struct in *f)
{
    bool is_signed = f->x.op == IR_sitofp;

    if (!fold_exact_from(f, f->x) || f->y.op != f->x.op
        || type_of(f, f->x.a) != type_of(f, f->y.a))
        return 0;
    switch (f->i.op) {
    case IR_feq: return make(f, IR_eq, f->x.a, f->y.a);
    case IR_flt: return make(f, is_signed ? IR_slt : IR_ult, f->x.a, f->y.a);
    default:     return make(f, is_signed ? IR_sle : IR_ule, f->x.a, f->y.a);
    }
}

/* x < x => false; not so x == x, which asks whether x is a number */
static esp_ref flt_same(const struct in *f)
{
    return f->i.a == f->i.b ? truth(f, false) : 0;
}

esp_ref fold_flt(const struct in *f)
{
    TRY(flt_same);
    TRY(compare_from_int);
    return 0;
}

esp_ref fold_feq(const struct in *f)
{
    TRY(compare_from_int);
    return 0;
}
