/*
 * Folding: the rewrites, one function each.
 *
 * A rule looks at an instruction that is about to be created and at its
 * inputs, and returns what to use instead, or 0.  It may create instructions,
 * which are folded in turn; rules always go towards less or simpler code, so
 * they end.
 *
 * Normal form, which rules may rely on in their inputs and have to leave:
 *
 *     constants are the right input of commutative instructions
 *     x - c is x + -c; a multiplication by a power of two is a shift
 *     x <= c is x < c + 1, c <= x is c - 1 < x; x < 1 (unsigned) is x == 0
 *     the negation of a condition is `xor x, 1`, unless the comparison can be
 *     inverted itself
 */
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/facts.h"

/* What a rule sees. */
struct in {
    esp_build *b;
    esp_graph *g;
    esp_ins i;                  /* what is to be created */
    esp_ins x, y;               /* its inputs a and b */
    bool xk, yk;                /* are they constants? */
    uint64_t xc, yc;            /* then these */
    esp_type ty;                /* of input a */
};

/* Applies a rule inside a list of them. */
#define TRY(rule)                                                           \
    do {                                                                    \
        esp_ref r_ = rule(f);                                               \
        if (r_)                                                             \
            return r_;                                                      \
    } while (0)

/* ---- words for the rules ---------------------------------------------- */

static esp_ref constant(const struct in *f, esp_type ty, uint64_t bits)
{
    return build_const(f->g, ty, bits);
}

/* A constant of the type of the inputs. */
static esp_ref k(const struct in *f, uint64_t bits)
{
    return build_const(f->g, f->ty, bits);
}

static esp_ref truth(const struct in *f, bool t)
{
    return build_const(f->g, TY_i1, t);
}

static esp_ref make(const struct in *f, esp_op op, esp_ref x, esp_ref y)
{
    return build_binary(f->b, op, x, y);
}

static esp_ref make1(const struct in *f, esp_op op, esp_ref x)
{
    return build_unary(f->b, op, x);
}

static esp_ref convert(const struct in *f, esp_op op, esp_type to, esp_ref x)
{
    return build_convert(f->b, op, to, x);
}

static esp_ref negation(const struct in *f, esp_ref cond)
{
    return build_not(f->b, cond);
}

static esp_type type_of(const struct in *f, esp_ref r)
{
    return (esp_type)graph_at(f->g, r)->ty;
}

static bool is_const(const struct in *f, esp_ref r)
{
    return graph_is_const(f->g, r);
}

static uint64_t value(const struct in *f, esp_ref r)
{
    return graph_const(f->g, r);
}

/* Is the right input of this instruction, an input of ours, a constant? */
static bool has_const(const struct in *f, esp_ins i, esp_op op)
{
    return i.op == op && is_const(f, i.b);
}

static uint64_t ones(const struct in *f)
{
    return arith_mask(f->ty);
}

static bool is_ones(const struct in *f, uint64_t c)
{
    return c == ones(f);
}

/* x if r is x ^ -1, else 0. */
static esp_ref complemented(const struct in *f, esp_ref r)
{
    const esp_ins *i = graph_at(f->g, r);

    if (i->op != IR_xor || !is_const(f, i->b)
        || value(f, i->b) != arith_mask((esp_type)i->ty))
        return 0;
    return i->a;
}

/* x if r is 0 - x, else 0. */
static esp_ref negative(const struct in *f, esp_ref r)
{
    const esp_ins *i = graph_at(f->g, r);

    return i->op == IR_sub && is_const(f, i->a) && !value(f, i->a) ? i->b : 0;
}

static bool power_of_two(uint64_t c)
{
    return c && !(c & (c - 1));
}

static uint64_t log2_of(uint64_t c)
{
    return (uint64_t)__builtin_ctzll(c);
}

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
static esp_ref part_of_or(const struct in *f, esp_ins i, uint64_t mask)
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
    esp_ref part = f->yk ? part_of_or(f, f->x, f->yc) : 0;

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
    esp_ref part = f->yk ? part_of_or(f, f->x, ones(f) << f->yc) : 0;

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

static esp_ref fold_mulo(const struct in *f)
{
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

/* ---- comparisons ------------------------------------------------------ */

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

/* (x - y) == 0, (x ^ y) == 0 => x == y; (c1 - x) == c2 => x == c1 - c2 */
static esp_ref eq_difference(const struct in *f)
{
    if (!f->yk)
        return 0;
    if (f->x.op == IR_sub && is_const(f, f->x.a))
        return again(f, f->x.b, k(f, value(f, f->x.a) - f->yc));
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

static bool is_widening(esp_ins i)
{
    return i.op == IR_zext || i.op == IR_sext;
}

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

static esp_ref fold_eq(const struct in *f)
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

/* x < MIN, MAX < x => false; x < MIN + 1 => x == MIN, MAX - 1 < x => x == MAX */
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

static esp_ref fold_slt(const struct in *f)
{
    TRY(less_same);
    TRY(slt_limit);
    TRY(slt_widened);
    TRY(slt_widened_const);
    TRY(compare_select);
    TRY(slt_range);
    return 0;
}

static esp_ref fold_sle(const struct in *f)
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

static esp_ref fold_ult(const struct in *f)
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

static esp_ref fold_ule(const struct in *f)
{
    TRY(less_same);
    TRY(ule_const);
    TRY(ult_widened);
    TRY(ult_places);
    TRY(ult_range);
    return 0;
}

/* ---- floating point --------------------------------------------------- */

/* Does the conversion from integer to this float lose nothing? */
static bool exact_from(const struct in *f, esp_ins i)
{
    unsigned width;

    if (i.op != IR_sitofp && i.op != IR_uitofp)
        return false;
    width = arith_width(type_of(f, i.a));
    return width <= (i.ty == TY_f64 ? 32u : 16u);
}

/* tofp x == tofp y => x == y, where both are exact; the same for less */
static esp_ref compare_from_int(const struct in *f)
{
    bool is_signed = f->x.op == IR_sitofp;

    if (!exact_from(f, f->x) || f->y.op != f->x.op
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

static esp_ref fold_flt(const struct in *f)
{
    TRY(flt_same);
    TRY(compare_from_int);
    return 0;
}

static esp_ref fold_feq(const struct in *f)
{
    TRY(compare_from_int);
    return 0;
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

static esp_ref fold_fdiv(const struct in *f)
{
    TRY(fdiv_power);
    return 0;
}

/* -(-x) => x */
static esp_ref fneg_twice(const struct in *f)
{
    return f->x.op == IR_fneg ? f->x.a : 0;
}

static esp_ref fold_fneg(const struct in *f)
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

static esp_ref fold_fabs(const struct in *f)
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

static esp_ref fold_round(const struct in *f)
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

static esp_ref fold_zext(const struct in *f)
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

static esp_ref fold_sext(const struct in *f)
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
    esp_ref part = part_of_or(f, f->x, arith_mask(to));

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

static esp_ref fold_trunc(const struct in *f)
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

static esp_ref fold_bitcast(const struct in *f)
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

static esp_ref fold_uitofp(const struct in *f)
{
    TRY(uitofp_positive);
    return 0;
}

/* fptosi (sitofp x) => x, resized; where out of range, any value will do */
static esp_ref to_int_and_back(const struct in *f)
{
    bool is_signed = f->x.op == IR_sitofp;

    if (!exact_from(f, f->x))
        return 0;
    return resize(f, is_signed ? IR_sext : IR_zext, (esp_type)f->i.ty, f->x.a);
}

static esp_ref fold_fptoint(const struct in *f)
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

static esp_ref fold_select(const struct in *f)
{
    TRY(select_known);
    TRY(select_not);
    TRY(select_bits);
    TRY(select_to_int);
    TRY(select_select);
    TRY(select_equal);
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
