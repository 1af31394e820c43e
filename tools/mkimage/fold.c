/*
 * Folding of drafts: what LLVM's front end leaves and the evaluator should
 * not have to see each time.
 *
 * Only rewrites that are right whatever the inputs, and only towards fewer or
 * simpler instructions.  A constant operand stands on the right.
 */
#include "tools/mkimage/draft.h"

static bool is_const(const draft *d, esp_ref r)
{
    const esp_ins *i = draft_at(d, r);

    return i->op == IR_const && !i->c;
}

static bool is_symbol(const draft *d, esp_ref r)
{
    const esp_ins *i = draft_at(d, r);

    return i->op == IR_const && i->c;
}

static uint64_t bits(const draft *d, esp_ref r)
{
    const esp_ins *i = draft_at(d, r);

    return i->a | (uint64_t)i->b << 32;
}

static unsigned width(esp_type ty)
{
    return ty == TY_i1 ? 1 : type_size[ty] * 8;
}

/* The constant as a signed number. */
static int64_t sbits(const draft *d, esp_ref r)
{
    unsigned unused = 64 - width(draft_type(d, r));

    return (int64_t)(bits(d, r) << unused) >> unused;
}

static esp_ref shift_consts(draft *d, const esp_ins *i)
{
    uint64_t x = bits(d, i->a), n = bits(d, i->b);
    unsigned w = width(i->ty);

    switch (i->op) {
    case IR_shl:  return draft_const(d, i->ty, n < w ? x << n : 0);
    case IR_lshr: return draft_const(d, i->ty, n < w ? x >> n : 0);
    default:
        return draft_const(d, i->ty, (uint64_t)(sbits(d, i->a) >>
                                                (n < w ? n : w - 1)));
    }
}

/* Division and overflow tests are left to the evaluator: they are rare. */
static esp_ref fold_consts(draft *d, const esp_ins *i)
{
    uint64_t x = bits(d, i->a), y = bits(d, i->b);
    int64_t sx = sbits(d, i->a), sy = sbits(d, i->b);

    switch (i->op) {
    case IR_add: return draft_const(d, i->ty, x + y);
    case IR_sub: return draft_const(d, i->ty, x - y);
    case IR_mul: return draft_const(d, i->ty, x * y);
    case IR_and: return draft_const(d, i->ty, x & y);
    case IR_or:  return draft_const(d, i->ty, x | y);
    case IR_xor: return draft_const(d, i->ty, x ^ y);
    case IR_shl: case IR_lshr: case IR_ashr: return shift_consts(d, i);
    case IR_eq:  return draft_const(d, TY_i1, x == y);
    case IR_ne:  return draft_const(d, TY_i1, x != y);
    case IR_slt: return draft_const(d, TY_i1, sx < sy);
    case IR_sle: return draft_const(d, TY_i1, sx <= sy);
    case IR_ult: return draft_const(d, TY_i1, x < y);
    case IR_ule: return draft_const(d, TY_i1, x <= y);
    default: return 0;
    }
}

/* symbol + c, (x + c1) + c2 */
static esp_ref fold_add(draft *d, esp_ins *i)
{
    const esp_ins *x = draft_at(d, i->a);

    if (!is_const(d, i->b))
        return 0;
    if (is_symbol(d, i->a))
        return draft_symbol(d, x->c - 1,
                            (int64_t)(bits(d, i->a) + bits(d, i->b)));
    if (x->op == IR_add && is_const(d, x->b)) {
        i->b = draft_const(d, i->ty, bits(d, x->b) + bits(d, i->b));
        i->a = draft_at(d, i->a)->a;
        return bits(d, i->b) == 0 ? i->a : 0;
    }
    return 0;
}

/* (x & c1) & c2 */
static esp_ref fold_and(draft *d, esp_ins *i)
{
    const esp_ins x = *draft_at(d, i->a);
    uint64_t mask;

    if (x.op != IR_and || !is_const(d, i->b) || !is_const(d, x.b))
        return 0;
    mask = bits(d, x.b) & bits(d, i->b);
    if (mask == bits(d, x.b))
        return i->a;
    i->b = draft_const(d, i->ty, mask);
    i->a = x.a;
    return 0;
}

/* x op 0, x op 1, x op all ones */
static esp_ref fold_neutral(draft *d, const esp_ins *i)
{
    uint64_t y, ones = width(i->ty) == 64 ? ~(uint64_t)0
                                : ((uint64_t)1 << width(i->ty)) - 1;

    if (!is_const(d, i->b))
        return 0;
    y = bits(d, i->b);
    switch (i->op) {
    case IR_add: case IR_sub: case IR_or: case IR_xor:
    case IR_shl: case IR_lshr: case IR_ashr:
        return y == 0 ? i->a : 0;
    case IR_mul:
        return y == 1 ? i->a : y == 0 ? i->b : 0;
    case IR_and:
        return y == ones ? i->a : y == 0 ? i->b : 0;
    default:
        return 0;
    }
}

/* not (a < b) => b <= a, for integers; not not x => x */
static esp_ref fold_not(draft *d, esp_ins *i)
{
    const esp_ins x = *draft_at(d, i->a);
    uint8_t op;

    if (i->ty != TY_i1 || !is_const(d, i->b))
        return 0;
    switch (x.op) {
    case IR_eq:  op = IR_ne; break;
    case IR_ne:  op = IR_eq; break;
    case IR_slt: op = IR_sle; break;
    case IR_sle: op = IR_slt; break;
    case IR_ult: op = IR_ule; break;
    case IR_ule: op = IR_ult; break;
    case IR_xor: return is_const(d, x.b) ? x.a : 0;
    default: return 0;
    }
    *i = (esp_ins){ .op = op, .ty = TY_i1, .a = x.a, .b = x.b };
    if (op != IR_eq && op != IR_ne) {
        i->a = x.b;
        i->b = x.a;
    }
    return 0;
}

/* (zext b) != 0 => b; b != 0 => b; and the opposites */
static esp_ref fold_truth(draft *d, esp_ins *i)
{
    const esp_ins *x = draft_at(d, i->a);
    esp_ref b;

    if (!is_const(d, i->b) || bits(d, i->b) > 1)
        return 0;
    if (x->ty == TY_i1)
        b = i->a;
    else if (x->op == IR_zext && draft_type(d, x->a) == TY_i1)
        b = x->a;
    else
        return 0;
    if ((i->op == IR_ne) == (bits(d, i->b) == 0))
        return b;
    *i = (esp_ins){ .op = IR_xor, .ty = TY_i1, .a = b,
                    .b = draft_const(d, TY_i1, 1) };
    return fold_not(d, i);
}

static esp_ref fold_same(draft *d, const esp_ins *i)
{
    if (i->a != i->b)
        return 0;
    switch (i->op) {
    case IR_and: case IR_or:
        return i->a;
    case IR_sub: case IR_xor:
        return draft_const(d, i->ty, 0);
    case IR_eq: case IR_sle: case IR_ule:
        return draft_const(d, TY_i1, 1);
    case IR_ne: case IR_slt: case IR_ult:
        return draft_const(d, TY_i1, 0);
    default:
        return 0;
    }
}

static esp_ref fold_binary(draft *d, esp_ins *i)
{
    esp_ref r;

    if (is_const(d, i->a) && is_const(d, i->b) && (r = fold_consts(d, i)))
        return r;
    if (op_info[i->op].flags & OP_COMM &&
        draft_at(d, i->a)->op == IR_const &&
        !is_const(d, i->b)) {
        r = i->a;
        i->a = i->b;
        i->b = r;
    }
    if (i->op == IR_sub && is_const(d, i->b)) {
        i->op = IR_add;
        i->b = draft_const(d, i->ty, -bits(d, i->b));
    }
    if ((r = fold_neutral(d, i)) || (r = fold_same(d, i)))
        return r;
    switch (i->op) {
    case IR_add: return fold_add(d, i);
    case IR_and: return fold_and(d, i);
    case IR_xor: return fold_not(d, i);
    case IR_eq: case IR_ne: return fold_truth(d, i);
    default: return 0;
    }
}

/* Conversions of constants and of conversions. */
static esp_ref fold_convert(draft *d, esp_ins *i)
{
    const esp_ins *x = draft_at(d, i->a);

    if (i->op == IR_sext && x->ty == TY_i1 && !is_const(d, i->a)) {
        /* targets know only the zero-extension of a bit */
        esp_ref wide = draft_op1(d, IR_zext, i->ty, i->a);

        return draft_op2(d, IR_sub, draft_const(d, i->ty, 0), wide);
    }
    if (x->ty == i->ty)
        return i->a;
    if (is_const(d, i->a))
        return draft_const(d, i->ty, i->op == IR_sext
                                         ? (uint64_t)sbits(d, i->a)
                                         : bits(d, i->a));
    if (i->op == IR_zext && x->op == IR_zext) {
        i->a = x->a;
        return 0;
    }
    if (i->op == IR_sext && (x->op == IR_sext || x->op == IR_zext)) {
        i->op = x->op;
        i->a = x->a;
        return 0;
    }
    if (i->op == IR_bitcast && x->op == IR_bitcast) {
        i->a = x->a;
        return draft_type(d, i->a) == i->ty ? i->a : 0;
    }
    if (i->op == IR_trunc && (x->op == IR_zext || x->op == IR_sext ||
                              x->op == IR_trunc)) {
        esp_type from = draft_type(d, x->a);

        if (from == i->ty)
            return x->a;
        if (width(from) < width(i->ty))
            i->op = x->op;
        i->a = x->a;
    }
    return 0;
}

static esp_ref fold_select(draft *d, esp_ins *i)
{
    if (is_const(d, i->a))
        return bits(d, i->a) ? i->b : i->c;
    if (i->b == i->c)
        return i->b;
    if (i->ty == TY_i1 && is_const(d, i->b) && is_const(d, i->c)) {
        if (bits(d, i->b))
            return i->a;
        *i = (esp_ins){ .op = IR_xor, .ty = TY_i1, .a = i->a,
                        .b = draft_const(d, TY_i1, 1) };
        return fold_not(d, i);
    }
    return 0;
}

/* What is added to an address goes into the displacement. */
static void fold_address(const draft *d, esp_ins *i, uint32_t *disp)
{
    const esp_ins *x = draft_at(d, i->a);
    int64_t sum;

    if (x->op != IR_add || !is_const(d, x->b))
        return;
    sum = (int64_t)bits(d, x->b);
    if (__builtin_add_overflow(sum, (int32_t)*disp, &sum) ||
        sum != (int32_t)sum)
        return;
    *disp = (uint32_t)sum;
    i->a = x->a;
}

static esp_ref fold_memory(draft *d, esp_ins *i, uint32_t *disp)
{
    fold_address(d, i, disp);
    if (is_symbol(d, i->a) && *disp) {
        const esp_ins *x = draft_at(d, i->a);

        i->a = draft_symbol(d, x->c - 1,
                            (int64_t)bits(d, i->a) + (int32_t)*disp);
        *disp = 0;
    }
    return 0;
}

esp_ref draft_fold(draft *d, esp_ins *i)
{
    switch (i->op) {
    case IR_load:   return fold_memory(d, i, &i->b);
    case IR_store:  return fold_memory(d, i, &i->c);
    case IR_select: return fold_select(d, i);
    case IR_zext: case IR_sext: case IR_trunc: case IR_bitcast:
        return fold_convert(d, i);
    case IR_sdiv: case IR_udiv: case IR_srem: case IR_urem:
        return 0;
    default:
        if (op_info[i->op].flags & OP_PURE && op_info[i->op].inputs == 2 &&
            !type_is_float(draft_type(d, i->a)))
            return fold_binary(d, i);
        return 0;
    }
}
