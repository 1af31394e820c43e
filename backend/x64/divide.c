/*
 * Selection of division: the pieces that lir/divide.c puts together.
 */
#include "backend/x64/x64.h"

static void copy(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    x64_unary(s, X64(mov), size, d, x);
}

static void negate(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    ins_start(s, X64(neg), size, X64_FORM_R);
    ins_reuse(s, d, x);
    ins_end(s);
}

static void shift(selector *s, esp_op op, unsigned size, uint32_t d,
                  uint32_t x, unsigned by)
{
    x64_ri_def(s, op == IR_shl ? X64(shl) : op == IR_lshr ? X64(shr)
                                                          : X64(sar),
               size, d, x, by);
}

static void sum(selector *s, esp_op op, unsigned size, uint32_t d, uint32_t x,
                uint32_t y)
{
    x64_source w = x64_reg(y);

    x64_two(s, op == IR_add ? X64(add) : X64(sub), size, d, x, &w);
}

/* The sum may take the place of what was shifted. */
static void sum_shifted(selector *s, esp_op op, unsigned size, uint32_t d,
                        uint32_t x, uint32_t y, esp_op by_op, unsigned by)
{
    uint32_t t = sel_temp(s, LIR_INT);

    shift(s, by_op, size, t, y, by);
    if (op == IR_add)
        sum(s, op, size, d, t, x);
    else
        sum(s, op, size, d, x, t);
}

static void mask(selector *s, unsigned size, uint32_t d, uint32_t x,
                 uint64_t bits)
{
    x64_source w;

    if (bits <= INT32_MAX) {
        x64_ri_def(s, X64(and), size, d, x, (int64_t)bits);
        return;
    }
    w = x64_reg(sel_imm(s, bits));
    x64_two(s, X64(and), size, d, x, &w);
}

static void at_least(selector *s, unsigned size, uint32_t d, uint32_t x,
                     uint64_t limit)
{
    uint32_t y = sel_imm(s, limit);

    ins_start(s, X64(cmp), size, X64_FORM_RR);
    ins_use(s, x, LIR_DST);
    ins_use(s, y, LIR_SRC);
    ins_end(s);
    x64_set(s, d, cc_of(X64_AE));
}

/* d = x * by, where that is small enough to be an operand. */
static void multiply(selector *s, unsigned size, uint32_t d, uint32_t x,
                     int64_t by)
{
    x64_source w;

    if (by == (int32_t)by) {
        ins_start(s, X64(imul), size, X64_FORM_RRI)->imm = by;
        ins_def(s, d);
        ins_use_any(s, x, LIR_SRC);
        ins_end(s);
        return;
    }
    w = x64_reg(sel_imm(s, (uint64_t)by));
    x64_two(s, X64(imul), size, d, x, &w);
}

/* 32-bit numbers are multiplied in 64 bits; of others the high half is
 * wanted. */
static void product(selector *s, bool is_signed, unsigned size, uint32_t d,
                    uint32_t x, uint64_t factor)
{
    uint32_t t = sel_temp(s, LIR_INT), f;

    if (size == 4) {
        x64_unary(s, is_signed ? X64(movsxd) : X64(mov), is_signed ? 8 : 4, t,
                  x);
        multiply(s, 8, d, t, (int64_t)factor);
        return;
    }
    f = sel_imm(s, factor);
    ins_start(s, is_signed ? X64(imul1) : X64(mul), 8, X64_FORM_R);
    ins_def_at(s, d, X64_RDX);
    ins_def_at(s, t, X64_RAX);
    ins_use_at(s, f, X64_RAX);
    ins_late(s, x, LIR_DST);
    ins_end(s);
}

static void less_product(selector *s, unsigned size, uint32_t d, uint32_t x,
                         uint32_t q, uint64_t by)
{
    uint32_t back = sel_temp(s, LIR_INT);

    multiply(s, size, back, q, (int64_t)by);
    sum(s, IR_sub, size, d, x, back);
}

static void divide(selector *s, esp_ref r, unsigned size, uint32_t x,
                   uint32_t y)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem || s->fused[r];
    uint32_t d = sel_def(s, r), other = sel_temp(s, LIR_INT);

    ins_start(s, is_signed ? X64_PSEUDO_idiv : X64_PSEUDO_div, size, 0);
    ins_def_at(s, rest ? other : d, X64_RAX);
    ins_def_at(s, rest ? d : other, X64_RDX);
    ins_use_at(s, x, X64_RAX);
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

const isa_division x64_division = {
    .copy = copy, .negate = negate, .shift = shift, .sum = sum,
    .sum_shifted = sum_shifted, .mask = mask, .at_least = at_least,
    .product = product, .less_product = less_product, .divide = divide
};
