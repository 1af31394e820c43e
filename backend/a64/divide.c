/*
 * Selection of division.
 *
 * By a constant it is a multiplication by the reciprocal and shifts; see
 * Granlund and Montgomery, "Division by invariant integers using
 * multiplication", PLDI 1994.  Narrow numbers are extended to 32 bits.
 */
#include "backend/a64/a64.h"

#include "pe/graph/arith.h"

typedef struct division {
    selector *s;
    unsigned size;              /* 4 or 8 */
    uint32_t x;                 /* extended to that size */
    uint32_t q;                 /* where the quotient goes */
} division;

static uint32_t shift_right(selector *s, unsigned op, unsigned size,
                            uint32_t x, unsigned by)
{
    return by ? a64_ri_new(s, op, size, x, by) : x;
}

/* The last step; by no bits it is a copy. */
static void shift_into(const division *v, unsigned op, unsigned size,
                       uint32_t x, unsigned by)
{
    if (by)
        a64_ri(v->s, op, size, v->q, x, by);
    else
        a64_mov(v->s, size, v->q, x);
}

static uint32_t binary(selector *s, unsigned op, unsigned size, uint32_t x,
                       uint32_t y)
{
    a64_source w = a64_reg(y);

    return a64_two_new(s, op, size, x, &w);
}

/* d = x + (y shifted right by k) */
static void add_shifted(selector *s, unsigned size, uint32_t d, uint32_t x,
                        uint32_t y, unsigned k)
{
    a64_source w = { .form = A64_FORM_LSR, .v = y, .imm = k };

    a64_two(s, A64(add), size, d, x, &w);
}

/* The high half of x * factor, in 32 bits: in the upper half of a register. */
static uint32_t high_half(const division *v, bool is_signed, uint64_t factor)
{
    unsigned op = v->size == 8 ? (is_signed ? A64(smulh) : A64(umulh))
                               : (is_signed ? A64(smull) : A64(umull));

    if (v->size == 4)
        factor = (uint32_t)factor;
    return binary(v->s, op, 8, v->x, sel_imm(v->s, factor));
}

/* x / d where x < d is the only other case: 0 or 1 */
static void at_most_once(const division *v, uint64_t d)
{
    selector *s = v->s;
    a64_source limit = a64_reg(sel_imm(s, d));

    a64_two(s, A64(subs), v->size, 0, v->x, &limit);
    a64_set(s, v->q, cc_of(A64_HS));
}

static void quotient_unsigned(const division *v, uint64_t d)
{
    selector *s = v->s;
    unsigned size = v->size, low = size == 4 ? 32 : 0;
    sel_magic m;
    uint32_t high, rest, sum;

    if ((d & (d - 1)) == 0) {
        shift_into(v, A64(lsr), size, v->x, (unsigned)CC_CTZ64(d));
        return;
    }
    if (d >> (8 * size - 1)) {
        at_most_once(v, d);
        return;
    }
    m = sel_magic_unsigned(d, 8 * size);
    high = high_half(v, false, m.factor);
    if (!m.add) {
        shift_into(v, A64(lsr), 8, high, low + m.shift);
        return;
    }
    high = shift_right(s, A64(lsr), 8, high, low);
    rest = binary(s, A64(sub), size, v->x, high);
    sum = sel_temp(s, LIR_INT);
    add_shifted(s, size, sum, high, rest, 1);
    shift_into(v, A64(lsr), size, sum, m.shift - 1);
}

/* Rounds towards zero: numbers below zero get d - 1 first. */
static void quotient_power(const division *v, unsigned k)
{
    selector *s = v->s;
    unsigned bits = 8 * v->size;
    uint32_t sign = k > 1 ? a64_ri_new(s, A64(asr), v->size, v->x, bits - 1)
                          : v->x;
    uint32_t sum;

    if (k == 0) {
        a64_mov(s, v->size, v->q, v->x);
        return;
    }
    sum = sel_temp(s, LIR_INT);
    add_shifted(s, v->size, sum, v->x, sign, bits - k);
    a64_ri(s, A64(asr), v->size, v->q, sum, k);
}

/* A factor with its top bit set is a number below zero to the machine: what
 * that takes away is added again. */
static void quotient_signed(const division *v, uint64_t d)
{
    selector *s = v->s;
    unsigned size = v->size, bits = 8 * size;
    sel_magic m;
    uint32_t q;

    if ((d & (d - 1)) == 0) {
        quotient_power(v, (unsigned)CC_CTZ64(d));
        return;
    }
    m = sel_magic_signed((int64_t)d, bits);
    q = high_half(v, true, m.factor);
    if (size == 4 && !(m.factor >> 31 & 1)) {
        q = shift_right(s, A64(asr), 8, q, 32 + m.shift);
    } else if (size == 4) {
        q = shift_right(s, A64(lsr), 8, q, 32);
        q = binary(s, A64(add), 4, q, v->x);
        q = shift_right(s, A64(asr), 4, q, m.shift);
    } else {
        if (m.factor >> 63)
            q = binary(s, A64(add), 8, q, v->x);
        q = shift_right(s, A64(asr), 8, q, m.shift);
    }
    add_shifted(s, size, v->q, q, v->x, bits - 1);
}

static void negate(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    a64_source w = a64_reg(x);

    a64_two(s, A64(sub), size, d, 0, &w);
}

/* x - q * by */
static void remainder_into(const division *v, uint32_t d, uint32_t q,
                           uint64_t by)
{
    selector *s = v->s;
    a64_source w = { .form = A64_FORM_LSL, .v = q };

    if ((by & (by - 1)) == 0) {
        w.imm = CC_CTZ64(by);
        a64_two(s, A64(sub), v->size, d, v->x, &w);
    } else {
        a64_four(s, A64(msub), v->size, d, q, sel_imm(s, by), v->x);
    }
}

/* The remainder of a division by -k is that by k. */
static void divide_by_constant(division *v, esp_ref r)
{
    selector *s = v->s;
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem, negative;
    uint32_t d = sel_def(s, r);
    int64_t k;
    uint64_t by;

    sel_const(s, i->b, &k);
    k = is_signed ? arith_signed(ty, (uint64_t)k)
                  : (int64_t)arith_narrow(ty, (uint64_t)k);
    negative = is_signed && k < 0;
    by = negative ? -(uint64_t)k : (uint64_t)k;
    if (!is_signed && rest && by > 1 && a64_has_imm(A64_and, v->size, k - 1)
        && (by & (by - 1)) == 0) {
        a64_ri(s, A64(and), v->size, d, v->x, k - 1);
        return;
    }
    v->q = rest || negative ? sel_temp(s, LIR_INT) : d;
    if (is_signed)
        quotient_signed(v, by);
    else
        quotient_unsigned(v, by);
    if (rest)
        remainder_into(v, d, v->q, by);
    else if (negative)
        negate(s, v->size, d, v->q);
}

static void divide(const division *v, esp_ref r, uint32_t y)
{
    selector *s = v->s;
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem;
    uint32_t d = sel_def(s, r), q = rest ? sel_temp(s, LIR_INT) : d;
    a64_source w = a64_reg(y);

    a64_two(s, is_signed ? A64(sdiv) : A64(udiv), v->size, q, v->x, &w);
    if (rest)
        a64_four(s, A64(msub), v->size, d, q, y, v->x);
}

void a64_divide(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    division v = { s, i->ty == TY_i64 ? 8 : 4, 0, 0 };
    int64_t k;

    v.x = is_signed ? a64_sign_extended(s, i->a) : a64_zero_extended(s, i->a);
    if (sel_const(s, i->b, &k)
        && arith_narrow((esp_type)i->ty, (uint64_t)k) && i->ty != TY_i1)
        divide_by_constant(&v, r);
    else
        divide(&v, r, is_signed ? a64_sign_extended(s, i->b)
                                : a64_zero_extended(s, i->b));
}
