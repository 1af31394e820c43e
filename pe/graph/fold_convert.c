/*
 * Folding: rewrites of floating point, conversions, and select.
 */
#include "pe/graph/fold.h"

/* ---- floating point --------------------------------------------------- */

bool fold_exact_from(const struct in *f, esp_ins i)
{
    unsigned width;

    if (i.op != IR_sitofp && i.op != IR_uitofp)
        return false;
    width = arith_width(type_of(f, i.a));
    return width <= (i.ty == TY_f64 ? 32u : 16u);
}

/* The exponent field of a constant. */
static unsigned exponent(const struct in *f, uint64_t c)
{
    return f->ty == TY_f64 ? (unsigned)(c >> 52) & 0x7ff
                           : (unsigned)(c >> 23) & 0xff;
}

/* x / 2^n => x * 2^-n, where 2^-n is a normal number, too */
static esp_ref fdiv_power(const struct in *f)
{
    unsigned bias = f->ty == TY_f64 ? 1023 : 127;
    unsigned mantissa = f->ty == TY_f64 ? 52 : 23, e;
    uint64_t inverse;

    if (!f->yk || (f->yc & (((uint64_t)1 << mantissa) - 1)))
        return 0;
    e = exponent(f, f->yc);
    if (e == 0 || e >= 2 * bias)
        return 0;
    inverse = (uint64_t)(2 * bias - e) << mantissa
            | (f->yc & (uint64_t)1 << (arith_width(f->ty) - 1));
    return make(f, IR_fmul, f->i.a, k(f, inverse));
}

esp_ref fold_fdiv(const struct in *f)
{
    TRY(fdiv_power);
    return 0;
}

/* -(-x) => x */
static esp_ref fneg_twice(const struct in *f)
{
    return f->x.op == IR_fneg ? f->x.a : 0;
}

esp_ref fold_fneg(const struct in *f)
{
    TRY(fneg_twice);
    return 0;
}

/* | |x| | => |x|; |-x| => |x| */
static esp_ref fabs_sign(const struct in *f)
{
    if (f->x.op == IR_fabs)
        return f->i.a;
    return f->x.op == IR_fneg ? make1(f, IR_fabs, f->x.a) : 0;
}

esp_ref fold_fabs(const struct in *f)
{
    TRY(fabs_sign);
    return 0;
}

/* rounding what is a whole number already => x */
static esp_ref round_whole(const struct in *f)
{
    switch (f->x.op) {
    case IR_sitofp: case IR_uitofp:
    case IR_ffloor: case IR_fceil: case IR_ftrunc:
        return f->i.a;
    default:
        return 0;
    }
}

esp_ref fold_round(const struct in *f)
{
    TRY(round_whole);
    return 0;
}

/* ---- conversions ------------------------------------------------------ */

/* x, widened with zeros or cut to a type */
static esp_ref resize(const struct in *f, esp_op widen, esp_type to, esp_ref x)
{
    unsigned from_width = arith_width(type_of(f, x));

    if (arith_width(to) == from_width)
        return x;
    return convert(f, arith_width(to) < from_width ? IR_trunc : widen, to, x);
}

/* both arms of a select are constants => select of the converted constants */
static esp_ref convert_select(const struct in *f)
{
    esp_type to = (esp_type)f->i.ty;

    if (f->x.op != IR_select || !is_const(f, f->x.b) || !is_const(f, f->x.c))
        return 0;
    return build_select(f->b, f->x.a,
                        convert(f, (esp_op)f->i.op, to, f->x.b),
                        convert(f, (esp_op)f->i.op, to, f->x.c));
}

/* zext (zext x) => zext x; sext (sext x) => sext x */
static esp_ref widen_twice(const struct in *f)
{
    if (f->x.op != f->i.op)
        return 0;
    return convert(f, (esp_op)f->i.op, (esp_type)f->i.ty, f->x.a);
}

/* zext (trunc x) => x & mask, or x itself if it has no other bits */
static esp_ref zext_trunc(const struct in *f)
{
    esp_type to = (esp_type)f->i.ty;

    if (f->x.op != IR_trunc)
        return 0;
    if (!(facts_most(facts_bits(f->g, f->x.a)) & ~ones(f)))
        return resize(f, IR_zext, to, f->x.a);
    if (type_of(f, f->x.a) != to)
        return 0;
    return make(f, IR_and, f->x.a, constant(f, to, ones(f)));
}

esp_ref fold_zext(const struct in *f)
{
    TRY(widen_twice);
    TRY(zext_trunc);
    TRY(convert_select);
    return 0;
}

/* sext (trunc x) => x if it fits */
static esp_ref sext_trunc(const struct in *f)
{
    esp_range x;

    if (f->x.op != IR_trunc)
        return 0;
    x = facts_signed(f->g, f->x.a);
    if (x.low < arith_min(f->ty) || x.high > arith_max(f->ty))
        return 0;
    return resize(f, IR_sext, (esp_type)f->i.ty, f->x.a);
}

/* sext of what is not negative => zext */
static esp_ref sext_positive(const struct in *f)
{
    uint64_t sign = (uint64_t)1 << (arith_width(f->ty) - 1);

    if (!(facts_bits(f->g, f->i.a).zero & sign))
        return 0;
    return convert(f, IR_zext, (esp_type)f->i.ty, f->i.a);
}

esp_ref fold_sext(const struct in *f)
{
    TRY(widen_twice);
    TRY(sext_trunc);
    TRY(sext_positive);
    TRY(convert_select);
    return 0;
}

/* trunc (ext x) => x, narrower or wider; trunc (trunc x) => trunc x */
static esp_ref trunc_convert(const struct in *f)
{
    if (!is_widening(f->x) && f->x.op != IR_trunc)
        return 0;
    return resize(f, (esp_op)f->x.op, (esp_type)f->i.ty, f->x.a);
}

/* trunc (x & c) => trunc x if c has all bits that are left */
static esp_ref trunc_and(const struct in *f)
{
    uint64_t left = arith_mask((esp_type)f->i.ty);

    if (!has_const(f, f->x, IR_and) || (value(f, f->x.b) & left) != left)
        return 0;
    return convert(f, IR_trunc, (esp_type)f->i.ty, f->x.a);
}

/* trunc (x | c) => trunc x if c has no bits that are left; the same for ^, + */
static esp_ref trunc_or(const struct in *f)
{
    uint64_t left = arith_mask((esp_type)f->i.ty);

    if (!(has_const(f, f->x, IR_or) || has_const(f, f->x, IR_xor)
          || has_const(f, f->x, IR_add))
        || (value(f, f->x.b) & left))
        return 0;
    return convert(f, IR_trunc, (esp_type)f->i.ty, f->x.a);
}

/* trunc (x | y) => trunc y if x has no bits that are left */
static esp_ref trunc_part(const struct in *f)
{
    esp_type to = (esp_type)f->i.ty;
    esp_ref part = fold_part_of_or(f, f->x, arith_mask(to));

    return part ? convert(f, IR_trunc, to, part) : 0;
}

/* all bits that are left are known => c */
static esp_ref trunc_known(const struct in *f)
{
    esp_known x = facts_bits(f->g, f->i.a);
    uint64_t left = arith_mask((esp_type)f->i.ty);

    if (left & ~(x.zero | x.one))
        return 0;
    return constant(f, (esp_type)f->i.ty, x.one);
}

esp_ref fold_trunc(const struct in *f)
{
    TRY(trunc_convert);
    TRY(trunc_and);
    TRY(trunc_or);
    TRY(trunc_part);
    TRY(convert_select);
    TRY(trunc_known);
    return 0;
}

/* bitcast to its own type => x; bitcast (bitcast x) => x */
static esp_ref bitcast_back(const struct in *f)
{
    if (f->ty == f->i.ty)
        return f->i.a;
    if (f->x.op == IR_bitcast && type_of(f, f->x.a) == f->i.ty)
        return f->x.a;
    return 0;
}

esp_ref fold_bitcast(const struct in *f)
{
    TRY(bitcast_back);
    return 0;
}

/* uitofp of what is not negative => sitofp */
static esp_ref uitofp_positive(const struct in *f)
{
    uint64_t sign = (uint64_t)1 << (arith_width(f->ty) - 1);

    if (!(facts_bits(f->g, f->i.a).zero & sign))
        return 0;
    return convert(f, IR_sitofp, (esp_type)f->i.ty, f->i.a);
}

esp_ref fold_uitofp(const struct in *f)
{
    TRY(uitofp_positive);
    return 0;
}

/* fptosi (sitofp x) => x, resized; where out of range, any value will do */
static esp_ref to_int_and_back(const struct in *f)
{
    bool is_signed = f->x.op == IR_sitofp;

    if (!fold_exact_from(f, f->x))
        return 0;
    return resize(f, is_signed ? IR_sext : IR_zext, (esp_type)f->i.ty, f->x.a);
}

esp_ref fold_fptoint(const struct in *f)
{
    TRY(to_int_and_back);
    return 0;
}

/* ---- select ----------------------------------------------------------- */

/* true ? x : y => x */
static esp_ref select_known(const struct in *f)
{
    if (f->xk)
        return f->xc ? f->i.b : f->i.c;
    return f->i.b == f->i.c ? f->i.b : 0;
}

/* not c ? x : y => c ? y : x */
static esp_ref select_not(const struct in *f)
{
    esp_ref cond = complemented(f, f->i.a);

    return cond ? build_select(f->b, cond, f->i.c, f->i.b) : 0;
}

/* i1: c ? 1 : y => c | y; c ? x : 0 => c & x; c ? 0 : y => not c & y;
 * c ? x : 1 => not c | x */
static esp_ref select_bits(const struct in *f)
{
    esp_ref cond = f->i.a, x = f->i.b, y = f->i.c;

    if (f->i.ty != TY_i1)
        return 0;
    if (is_const(f, x))
        return value(f, x) ? make(f, IR_or, cond, y)
                           : make(f, IR_and, negation(f, cond), y);
    if (is_const(f, y))
        return value(f, y) ? make(f, IR_or, negation(f, cond), x)
                           : make(f, IR_and, cond, x);
    return 0;
}

/* c ? 1 : 0 => zext c; c ? -1 : 0 => sext c; exchanged: of not c */
static esp_ref select_to_int(const struct in *f)
{
    esp_type ty = (esp_type)f->i.ty;
    uint64_t x, y;

    if (type_is_float(ty) || !is_const(f, f->i.b) || !is_const(f, f->i.c))
        return 0;
    x = value(f, f->i.b);
    y = value(f, f->i.c);
    if (y == 0 && x == 1)
        return convert(f, IR_zext, ty, f->i.a);
    if (y == 0 && x == arith_mask(ty))
        return convert(f, IR_sext, ty, f->i.a);
    if (x == 0 && y == 1)
        return convert(f, IR_zext, ty, negation(f, f->i.a));
    if (x == 0 && y == arith_mask(ty))
        return convert(f, IR_sext, ty, negation(f, f->i.a));
    return 0;
}

/* c ? (c ? x : y) : z => c ? x : z; c ? x : (c ? y : z) => c ? x : z */
static esp_ref select_select(const struct in *f)
{
    const esp_ins *x = graph_at(f->g, f->i.b), *y = graph_at(f->g, f->i.c);

    if (x->op == IR_select && x->a == f->i.a)
        return build_select(f->b, f->i.a, x->b, f->i.c);
    if (y->op == IR_select && y->a == f->i.a)
        return build_select(f->b, f->i.a, f->i.b, y->c);
    return 0;
}

/* x == y ? x : y => y; x != y ? x : y => x; integers only: -0.0 == 0.0 */
static esp_ref select_equal(const struct in *f)
{
    bool straight = f->x.a == f->i.b && f->x.b == f->i.c;
    bool crossed = f->x.a == f->i.c && f->x.b == f->i.b;

    if (!straight && !crossed)
        return 0;
    if (f->x.op == IR_eq)
        return f->i.c;
    return f->x.op == IR_ne ? f->i.b : 0;
}

esp_ref fold_select(const struct in *f)
{
    TRY(select_known);
    TRY(select_not);
    TRY(select_bits);
    TRY(select_to_int);
    TRY(select_select);
    TRY(select_equal);
    return 0;
}
