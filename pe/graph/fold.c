/*
 * Folding: the rewrites, one function each.
 *
 * A rule looks at an instruction that is about to be created and at its
 * inputs, and returns what to use instead, or 0.  It may create instructions,
 * which are folded in turn; rules always go towards less or simpler code, so
 * they end.
 *
 * Comparisons are in fold_compare.c, floating point, conversions and select in
 * fold_convert.c; the dispatch is at the end of this file.
 *
 * Normal form, which rules may rely on in their inputs and have to leave:
 *
 *     constants are the right input of commutative instructions
 *     x - c is x + -c; a multiplication by a power of two is a shift
 *     x <= c is x < c + 1, c <= x is c - 1 < x; x < 1 (unsigned) is x == 0
 *     the negation of a condition is `xor x, 1`, unless the comparison can be
 *     inverted itself
 */
#include "pe/graph/fold.h"

/* ---- all inputs constant ---------------------------------------------- */

/* c1 op c2 => c */
static esp_ref evaluate(const struct in *f)
{
    esp_type to = (esp_type)f->i.ty;
    uint64_t result;

    if (!arith_eval((esp_op)f->i.op, f->ty, to, f->xc, f->yc, &result))
        return 0;
    return constant(f, to, result);
}

/* ---- sums ------------------------------------------------------------- */

/* x op 0 => x, for add, sub, or, xor, shifts */
static esp_ref zero_right(const struct in *f)
{
    return f->yk && f->yc == 0 ? f->i.a : 0;
}

/* i1: x + y, x - y => x ^ y */
static esp_ref bit_sum(const struct in *f)
{
    return f->ty == TY_i1 ? make(f, IR_xor, f->i.a, f->i.b) : 0;
}

/* (x + c1) + c2 => x + (c1 + c2) */
static esp_ref add_add(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, IR_add))
        return 0;
    return make(f, IR_add, f->x.a, k(f, value(f, f->x.b) + f->yc));
}

/* (c1 - x) + c2 => (c1 + c2) - x */
static esp_ref add_rsub(const struct in *f)
{
    if (!f->yk || f->x.op != IR_sub || !is_const(f, f->x.a))
        return 0;
    return make(f, IR_sub, k(f, value(f, f->x.a) + f->yc), f->x.b);
}

/* (x ^ -1) + c => (c - 1) - x */
static esp_ref add_not(const struct in *f)
{
    esp_ref x = complemented(f, f->i.a);

    return f->yk && x ? make(f, IR_sub, k(f, f->yc - 1), x) : 0;
}

/* x + (0 - y) => x - y */
static esp_ref add_negative(const struct in *f)
{
    if (negative(f, f->i.b))
        return make(f, IR_sub, f->i.a, negative(f, f->i.b));
    if (negative(f, f->i.a))
        return make(f, IR_sub, f->i.b, negative(f, f->i.a));
    return 0;
}

/* (x - y) + y => x */
static esp_ref add_sub(const struct in *f)
{
    if (f->x.op == IR_sub && f->x.b == f->i.b)
        return f->x.a;
    if (f->y.op == IR_sub && f->y.b == f->i.a)
        return f->y.a;
    return 0;
}

/* x + x => x << 1 */
static esp_ref add_same(const struct in *f)
{
    return f->i.a == f->i.b ? make(f, IR_shl, f->i.a, k(f, 1)) : 0;
}

static esp_ref fold_add(const struct in *f)
{
    TRY(zero_right);
    TRY(add_add);
    TRY(bit_sum);
    TRY(add_rsub);
    TRY(add_not);
    TRY(add_negative);
    TRY(add_sub);
    TRY(add_same);
    return 0;
}

/* x - c => x + -c */
static esp_ref sub_const(const struct in *f)
{
    return f->yk ? make(f, IR_add, f->i.a, k(f, 0 - f->yc)) : 0;
}

/* x - x => 0 */
static esp_ref sub_same(const struct in *f)
{
    return f->i.a == f->i.b ? k(f, 0) : 0;
}

/* x - (0 - y) => x + y */
static esp_ref sub_negative(const struct in *f)
{
    esp_ref y = negative(f, f->i.b);

    return y ? make(f, IR_add, f->i.a, y) : 0;
}

/* (x + y) - x => y; x - (x + y) => 0 - y */
static esp_ref sub_add(const struct in *f)
{
    if (f->x.op == IR_add && f->x.a == f->i.b)
        return f->x.b;
    if (f->x.op == IR_add && f->x.b == f->i.b)
        return f->x.a;
    if (f->y.op == IR_add && f->y.a == f->i.a)
        return make(f, IR_sub, k(f, 0), f->y.b);
    if (f->y.op == IR_add && f->y.b == f->i.a)
        return make(f, IR_sub, k(f, 0), f->y.a);
    return 0;
}

/* x - (x - y) => y; (x - y) - x => 0 - y */
static esp_ref sub_sub(const struct in *f)
{
    if (f->y.op == IR_sub && f->y.a == f->i.a)
        return f->y.b;
    if (f->x.op == IR_sub && f->x.a == f->i.b)
        return make(f, IR_sub, k(f, 0), f->x.b);
    return 0;
}

/* (x + c1) - (x + c2) => c1 - c2 */
static esp_ref sub_offsets(const struct in *f)
{
    if (!has_const(f, f->x, IR_add) || !has_const(f, f->y, IR_add)
        || f->x.a != f->y.a)
        return 0;
    return k(f, value(f, f->x.b) - value(f, f->y.b));
}

/* c1 - (x + c2) => (c1 - c2) - x; -1 - x => x ^ -1 */
static esp_ref sub_from_const(const struct in *f)
{
    if (!f->xk)
        return 0;
    if (has_const(f, f->y, IR_add))
        return make(f, IR_sub, k(f, f->xc - value(f, f->y.b)), f->y.a);
    if (is_ones(f, f->xc))
        return make(f, IR_xor, f->i.b, f->i.a);
    return 0;
}

static esp_ref fold_sub(const struct in *f)
{
    TRY(sub_const);
    TRY(sub_same);
    TRY(bit_sum);
    TRY(sub_from_const);
    TRY(sub_negative);
    TRY(sub_add);
    TRY(sub_sub);
    TRY(sub_offsets);
    return 0;
}

/* ---- products and quotients ------------------------------------------- */

/* x * 0 => 0; x * 1 => x; x * -1 => 0 - x; x * 2^n => x << n */
static esp_ref mul_const(const struct in *f)
{
    if (!f->yk)
        return 0;
    if (f->yc == 0)
        return f->i.b;
    if (power_of_two(f->yc))
        return make(f, IR_shl, f->i.a, k(f, log2_of(f->yc)));
    if (is_ones(f, f->yc))
        return make(f, IR_sub, k(f, 0), f->i.a);
    return 0;
}

/* (x * c1) * c2 => x * (c1 * c2); (x << c1) * c2 => x * (c2 << c1) */
static esp_ref mul_mul(const struct in *f)
{
    if (!f->yk)
        return 0;
    if (has_const(f, f->x, IR_mul))
        return make(f, IR_mul, f->x.a, k(f, value(f, f->x.b) * f->yc));
    if (has_const(f, f->x, IR_shl) && value(f, f->x.b) < arith_width(f->ty))
        return make(f, IR_mul, f->x.a, k(f, f->yc << value(f, f->x.b)));
    return 0;
}

/* i1: x * y => x & y */
static esp_ref mul_bit(const struct in *f)
{
    return f->ty == TY_i1 ? make(f, IR_and, f->i.a, f->i.b) : 0;
}

static esp_ref fold_mul(const struct in *f)
{
    TRY(mul_const);
    TRY(mul_mul);
    TRY(mul_bit);
    return 0;
}

static bool not_negative(const struct in *f, esp_ref r)
{
    return facts_signed(f->g, r).low >= 0;
}

/* x / 1 => x, x % 1 => 0; of i1 only the unsigned 1 is one */
static esp_ref div_one(const struct in *f)
{
    bool remainder = f->i.op == IR_srem || f->i.op == IR_urem;
    bool is_signed = f->i.op == IR_sdiv || f->i.op == IR_srem;

    if (!f->yk || f->yc != 1 || (f->ty == TY_i1 && is_signed))
        return 0;
    return remainder ? k(f, 0) : f->i.a;
}

/* x / 2^n => x >> n; x % 2^n => x & (2^n - 1): unsigned */
static esp_ref div_power(const struct in *f)
{
    if (!f->yk || !power_of_two(f->yc))
        return 0;
    if (f->i.op == IR_udiv)
        return make(f, IR_lshr, f->i.a, k(f, log2_of(f->yc)));
    return make(f, IR_and, f->i.a, k(f, f->yc - 1));
}

/* the dividend is smaller than the divisor: x / y => 0; x % y => x: unsigned */
static esp_ref div_small(const struct in *f)
{
    if (!f->yk || facts_most(facts_bits(f->g, f->i.a)) >= f->yc)
        return 0;
    return f->i.op == IR_udiv ? k(f, 0) : f->i.a;
}

/* signed division of what is not negative => unsigned */
static esp_ref div_unsigned(const struct in *f)
{
    if (!f->yk || arith_signed(f->ty, f->yc) <= 0
        || !not_negative(f, f->i.a))
        return 0;
    return make(f, f->i.op == IR_sdiv ? IR_udiv : IR_urem, f->i.a, f->i.b);
}

/* x / -1 => 0 - x, x % -1 => 0, where x cannot be the smallest integer */
static esp_ref div_minus_one(const struct in *f)
{
    if (!f->yk || !is_ones(f, f->yc)
        || facts_signed(f->g, f->i.a).low == arith_min(f->ty))
        return 0;
    return f->i.op == IR_srem ? k(f, 0) : make(f, IR_sub, k(f, 0), f->i.a);
}

static esp_ref fold_sdiv(const struct in *f)
{
    TRY(div_one);
    TRY(div_minus_one);
    TRY(div_unsigned);
    return 0;
}

static esp_ref fold_udiv(const struct in *f)
{
    TRY(div_one);
    TRY(div_power);
    TRY(div_small);
    return 0;
}

static bool may_trap(const esp_graph *g, esp_ins i)
{
    esp_range x = facts_signed(g, i.a), y = facts_signed(g, i.b);
    bool is_signed = i.op == IR_sdiv || i.op == IR_srem;

    if (is_signed && x.low == arith_min((esp_type)i.ty)
        && y.low <= -1 && y.high >= -1)
        return true;
    return y.low <= 0 && y.high >= 0 && !facts_least(facts_bits(g, i.b));
}

/* What is assumed for the moment does not count: an instruction that does not
 * trap floats, and may come to stand where the assumptions do not hold. */
bool fold_may_trap(esp_graph *g, esp_ins i)
{
    const esp_assumed *assumed = g->assumed;
    bool may;

    g->assumed = NULL;
    may = may_trap(g, i);
    g->assumed = assumed;
    return may;
}

/* ---- bits ------------------------------------------------------------- */

/* x op c => c2 if every bit of the result is known, for and, or */
static esp_ref known_result(const struct in *f)
{
    esp_known x;
    uint64_t zero, one;

    if (!f->yk)
        return 0;
    x = facts_bits(f->g, f->i.a);
    if (f->i.op == IR_and) {
        zero = x.zero | ~f->yc;
        one = x.one & f->yc;
    } else {
        zero = x.zero & ~f->yc;
        one = x.one | f->yc;
    }
    return ~(zero | one) ? 0 : k(f, one);
}

/* x & 0 => 0; x & -1 => x */
static esp_ref and_const(const struct in *f)
{
    if (f->yk && f->yc == 0)
        return f->i.b;
    return f->yk && is_ones(f, f->yc) ? f->i.a : 0;
}

/* x op x => x, for and, or */
static esp_ref idempotent(const struct in *f)
{
    return f->i.a == f->i.b ? f->i.a : 0;
}

/* x & ~x => 0; x | ~x => -1; x ^ ~x => -1 */
static esp_ref with_complement(const struct in *f)
{
    if (complemented(f, f->i.a) != f->i.b && complemented(f, f->i.b) != f->i.a)
        return 0;
    return k(f, f->i.op == IR_and ? 0 : ones(f));
}

/* (x op c1) op c2 => x op (c1 op c2), for and, or, xor */
static esp_ref bits_twice(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, (esp_op)f->i.op))
        return 0;
    return make(f, (esp_op)f->i.op, f->x.a,
                make(f, (esp_op)f->i.op, f->x.b, f->i.b));
}

/* (x op y) op x => x op y, for and, or */
static esp_ref absorb_same(const struct in *f)
{
    if (f->x.op == f->i.op && (f->x.a == f->i.b || f->x.b == f->i.b))
        return f->i.a;
    if (f->y.op == f->i.op && (f->y.a == f->i.a || f->y.b == f->i.a))
        return f->i.b;
    return 0;
}

/* x & (x | y) => x; x | (x & y) => x */
static esp_ref absorb_other(const struct in *f)
{
    esp_op other = f->i.op == IR_and ? IR_or : IR_and;

    if (f->x.op == other && (f->x.a == f->i.b || f->x.b == f->i.b))
        return f->i.b;
    if (f->y.op == other && (f->y.a == f->i.a || f->y.b == f->i.a))
        return f->i.a;
    return 0;
}

/* x & c => x if c has all bits that x can have */
static esp_ref and_covers(const struct in *f)
{
    if (!f->yk)
        return 0;
    return facts_most(facts_bits(f->g, f->i.a)) & ~f->yc ? 0 : f->i.a;
}

/* (x | c1) & c2 => x & c2 if they have no bit in common; the same for ^ */
static esp_ref and_or(const struct in *f)
{
    if (!f->yk || !(has_const(f, f->x, IR_or) || has_const(f, f->x, IR_xor))
        || (value(f, f->x.b) & f->yc))
        return 0;
    return make(f, IR_and, f->x.a, f->i.b);
}

/* The part of x | y that matters if only the bits in `mask` do, or 0: several
 * values that are packed into one word are unpacked in this way. */
esp_ref fold_part_of_or(const struct in *f, esp_ins i, uint64_t mask)
{
    if (i.op != IR_or)
        return 0;
    if (!(facts_most(facts_bits(f->g, i.a)) & mask))
        return i.b;
    return facts_most(facts_bits(f->g, i.b)) & mask ? 0 : i.a;
}

/* (x | y) & c => y & c if x has no bits there */
static esp_ref and_part(const struct in *f)
{
    esp_ref part = f->yk ? fold_part_of_or(f, f->x, f->yc) : 0;

    return part ? make(f, IR_and, part, f->i.b) : 0;
}

static esp_ref fold_and(const struct in *f)
{
    TRY(and_const);
    TRY(idempotent);
    TRY(bits_twice);
    TRY(with_complement);
    TRY(absorb_same);
    TRY(absorb_other);
    TRY(and_or);
    TRY(and_part);
    TRY(and_covers);
    TRY(known_result);
    return 0;
}

/* x | -1 => -1 */
static esp_ref or_ones(const struct in *f)
{
    return f->yk && is_ones(f, f->yc) ? f->i.b : 0;
}

/* (x & c1) | c2 => x | c2 if together they have all bits */
static esp_ref or_and(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, IR_and)
        || !is_ones(f, value(f, f->x.b) | f->yc))
        return 0;
    return make(f, IR_or, f->x.a, f->i.b);
}

static esp_ref fold_or(const struct in *f)
{
    TRY(zero_right);
    TRY(or_ones);
    TRY(idempotent);
    TRY(bits_twice);
    TRY(with_complement);
    TRY(absorb_same);
    TRY(absorb_other);
    TRY(or_and);
    TRY(known_result);
    return 0;
}

/* x ^ x => 0 */
static esp_ref xor_same(const struct in *f)
{
    return f->i.a == f->i.b ? k(f, 0) : 0;
}

/* not (x < y) => y <= x and so on; not of a float comparison stays, because
 * it is true for unordered operands */
static esp_ref not_comparison(const struct in *f)
{
    if (f->ty != TY_i1 || !f->yk)
        return 0;
    switch (f->x.op) {
    case IR_eq:  return make(f, IR_ne, f->x.a, f->x.b);
    case IR_ne:  return make(f, IR_eq, f->x.a, f->x.b);
    case IR_slt: return make(f, IR_sle, f->x.b, f->x.a);
    case IR_sle: return make(f, IR_slt, f->x.b, f->x.a);
    case IR_ult: return make(f, IR_ule, f->x.b, f->x.a);
    case IR_ule: return make(f, IR_ult, f->x.b, f->x.a);
    default:     return 0;
    }
}

/* zext c ^ 1 => zext (not c) */
static esp_ref xor_zext(const struct in *f)
{
    if (!f->yk || f->yc != 1 || f->x.op != IR_zext
        || type_of(f, f->x.a) != TY_i1)
        return 0;
    return convert(f, IR_zext, f->ty, negation(f, f->x.a));
}

/* (x ^ y) ^ x => y */
static esp_ref xor_xor(const struct in *f)
{
    if (f->x.op == IR_xor && f->x.a == f->i.b)
        return f->x.b;
    if (f->x.op == IR_xor && f->x.b == f->i.b)
        return f->x.a;
    if (f->y.op == IR_xor && f->y.a == f->i.a)
        return f->y.b;
    if (f->y.op == IR_xor && f->y.b == f->i.a)
        return f->y.a;
    return 0;
}

static esp_ref fold_xor(const struct in *f)
{
    TRY(zero_right);
    TRY(not_comparison);
    TRY(xor_same);
    TRY(bits_twice);
    TRY(with_complement);
    TRY(xor_xor);
    TRY(xor_zext);
    return 0;
}

/* ---- shifts ----------------------------------------------------------- */

/* 0 << y => 0, and right; x << c => 0 if that is all bits, and right */
static esp_ref shift_out(const struct in *f)
{
    unsigned width = arith_width(f->ty);

    if (f->xk && f->xc == 0)
        return f->i.a;
    if (!f->yk || f->yc < width)
        return 0;
    if (f->i.op == IR_ashr)
        return make(f, IR_ashr, f->i.a, k(f, width - 1));
    return k(f, 0);
}

/* (x << c1) << c2 => x << (c1 + c2), and right */
static esp_ref shift_twice(const struct in *f)
{
    unsigned width = arith_width(f->ty);
    uint64_t n;

    if (!f->yk || !has_const(f, f->x, (esp_op)f->i.op))
        return 0;
    n = value(f, f->x.b) + f->yc;
    if (n >= width && f->i.op != IR_ashr)
        return k(f, 0);
    return make(f, (esp_op)f->i.op, f->x.a, k(f, n < width ? n : width - 1));
}

/* (x >> c) << c => x & (-1 << c) */
static esp_ref shl_shr(const struct in *f)
{
    if (!f->yk || !(has_const(f, f->x, IR_lshr) || has_const(f, f->x, IR_ashr))
        || value(f, f->x.b) != f->yc)
        return 0;
    return make(f, IR_and, f->x.a, k(f, ~(uint64_t)0 << f->yc));
}

/* (x * c1) << c2 => x * (c1 << c2) */
static esp_ref shl_mul(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, IR_mul))
        return 0;
    return make(f, IR_mul, f->x.a, k(f, value(f, f->x.b) << f->yc));
}

static esp_ref fold_shl(const struct in *f)
{
    TRY(zero_right);
    TRY(shift_out);
    TRY(shift_twice);
    TRY(shl_shr);
    TRY(shl_mul);
    return 0;
}

/* (x << c) >> c => x & (-1 >> c): unsigned */
static esp_ref lshr_shl(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, IR_shl) || value(f, f->x.b) != f->yc)
        return 0;
    return make(f, IR_and, f->x.a, k(f, ones(f) >> f->yc));
}

/* x >> c => 0 if x has no bits there: unsigned */
static esp_ref lshr_known(const struct in *f)
{
    if (!f->yk || facts_most(facts_bits(f->g, f->i.a)) >> f->yc)
        return 0;
    return k(f, 0);
}

/* (x | y) >> c => y >> c if all bits of x are shifted out: unsigned */
static esp_ref lshr_part(const struct in *f)
{
    esp_ref part = f->yk ? fold_part_of_or(f, f->x, ones(f) << f->yc) : 0;

    return part ? make(f, IR_lshr, part, f->i.b) : 0;
}

/* (x & c1) >> c => x >> c if c1 has all bits that are left: unsigned */
static esp_ref lshr_and(const struct in *f)
{
    if (!f->yk || !has_const(f, f->x, IR_and)
        || value(f, f->x.b) >> f->yc != ones(f) >> f->yc)
        return 0;
    return make(f, IR_lshr, f->x.a, f->i.b);
}

static esp_ref fold_lshr(const struct in *f)
{
    TRY(zero_right);
    TRY(shift_out);
    TRY(shift_twice);
    TRY(lshr_shl);
    TRY(lshr_part);
    TRY(lshr_and);
    TRY(lshr_known);
    return 0;
}

static esp_type int_of_width(uint64_t width)
{
    switch (width) {
    case 1:  return TY_i1;
    case 8:  return TY_i8;
    case 16: return TY_i16;
    case 32: return TY_i32;
    default: return TY_void;
    }
}

/* (x << c) >> c => sext (trunc x): signed */
static esp_ref ashr_shl(const struct in *f)
{
    esp_type narrow;

    if (!f->yk || !has_const(f, f->x, IR_shl) || value(f, f->x.b) != f->yc)
        return 0;
    narrow = int_of_width(arith_width(f->ty) - f->yc);
    if (narrow == TY_void)
        return 0;
    return convert(f, IR_sext, f->ty, convert(f, IR_trunc, narrow, f->x.a));
}

/* signed right shift of what is not negative => unsigned */
static esp_ref ashr_positive(const struct in *f)
{
    uint64_t sign = (uint64_t)1 << (arith_width(f->ty) - 1);

    if (!f->yk || !(facts_bits(f->g, f->i.a).zero & sign))
        return 0;
    return make(f, IR_lshr, f->i.a, f->i.b);
}

static esp_ref fold_ashr(const struct in *f)
{
    TRY(zero_right);
    TRY(shift_out);
    TRY(shift_twice);
    TRY(ashr_shl);
    TRY(ashr_positive);
    return 0;
}

/* ---- overflow --------------------------------------------------------- */

static bool overflow_of(const struct in *f, uint64_t x, uint64_t y)
{
    uint64_t o;

    return arith_eval((esp_op)f->i.op, f->ty, TY_i1, x, y, &o) && o;
}

/* no corner of the ranges overflows => false */
static esp_ref never_overflows(const struct in *f)
{
    esp_range x = facts_signed(f->g, f->i.a), y = facts_signed(f->g, f->i.b);

    if (overflow_of(f, (uint64_t)x.low, (uint64_t)y.low)
        || overflow_of(f, (uint64_t)x.high, (uint64_t)y.high)
        || overflow_of(f, (uint64_t)x.low, (uint64_t)y.high)
        || overflow_of(f, (uint64_t)x.high, (uint64_t)y.low))
        return 0;
    return truth(f, false);
}

/* the largest values do not overflow => false: unsigned */
static esp_ref never_carries(const struct in *f)
{
    uint64_t x = facts_most(facts_bits(f->g, f->i.a));
    uint64_t y = facts_most(facts_bits(f->g, f->i.b));

    return overflow_of(f, x, y) ? 0 : truth(f, false);
}

/* x + 0, x - 0 => false */
static esp_ref overflow_zero(const struct in *f)
{
    return f->yk && f->yc == 0 ? truth(f, false) : 0;
}

static esp_ref fold_addo(const struct in *f)
{
    TRY(overflow_zero);
    TRY(never_overflows);
    return 0;
}

/* x - x => false */
static esp_ref subo_same(const struct in *f)
{
    return f->i.a == f->i.b ? truth(f, false) : 0;
}

/* x - x / y * y => false: it is less than y */
static esp_ref subo_remainder(const struct in *f)
{
    return facts_divisor(f->g, f->i.b, f->i.a) ? truth(f, false) : 0;
}

/* x - c => x + -c, as the difference itself; not for the smallest c */
static esp_ref subo_const(const struct in *f)
{
    if (!f->yk || arith_signed(f->ty, f->yc) == arith_min(f->ty))
        return 0;
    return make(f, IR_addo, f->i.a, k(f, 0 - f->yc));
}

/* 0 - x => x == MIN */
static esp_ref subo_zero_left(const struct in *f)
{
    if (!f->xk || f->xc != 0)
        return 0;
    return make(f, IR_eq, f->i.b, k(f, (uint64_t)arith_min(f->ty)));
}

static esp_ref fold_subo(const struct in *f)
{
    TRY(overflow_zero);
    TRY(subo_same);
    TRY(subo_remainder);
    TRY(subo_const);
    TRY(subo_zero_left);
    TRY(never_overflows);
    return 0;
}

/* x * 0, x * 1 => false; x * -1 => x == MIN; x * 2 => x + x */
static esp_ref mulo_const(const struct in *f)
{
    if (!f->yk)
        return 0;
    switch (arith_signed(f->ty, f->yc)) {
    case 0: case 1:
        return truth(f, false);
    case -1:
        return make(f, IR_eq, f->i.a, k(f, (uint64_t)arith_min(f->ty)));
    case 2:
        return make(f, IR_addo, f->i.a, f->i.a);
    default:
        return 0;
    }
}

/* x / y * y => false: it is no further from zero than x */
static esp_ref mulo_quotient(const struct in *f)
{
    bool left = f->x.op == IR_sdiv && f->x.b == f->i.b;
    bool right = f->y.op == IR_sdiv && f->y.b == f->i.a;

    return left || right ? truth(f, false) : 0;
}

static esp_ref fold_mulo(const struct in *f)
{
    TRY(mulo_quotient);
    TRY(mulo_const);
    TRY(never_overflows);
    return 0;
}

/* x + c carries => ~c < x: unsigned */
static esp_ref uaddo_const(const struct in *f)
{
    return f->yk ? make(f, IR_ult, k(f, ~f->yc), f->i.a) : 0;
}

static esp_ref fold_uaddo(const struct in *f)
{
    TRY(uaddo_const);
    TRY(never_carries);
    return 0;
}

/* x - y borrows => x < y: unsigned */
static esp_ref usubo_less(const struct in *f)
{
    return make(f, IR_ult, f->i.a, f->i.b);
}

static esp_ref fold_usubo(const struct in *f)
{
    TRY(usubo_less);
    return 0;
}

static esp_ref fold_umulo(const struct in *f)
{
    TRY(never_carries);
    return 0;
}

/* ---- counting --------------------------------------------------------- */

/* bswap (bswap x) => x */
static esp_ref bswap_twice(const struct in *f)
{
    return f->x.op == IR_bswap ? f->x.a : 0;
}

static esp_ref fold_bswap(const struct in *f)
{
    TRY(bswap_twice);
    return 0;
}

/* ---- dispatch --------------------------------------------------------- */

typedef esp_ref rules(const struct in *f);

static rules *const rules_of[IR_COUNT] = {
    [IR_add] = fold_add, [IR_sub] = fold_sub, [IR_mul] = fold_mul,
    [IR_sdiv] = fold_sdiv, [IR_srem] = fold_sdiv,
    [IR_udiv] = fold_udiv, [IR_urem] = fold_udiv,
    [IR_and] = fold_and, [IR_or] = fold_or, [IR_xor] = fold_xor,
    [IR_shl] = fold_shl, [IR_lshr] = fold_lshr, [IR_ashr] = fold_ashr,
    [IR_addo] = fold_addo, [IR_subo] = fold_subo, [IR_mulo] = fold_mulo,
    [IR_uaddo] = fold_uaddo, [IR_usubo] = fold_usubo, [IR_umulo] = fold_umulo,
    [IR_bswap] = fold_bswap,
    [IR_eq] = fold_eq, [IR_ne] = fold_eq,
    [IR_slt] = fold_slt, [IR_sle] = fold_sle,
    [IR_ult] = fold_ult, [IR_ule] = fold_ule,
    [IR_feq] = fold_feq, [IR_flt] = fold_flt, [IR_fle] = fold_feq,
    [IR_fdiv] = fold_fdiv, [IR_fneg] = fold_fneg, [IR_fabs] = fold_fabs,
    [IR_ffloor] = fold_round, [IR_fceil] = fold_round,
    [IR_ftrunc] = fold_round,
    [IR_zext] = fold_zext, [IR_sext] = fold_sext, [IR_trunc] = fold_trunc,
    [IR_bitcast] = fold_bitcast, [IR_uitofp] = fold_uitofp,
    [IR_fptosi] = fold_fptoint, [IR_fptoui] = fold_fptoint,
    [IR_select] = fold_select
};

esp_ref fold(esp_build *b, esp_ins i)
{
    esp_graph *g = b->g;
    const esp_ins *x = graph_at(g, i.a);
    unsigned inputs = op_info[i.op].inputs;
    struct in f;
    rules *run;

    if (inputs == 0 || i.op == IR_second)
        return 0;
    if (i.op == IR_copy)
        return i.a;
    f = (struct in){ .b = b, .g = g, .i = i, .x = *x, .ty = (esp_type)x->ty };
    if (x->op == IR_const) {
        f.xk = true;
        f.xc = graph_const(g, i.a);
    }
    if (inputs > 1) {
        f.y = *graph_at(g, i.b);
        if (f.y.op == IR_const) {
            f.yk = true;
            f.yc = graph_const(g, i.b);
        }
    }
    if (f.xk && (inputs == 1 || (f.yk && inputs == 2))) {
        esp_ref r = evaluate(&f);
        if (r)
            return r;
    }
    run = rules_of[i.op];
    return run ? run(&f) : 0;
}
