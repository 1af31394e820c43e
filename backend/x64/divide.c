/*
 * Selection of division.
 *
 * By a constant it is a multiplication by the reciprocal and shifts; see
 * Granlund and Montgomery, "Division by invariant integers using
 * multiplication", PLDI 1994.  32-bit numbers are multiplied in 64 bits, which
 * have room for any factor; narrower ones are extended to 32.
 */
#include "backend/x64/x64.h"

#include "pe/graph/arith.h"

typedef struct division {
    selector *s;
    unsigned size;              /* 4 or 8 */
    uint32_t x;                 /* extended to that size */
} division;

static uint32_t shift_right(selector *s, unsigned op, unsigned size,
                            uint32_t x, unsigned by)
{
    return by ? x64_ri_new(s, op, size, x, by) : x;
}

static void copy(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    x64_unary(s, X64(mov), size, d, x);
}

/* The last step of a quotient; d gets it. */
static void shift_into(selector *s, unsigned size, uint32_t d, uint32_t x,
                       unsigned by)
{
    if (by)
        x64_ri_def(s, X64(shr), size, d, x, by);
    else
        copy(s, size, d, x);
}

static uint32_t binary(selector *s, unsigned op, unsigned size, uint32_t x,
                       uint32_t y)
{
    x64_source w = x64_reg(y);

    return x64_two_new(s, op, size, x, &w);
}

static void negate(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    ins_start(s, X64(neg), size, X64_FORM_R);
    ins_reuse(s, d, x);
    ins_end(s);
}

/* The high half of x * factor. */
static uint32_t high_half(const division *v, unsigned op, uint64_t factor)
{
    selector *s = v->s;
    uint32_t f = sel_imm(s, factor), d = sel_temp(s, LIR_INT);

    ins_start(s, op, 8, X64_FORM_R);
    ins_def_at(s, d, X64_RDX);
    ins_def_at(s, sel_temp(s, LIR_INT), X64_RAX);
    ins_use_at(s, f, X64_RAX);
    ins_late(s, v->x, LIR_DST);
    ins_end(s);
    return d;
}

static uint32_t widened(const division *v, bool is_signed)
{
    uint32_t d = sel_temp(v->s, LIR_INT);

    x64_unary(v->s, is_signed ? X64(movsxd) : X64(mov), is_signed ? 8 : 4, d,
              v->x);
    return d;
}

/* The whole product in 64 bits of a 32-bit number. */
static uint32_t product(const division *v, bool is_signed, uint64_t factor)
{
    uint32_t wide = widened(v, is_signed);

    if (factor <= INT32_MAX) {
        uint32_t d = sel_temp(v->s, LIR_INT);

        ins_start(v->s, X64(imul), 8, X64_FORM_RRI)->imm = (int64_t)factor;
        ins_def(v->s, d);
        ins_use_any(v->s, wide, LIR_SRC);
        ins_end(v->s);
        return d;
    }
    return binary(v->s, X64(imul), 8, wide, sel_imm(v->s, factor));
}

/* x / d where x < d is the only other case: 0 or 1 */
static void at_most_once(const division *v, uint32_t to, uint64_t d)
{
    selector *s = v->s;
    uint32_t limit = sel_imm(s, d);

    ins_start(s, X64(cmp), v->size, X64_FORM_RR);
    ins_use(s, v->x, LIR_DST);
    ins_use(s, limit, LIR_SRC);
    ins_end(s);
    x64_set(s, to, cc_of(X64_AE));
}

/* x / d = ((x - high) / 2 + high) >> (shift - 1), where the factor has a bit
 * more than there is room for. */
static void halve_and_add(const division *v, uint32_t to, uint32_t high,
                          unsigned shift)
{
    selector *s = v->s;
    uint32_t rest = binary(s, X64(sub), v->size, v->x, high);

    rest = shift_right(s, X64(shr), v->size, rest, 1);
    shift_into(s, v->size, to, binary(s, X64(add), v->size, rest, high),
               shift - 1);
}

static void quotient_unsigned(const division *v, uint32_t to, uint64_t d)
{
    selector *s = v->s;
    unsigned size = v->size;
    sel_magic m;
    uint32_t high;

    if ((d & (d - 1)) == 0) {
        shift_into(s, size, to, v->x, (unsigned)CC_CTZ64(d));
        return;
    }
    if (d >> (8 * size - 1)) {
        at_most_once(v, to, d);
        return;
    }
    m = sel_magic_unsigned(d, 8 * size);
    if (size == 8) {
        high = high_half(v, X64(mul), m.factor);
        if (m.add)
            halve_and_add(v, to, high, m.shift);
        else
            shift_into(s, 8, to, high, m.shift);
    } else {
        high = product(v, false, m.factor);
        if (m.add)
            halve_and_add(v, to, shift_right(s, X64(shr), 8, high, 32),
                          m.shift);
        else
            shift_into(s, 8, to, high, 32 + m.shift);
    }
}

/* What is added to numbers below zero so that shifting rounds towards zero:
 * 2^k - 1; to others 0. */
static uint32_t bias(const division *v, unsigned k)
{
    selector *s = v->s;
    unsigned bits = 8 * v->size;
    uint32_t sign = k > 1 ? x64_ri_new(s, X64(sar), v->size, v->x, bits - 1)
                          : v->x;

    return x64_ri_new(s, X64(shr), v->size, sign, bits - k);
}

static void quotient_power(const division *v, uint32_t to, unsigned k)
{
    x64_ri_def(v->s, X64(sar), v->size, to,
               binary(v->s, X64(add), v->size, bias(v, k), v->x), k);
}

/* ((x + bias) mod 2^k) - bias */
static void rest_of_power(const division *v, uint32_t to, unsigned k)
{
    selector *s = v->s;
    uint32_t b = bias(v, k);
    uint32_t sum = binary(s, X64(add), v->size, b, v->x);
    x64_source w = x64_reg(b);

    sum = x64_ri_new(s, X64(and), v->size, sum, ((int64_t)1 << k) - 1);
    x64_two(s, X64(sub), v->size, to, sum, &w);
}

static void quotient_signed(const division *v, uint32_t to, int64_t d)
{
    selector *s = v->s;
    unsigned size = v->size;
    uint64_t abs = d < 0 ? -(uint64_t)d : (uint64_t)d;
    uint32_t q, sign;
    x64_source w;
    sel_magic m;

    if ((abs & (abs - 1)) == 0) {
        q = d < 0 ? sel_temp(s, LIR_INT) : to;
        quotient_power(v, q, (unsigned)CC_CTZ64(abs));
        if (d < 0)
            negate(s, size, to, q);
        return;
    }
    m = sel_magic_signed((int64_t)abs, 8 * size);
    if (size == 4) {
        q = product(v, true, m.factor);
        q = shift_right(s, X64(sar), 8, q, 32 + m.shift);
    } else {
        q = high_half(v, X64(imul1), m.factor);
        if (m.add)
            q = binary(s, X64(add), 8, q, v->x);
        q = shift_right(s, X64(sar), 8, q, m.shift);
    }
    /* one more for numbers below zero: q - x>>63, turned around for -d */
    sign = x64_ri_new(s, X64(sar), size, v->x, 8 * size - 1);
    w = x64_reg(d < 0 ? q : sign);
    x64_two(s, X64(sub), size, to, d < 0 ? sign : q, &w);
}

/* x - q * d */
static void remainder_into(const division *v, uint32_t d, uint32_t q,
                           int64_t by)
{
    selector *s = v->s;
    uint32_t back;
    x64_source w;

    if (by > 0 && (by & (by - 1)) == 0) {
        back = x64_ri_new(s, X64(shl), v->size, q, CC_CTZ64((uint64_t)by));
    } else if (by == (int32_t)by) {
        back = sel_temp(s, LIR_INT);
        ins_start(s, X64(imul), v->size, X64_FORM_RRI)->imm = by;
        ins_def(s, back);
        ins_use_any(s, q, LIR_SRC);
        ins_end(s);
    } else {
        back = binary(s, X64(imul), v->size, q, sel_imm(s, (uint64_t)by));
    }
    w = x64_reg(back);
    x64_two(s, X64(sub), v->size, d, v->x, &w);
}

static void divide_by_constant(const division *v, esp_ref r)
{
    selector *s = v->s;
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem;
    uint32_t d = sel_def(s, r), q = rest ? sel_temp(s, LIR_INT) : d;
    int64_t k;

    sel_const(s, i->b, &k);
    k = is_signed ? arith_signed(ty, (uint64_t)k)
                  : (int64_t)arith_narrow(ty, (uint64_t)k);
    if (!is_signed && rest && k > 0 && (k & (k - 1)) == 0 && k <= INT32_MAX) {
        x64_ri_def(s, X64(and), v->size, d, v->x, k - 1);
        return;
    }
    if (is_signed && rest && k > 1 && (k & (k - 1)) == 0 && k <= INT32_MAX) {
        rest_of_power(v, d, (unsigned)CC_CTZ64((uint64_t)k));
        return;
    }
    if (k == 1)
        copy(s, v->size, q, v->x);
    else if (k == -1 && is_signed)
        negate(s, v->size, q, v->x);
    else if (is_signed)
        quotient_signed(v, q, k);
    else
        quotient_unsigned(v, q, (uint64_t)k);
    if (rest)
        remainder_into(v, d, q, k);
}

static void divide(const division *v, esp_ref r, uint32_t y)
{
    selector *s = v->s;
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem || s->fused[r];
    uint32_t d = sel_def(s, r), other = sel_temp(s, LIR_INT);

    ins_start(s, is_signed ? X64_PSEUDO_idiv : X64_PSEUDO_div, v->size, 0);
    ins_def_at(s, rest ? other : d, X64_RAX);
    ins_def_at(s, rest ? d : other, X64_RDX);
    ins_use_at(s, v->x, X64_RAX);
    ins_late(s, y, LIR_SRC);
    ins_end(s);
}

/* The quotient q of x / y, if m is q * y, and is not needed otherwise; else
 * 0. */
static esp_ref lone_quotient(const selector *s, esp_ref x, esp_ref m)
{
    const esp_ins *i = sel_at(s, m);

    if (i->op != IR_mul || !sel_only_use(s, m) || type_size[i->ty] < 4)
        return 0;
    for (unsigned k = 0; k < 2; k++) {
        esp_ref q = sel_value(s, k ? i->b : i->a), y = k ? i->a : i->b;
        const esp_ins *j = sel_at(s, q);

        if ((j->op == IR_sdiv || j->op == IR_udiv) && sel_only_use(s, q)
            && j->ty == i->ty && sel_value(s, j->a) == sel_value(s, x)
            && sel_value(s, j->b) == sel_value(s, y)
            && !graph_is_const(s->g, j->b))
            return q;
    }
    return 0;
}

bool x64_rest(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_ref q = s->again ? 0 : lone_quotient(s, i->a, sel_value(s, i->b));

    if (!q)
        return false;
    sel_fuse(s, q);
    copy(s, i->ty == TY_i64 ? 8 : 4, sel_def(s, r), sel_use(s, q));
    return true;
}

void x64_divide(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    division v = { s, i->ty == TY_i64 ? 8 : 4, 0 };
    int64_t k;

    v.x = is_signed ? x64_sign_extended(s, i->a) : x64_zero_extended(s, i->a);
    if (sel_const(s, i->b, &k)
        && arith_narrow((esp_type)i->ty, (uint64_t)k) && i->ty != TY_i1)
        divide_by_constant(&v, r);
    else
        divide(&v, r, is_signed ? x64_sign_extended(s, i->b)
                                : x64_zero_extended(s, i->b));
}
