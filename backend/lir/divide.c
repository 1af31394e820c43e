/*
 * Selection of division, the part that targets share.
 *
 * By a constant it is a multiplication by the reciprocal and shifts; see
 * Granlund and Montgomery, "Division by invariant integers using
 * multiplication", PLDI 1994.  32-bit numbers are multiplied in 64 bits, which
 * have room for any factor; narrower ones are extended to 32.
 */
#include "backend/lir/select.h"

#include "pe/graph/arith.h"

typedef struct division {
    selector *s;
    const isa_division *isa;
    unsigned size;              /* 4 or 8 */
    uint32_t x;                 /* extended to that size */
} division;

static uint32_t temp(const division *v)
{
    return sel_temp(v->s, LIR_INT);
}

/* d = x shifted by a constant; by no bits it is a copy. */
static void shift_into(const division *v, esp_op op, unsigned size, uint32_t d,
                       uint32_t x, unsigned by)
{
    if (by)
        v->isa->shift(v->s, op, size, d, x, by);
    else
        v->isa->copy(v->s, size, d, x);
}

static uint32_t shifted(const division *v, esp_op op, unsigned size,
                        uint32_t x, unsigned by)
{
    uint32_t d;

    if (by == 0)
        return x;
    d = temp(v);
    v->isa->shift(v->s, op, size, d, x, by);
    return d;
}

/* x / d = ((x - high) / 2 + high) >> (shift - 1), where the factor has a bit
 * more than there is room for. */
static void halve_and_add(const division *v, uint32_t to, uint32_t high,
                          unsigned shift)
{
    uint32_t rest = temp(v), sum = temp(v);

    v->isa->sum(v->s, IR_sub, v->size, rest, v->x, high);
    v->isa->sum_shifted(v->s, IR_add, v->size, sum, high, rest, IR_lshr, 1);
    shift_into(v, IR_lshr, v->size, to, sum, shift - 1);
}

static void quotient_unsigned(const division *v, uint32_t to, uint64_t d)
{
    unsigned size = v->size, low = size == 4 ? 32 : 0;
    sel_magic m;
    uint32_t high;

    if ((d & (d - 1)) == 0) {
        shift_into(v, IR_lshr, size, to, v->x, (unsigned)CC_CTZ64(d));
        return;
    }
    if (d >> (8 * size - 1)) {  /* 0 or 1 */
        v->isa->at_least(v->s, size, to, v->x, d);
        return;
    }
    m = sel_magic_unsigned(d, 8 * size);
    high = temp(v);
    v->isa->product(v->s, false, size, high, v->x, m.factor);
    if (m.add)
        halve_and_add(v, to, shifted(v, IR_lshr, 8, high, low), m.shift);
    else
        shift_into(v, IR_lshr, 8, to, high, low + m.shift);
}

/* What is added to numbers below zero so that shifting rounds towards zero is
 * this shifted to the right by all bits but k: 2^k - 1; to others 0. */
static uint32_t sign_for(const division *v, unsigned k)
{
    return k > 1 ? shifted(v, IR_ashr, v->size, v->x, 8 * v->size - 1) : v->x;
}

static void quotient_power(const division *v, uint32_t to, unsigned k)
{
    uint32_t sign = sign_for(v, k), sum = temp(v);

    v->isa->sum_shifted(v->s, IR_add, v->size, sum, v->x, sign, IR_lshr,
                        8 * v->size - k);
    v->isa->shift(v->s, IR_ashr, v->size, to, sum, k);
}

/* ((x + bias) mod 2^k) - bias */
static void rest_of_power(const division *v, uint32_t to, unsigned k)
{
    uint32_t bias = shifted(v, IR_lshr, v->size, sign_for(v, k),
                            8 * v->size - k);
    uint32_t sum = temp(v), low = temp(v);

    v->isa->sum(v->s, IR_add, v->size, sum, bias, v->x);
    v->isa->mask(v->s, v->size, low, sum, ((uint64_t)1 << k) - 1);
    v->isa->sum(v->s, IR_sub, v->size, to, low, bias);
}

/* One more for numbers below zero: q - (x >> all), turned around for -d. */
static void quotient_signed(const division *v, uint32_t to, int64_t d)
{
    selector *s = v->s;
    unsigned size = v->size, bits = 8 * size;
    uint64_t abs = d < 0 ? -(uint64_t)d : (uint64_t)d;
    sel_magic m;
    uint32_t q = temp(v), high;

    if ((abs & (abs - 1)) == 0) {
        quotient_power(v, d < 0 ? q : to, (unsigned)CC_CTZ64(abs));
        if (d < 0)
            v->isa->negate(s, size, to, q);
        return;
    }
    m = sel_magic_signed((int64_t)abs, bits);
    v->isa->product(s, true, size, q, v->x, m.factor);
    if (size == 8 && m.add) {   /* to the machine the factor is below zero */
        high = q;
        q = temp(v);
        v->isa->sum(s, IR_add, 8, q, high, v->x);
    }
    q = shifted(v, IR_ashr, 8, q, (size == 4 ? 32 : 0) + m.shift);
    if (d < 0)
        v->isa->sum(s, IR_sub, size, to,
                    shifted(v, IR_ashr, size, v->x, bits - 1), q);
    else
        v->isa->sum_shifted(s, IR_sub, size, to, q, v->x, IR_ashr, bits - 1);
}

/* x - q * by */
static void remainder_into(const division *v, uint32_t d, uint32_t q,
                           uint64_t by)
{
    if ((by & (by - 1)) == 0)
        v->isa->sum_shifted(v->s, IR_sub, v->size, d, v->x, q, IR_shl,
                            (unsigned)CC_CTZ64(by));
    else
        v->isa->less_product(v->s, v->size, d, v->x, q, by);
}

static void quotient(const division *v, uint32_t to, int64_t k, bool is_signed)
{
    if (k == 1)
        v->isa->copy(v->s, v->size, to, v->x);
    else if (k == -1 && is_signed)
        v->isa->negate(v->s, v->size, to, v->x);
    else if (is_signed)
        quotient_signed(v, to, k);
    else
        quotient_unsigned(v, to, (uint64_t)k);
}

/* The remainder of a division by -k is that by k. */
static void remainder_by(const division *v, uint32_t to, int64_t k,
                         bool is_signed)
{
    uint64_t by = is_signed && k < 0 ? -(uint64_t)k : (uint64_t)k;
    bool power = by > 1 && (by & (by - 1)) == 0;
    uint32_t q;

    if (power && !is_signed) {
        v->isa->mask(v->s, v->size, to, v->x, by - 1);
    } else if (power && !v->isa->shifts_operands) {
        rest_of_power(v, to, (unsigned)CC_CTZ64(by));
    } else {
        q = temp(v);
        quotient(v, q, (int64_t)by, is_signed);
        remainder_into(v, to, q, by);
    }
}

static void by_constant(const division *v, esp_ref r)
{
    const esp_ins *i = sel_at(v->s, r);
    esp_type ty = (esp_type)i->ty;
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    uint32_t d = sel_def(v->s, r);
    int64_t k;

    sel_const(v->s, i->b, &k);
    k = is_signed ? arith_signed(ty, (uint64_t)k)
                  : (int64_t)arith_narrow(ty, (uint64_t)k);
    if (i->op == IR_srem || i->op == IR_urem)
        remainder_by(v, d, k, is_signed);
    else
        quotient(v, d, k, is_signed);
}

void sel_divide(selector *s, esp_ref r)
{
    const isa_rules *rules = s->isa->rules;
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    uint32_t (*extended)(selector *, esp_ref) =
        is_signed ? rules->sign_extended : rules->zero_extended;
    division v = { s, rules->division, i->ty == TY_i64 ? 8 : 4,
                   extended(s, i->a) };
    int64_t k;

    if (sel_const(s, i->b, &k)
        && arith_narrow((esp_type)i->ty, (uint64_t)k) && i->ty != TY_i1)
        by_constant(&v, r);
    else
        v.isa->divide(s, r, v.size, v.x, extended(s, i->b));
}
