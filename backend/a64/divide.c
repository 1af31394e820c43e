/*
 * Selection of division: the pieces that lir/divide.c puts together.
 */
#include "backend/a64/a64.h"

static void shift(selector *s, esp_op op, unsigned size, uint32_t d,
                  uint32_t x, unsigned by)
{
    a64_ri(s, op == IR_shl ? A64(lsl) : op == IR_lshr ? A64(lsr) : A64(asr),
           size, d, x, by);
}

static void sum(selector *s, esp_op op, unsigned size, uint32_t d, uint32_t x,
                uint32_t y)
{
    a64_source w = a64_reg(y);

    a64_two(s, op == IR_add ? A64(add) : A64(sub), size, d, x, &w);
}

static void sum_shifted(selector *s, esp_op op, unsigned size, uint32_t d,
                        uint32_t x, uint32_t y, esp_op shift, unsigned by)
{
    a64_source w = { .v = y, .imm = by,
                     .form = shift == IR_shl ? A64_FORM_LSL
                           : shift == IR_lshr ? A64_FORM_LSR : A64_FORM_ASR };

    a64_two(s, op == IR_add ? A64(add) : A64(sub), size, d, x, &w);
}

/* A mask of ones from the lowest bit on is always an operand. */
static void mask(selector *s, unsigned size, uint32_t d, uint32_t x,
                 uint64_t bits)
{
    a64_ri(s, A64(and), size, d, x, (int64_t)bits);
}

static void negate(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    sum(s, IR_sub, size, d, 0, x);
}

static void at_least(selector *s, unsigned size, uint32_t d, uint32_t x,
                     uint64_t limit)
{
    a64_source w = a64_reg(sel_imm(s, limit));

    a64_two(s, A64(subs), size, 0, x, &w);
    a64_set(s, d, cc_of(A64_HS));
}

/* A signed factor of 32 bits or more is no operand of smull. */
static void product(selector *s, bool is_signed, unsigned size, uint32_t d,
                    uint32_t x, uint64_t factor)
{
    a64_source w = a64_reg(sel_imm(s, factor));
    uint32_t wide;

    if (size == 8) {
        a64_two(s, is_signed ? A64(smulh) : A64(umulh), 8, d, x, &w);
    } else if (!is_signed || factor <= INT32_MAX) {
        a64_two(s, is_signed ? A64(smull) : A64(umull), 8, d, x, &w);
    } else {
        wide = sel_temp(s, LIR_INT);
        a64_field(s, A64(sbfm), 8, wide, x, 0, 32);
        a64_two(s, A64(mul), 8, d, wide, &w);
    }
}

static void less_product(selector *s, unsigned size, uint32_t d, uint32_t x,
                         uint32_t q, uint64_t by)
{
    a64_four(s, A64(msub), size, d, q, sel_imm(s, by), x);
}

static void divide(selector *s, esp_ref r, unsigned size, uint32_t x,
                   uint32_t y)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sdiv || i->op == IR_srem;
    bool rest = i->op == IR_srem || i->op == IR_urem;
    uint32_t d = sel_def(s, r), q = rest ? sel_temp(s, LIR_INT) : d;
    a64_source w = a64_reg(y);

    a64_two(s, is_signed ? A64(sdiv) : A64(udiv), size, q, x, &w);
    if (rest)
        a64_four(s, A64(msub), size, d, q, y, x);
}

const isa_division a64_division = {
    .shifts_operands = true,
    .copy = a64_mov, .negate = negate, .shift = shift, .sum = sum,
    .sum_shifted = sum_shifted, .mask = mask, .at_least = at_least,
    .product = product, .less_product = less_product, .divide = divide
};
