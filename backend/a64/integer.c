/*
 * Selection of integer arithmetic.
 *
 * Types narrower than 32 bits are computed in 32: addition, multiplication and
 * the like do not care what is above the type's bits; what does care extends
 * its operands first.  Results of type i1 are cut to their bit.
 */
#include "backend/a64/a64.h"

#include "pe/graph/arith.h"
#include "pe/graph/facts.h"

static unsigned op_size(esp_type ty) { return ty == TY_i64 ? 8 : 4; }

/* ------------------------------------------------------ sums and products */

/* Is this something that the other operand of a sum can be combined with? */
static bool is_operand(const selector *s, esp_ref r)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i = sel_at(s, v);
    int64_t k;

    if (sel_const(s, r, &k))
        return true;
    if (i->op == IR_shl && sel_const(s, i->b, &k))
        return a64_can_take_shift(s, v, k);
    return a64_can_take(s, v) && (i->op == IR_sext || i->op == IR_zext);
}

/* Is it a constant that has to be in a register? */
static bool is_far(const selector *s, esp_ref r, unsigned size)
{
    int64_t k;

    return sel_const(s, r, &k) && !a64_has_imm(A64_add, size, k);
}

static void exchange(esp_ref *x, esp_ref *y)
{
    esp_ref t = *x;

    *x = *y;
    *y = t;
}

static void order(const selector *s, esp_ref *x, esp_ref *y)
{
    int64_t k;

    if (sel_const(s, *y, &k) || !is_operand(s, *x)
        || (is_operand(s, *y) && !sel_const(s, *x, &k)))
        return;
    exchange(x, y);
}

/* A product that may become part of a sum of this size. */
static bool is_product(const selector *s, esp_ref r, unsigned size)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i = sel_at(s, v);

    return i->op == IR_mul && op_size((esp_type)i->ty) == size
        && op_size(sel_type(s, r)) == size && i->ty != TY_i1
        && !graph_is_const(s->g, sel_value(s, i->b)) && a64_can_take(s, v);
}

/* a + x * y, a - x * y */
static bool combine(selector *s, const esp_ins *i, unsigned size, uint32_t d)
{
    esp_ref a = i->a, product = i->b;
    const esp_ins *m;
    uint32_t x, y;

    if (i->op == IR_add && !is_product(s, product, size)) {
        a = i->b;
        product = i->a;
    }
    if (!is_product(s, product, size) || graph_is_const(s->g, sel_value(s, a)))
        return false;
    m = sel_at(s, sel_value(s, product));
    x = sel_use(s, m->a);
    y = sel_use(s, m->b);
    a64_four(s, i->op == IR_add ? A64(madd) : A64(msub), size, d, x, y,
             sel_use(s, a));
    return true;
}

static void add_or_sub(selector *s, const esp_ins *i, unsigned size,
                       uint32_t d)
{
    esp_ref x = i->a, y = i->b;
    int64_t k;
    bool negate = i->op == IR_sub && sel_const(s, x, &k) && k == 0;
    a64_source w;
    uint32_t v;

    if (combine(s, i, size, d))
        return;
    if (i->op == IR_add && is_far(s, y, size) && is_operand(s, x))
        exchange(&x, &y);
    else if (i->op == IR_add)
        order(s, &x, &y);
    v = negate ? 0 : sel_use(s, x);
    w = a64_source_of(s, y, size, negate ? A64_TAKES_SHIFTED
                                         : A64_TAKES_ARITH);
    a64_two(s, i->op == IR_add ? A64(add) : A64(sub), size, d, v, &w);
}

static bool is_power(int64_t k) { return k > 0 && (k & (k - 1)) == 0; }

static void mul(selector *s, const esp_ins *i, unsigned size, uint32_t d)
{
    esp_ref x = i->a, y = i->b;
    a64_source w;
    uint32_t v;
    int64_t k = 0;

    order(s, &x, &y);
    v = sel_use(s, x);
    if (sel_const(s, y, &k))
        k = (int64_t)arith_narrow((esp_type)i->ty, (uint64_t)k);
    if (is_power(k)) {
        a64_ri(s, A64(lsl), size, d, v, CC_CTZ64((uint64_t)k));
    } else if (is_power(k - 1)) {
        w = (a64_source){ .form = A64_FORM_LSL, .v = v,
                          .imm = CC_CTZ64((uint64_t)(k - 1)) };
        a64_two(s, A64(add), size, d, v, &w);
    } else {
        w = a64_reg(sel_use(s, y));
        a64_two(s, A64(mul), size, d, v, &w);
    }
}

static void cut_to_bit(selector *s, esp_ref r, uint32_t wide)
{
    a64_ri(s, A64(and), 4, sel_def(s, r), wide, 1);
}

/* add, sub, mul; of bits: their lowest is right */
static void sum(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty);
    uint32_t d = ty == TY_i1 ? sel_temp(s, LIR_INT) : sel_def(s, r);

    if (i->op == IR_mul)
        mul(s, i, size, d);
    else
        add_or_sub(s, i, size, d);
    if (ty == TY_i1)
        cut_to_bit(s, r, d);
}

/* ------------------------------------------------------------------ logic */

/* (x >> k) & ones is a field. */
static bool extract(selector *s, esp_ref r, esp_ref x, esp_ref y)
{
    esp_ref v = sel_value(s, x);
    const esp_ins *i = sel_at(s, v);
    esp_type ty = (esp_type)i->ty;
    unsigned width = arith_width(ty), n;
    uint64_t ones;
    int64_t k, mask;

    if (i->op != IR_lshr || width < 32 || !a64_can_take(s, v)
        || !sel_const(s, i->b, &k) || !sel_const(s, y, &mask) || k < 0
        || k >= (int64_t)width)
        return false;
    ones = arith_narrow(sel_type(s, r), (uint64_t)mask);
    if (ones == 0 || (ones & (ones + 1)))
        return false;
    n = 64 - (unsigned)CC_CLZ64(ones);
    if (n > width - (unsigned)k)
        n = width - (unsigned)k;
    a64_field(s, A64(ubfm), op_size(ty), sel_def(s, r), sel_use(s, i->a),
              (unsigned)k, n);
    return true;
}

/* What the operation is on ~y, and the y; or the operation itself. */
static unsigned inverted(const selector *s, esp_op op, esp_ref *y)
{
    esp_ref v = sel_value(s, *y);
    const esp_ins *i = sel_at(s, v);
    int64_t k;
    bool invert = i->op == IR_xor && i->ty != TY_i1 && a64_can_take(s, v)
               && i->ty == sel_type(s, *y) && sel_const(s, i->b, &k)
               && arith_signed((esp_type)i->ty, (uint64_t)k) == -1;

    if (invert)
        *y = i->a;
    switch (op) {
    case IR_and: return invert ? A64(bic) : A64(and);
    case IR_or: return invert ? A64(orn) : A64(orr);
    default: return invert ? A64(eon) : A64(eor);
    }
}

static void logic(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty), op;
    esp_ref x = i->a, y = i->b;
    uint32_t d, v;
    a64_source w;
    int64_t k;

    if (i->op == IR_and && extract(s, r, x, y))
        return;
    d = sel_def(s, r);
    order(s, &x, &y);
    v = sel_use(s, x);
    if (i->op == IR_xor && ty != TY_i1 && sel_const(s, y, &k)
        && arith_signed(ty, (uint64_t)k) == -1) {
        w = a64_reg(v);
        a64_two(s, A64(orn), size, d, 0, &w);
        return;
    }
    op = inverted(s, (esp_op)i->op, &y);
    w = a64_source_of(s, y, size,
                      op == A64(and) || op == A64(orr) || op == A64(eor)
                      ? A64_TAKES_LOGIC : A64_TAKES_SHIFTED);
    a64_two(s, op, size, d, v, &w);
}

/* ----------------------------------------------------------------- shifts */

static unsigned shift_op(esp_op op)
{
    return op == IR_shl ? A64(lsl) : op == IR_lshr ? A64(lsr) : A64(asr);
}

/* What is shifted, with the right bits above the type's. */
static uint32_t shifted(selector *s, esp_op op, esp_ref x)
{
    return op == IR_shl ? sel_use(s, x)
         : op == IR_lshr ? a64_zero_extended(s, x)
         : a64_sign_extended(s, x);
}

static void shift_constant(selector *s, esp_ref r, uint64_t k)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    esp_type ty = (esp_type)i->ty;
    unsigned width = arith_width(ty);
    uint32_t d = sel_def(s, r);

    if (k >= width && op != IR_ashr) {
        ins_start(s, LIR_imm, 8, 0);
        ins_def(s, d);
        ins_end(s);
        return;
    }
    a64_ri(s, shift_op(op), op_size(ty), d, shifted(s, op, i->a),
           (int64_t)(k < width ? k : width - 1));
}

static void compare_count(selector *s, esp_ref count, uint32_t v, int64_t with)
{
    a64_ri(s, A64(subs), op_size(sel_type(s, count)), 0, v, with);
}

/* The machine counts modulo 32 or 64; more than that is asked for here. */
static void shift_variable(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    unsigned size = op_size((esp_type)i->ty);
    int64_t limit = 8 * (int64_t)size;
    bool within = facts_most(facts_bits(s->g, i->b)) < (uint64_t)limit;
    uint32_t x = shifted(s, op, i->a);
    uint32_t count = a64_zero_extended(s, i->b);
    uint32_t d = sel_def(s, r), most, t;
    a64_source w = a64_reg(count);

    if (within) {
        a64_two(s, shift_op(op), size, d, x, &w);
    } else if (op == IR_ashr) {
        most = sel_imm(s, (uint64_t)limit - 1);
        t = sel_temp(s, LIR_INT);
        compare_count(s, i->b, count, limit - 1);
        a64_choice(s, A64(csel), 4, cc_of(A64_LO), t, count, most);
        w = a64_reg(t);
        a64_two(s, A64(asr), size, d, x, &w);
    } else {
        t = a64_two_new(s, shift_op(op), size, x, &w);
        compare_count(s, i->b, count, limit);
        a64_choice(s, A64(csel), size, cc_of(A64_LO), d, t, 0);
    }
}

/* A bit shifted by 1 is 0, or its sign: itself. */
static void shift_bit(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);
    a64_source w;

    if (i->op == IR_ashr) {
        a64_mov(s, 4, d, x);
    } else {
        w = a64_reg(sel_use(s, i->b));
        a64_two(s, A64(bic), 4, d, x, &w);
    }
}

static void shift(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    int64_t k;

    if (i->ty == TY_i1)
        shift_bit(s, r);
    else if (sel_const(s, i->b, &k))
        shift_constant(s, r, arith_narrow(sel_type(s, i->b), (uint64_t)k));
    else
        shift_variable(s, r);
}

/* --------------------------------------------------------------- overflow */

static unsigned narrow_op(esp_op op)
{
    return op == IR_addo || op == IR_uaddo ? A64(add)
         : op == IR_subo || op == IR_usubo ? A64(sub) : A64(mul);
}

/* Narrow types: the operands are extended, and the result compared with itself
 * cut and extended again. */
static unsigned overflow_narrow(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = sel_type(s, i->a);
    bool is_signed = i->op <= IR_mulo;
    uint32_t x = is_signed ? a64_sign_extended(s, i->a)
                           : a64_zero_extended(s, i->a);
    a64_source y = a64_reg(is_signed ? a64_sign_extended(s, i->b)
                                     : a64_zero_extended(s, i->b));
    uint32_t wide = a64_two_new(s, narrow_op((esp_op)i->op), 4, x, &y);
    uint32_t again = sel_temp(s, LIR_INT);

    a64_field(s, is_signed ? A64(sbfm) : A64(ubfm), 4, again, wide, 0,
              arith_width(ty));
    y = a64_reg(again);
    a64_two(s, A64(subs), 4, 0, wide, &y);
    return cc_of(A64_NE);
}

/* The product, should anybody want it, is made apart from the question. */
static void product(selector *s, esp_ref twin, uint32_t x, uint32_t y,
                    unsigned size)
{
    a64_source w = a64_reg(y);

    if (twin)
        a64_two(s, A64(mul), size, sel_def(s, twin), x, &w);
}

/* 64 bits: the high half has to be the sign of the low one, or zero.  32 bits:
 * the product in 64 bits has to be the low half, extended. */
static unsigned overflow_product(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_mulo;
    unsigned size = type_size[sel_type(s, i->a)];
    esp_ref twin = sel_twin(s, r);
    uint32_t x = sel_use(s, i->a), y = sel_use(s, i->b), t, low;
    a64_source w = a64_reg(y);

    if (size == 4) {
        t = a64_two_new(s, is_signed ? A64(smull) : A64(umull), 8, x, &w);
        if (twin)
            a64_mov(s, 4, sel_def(s, twin), t);
        w = (a64_source){
            .form = is_signed ? A64_FORM_SXTW : A64_FORM_UXTW, .v = t
        };
        a64_two(s, A64(subs), 8, 0, t, &w);
        return cc_of(A64_NE);
    }
    t = a64_two_new(s, is_signed ? A64(smulh) : A64(umulh), 8, x, &w);
    if (!is_signed) {
        product(s, twin, x, y, 8);
        a64_ri(s, A64(subs), 8, 0, t, 0);
        return cc_of(A64_NE);
    }
    low = twin ? sel_def(s, twin) : sel_temp(s, LIR_INT);
    a64_two(s, A64(mul), 8, low, x, &w);
    w = (a64_source){ .form = A64_FORM_ASR, .v = low, .imm = 63 };
    a64_two(s, A64(subs), 8, 0, t, &w);
    return cc_of(A64_NE);
}

unsigned a64_overflow(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    unsigned size = type_size[sel_type(s, i->a)];
    bool add = op == IR_addo || op == IR_uaddo;
    esp_ref x = i->a, y = i->b, twin;
    a64_source w;
    uint32_t v, d;

    if (size < 4)
        return overflow_narrow(s, r);
    if (op == IR_mulo || op == IR_umulo)
        return overflow_product(s, r);
    twin = op == IR_usubo ? 0 : sel_twin(s, r);
    d = twin ? sel_def(s, twin) : 0;
    if (add)
        order(s, &x, &y);
    v = sel_use(s, x);
    w = a64_source_of(s, y, size, A64_TAKES_ARITH);
    a64_two(s, add ? A64(adds) : A64(subs), size, d, v, &w);
    return op == IR_uaddo ? cc_of(A64_HS)
         : op == IR_usubo ? cc_of(A64_LO) : cc_of(A64_VS);
}

/* ------------------------------------------------------------------- bits */

static uint32_t unary_new(selector *s, unsigned op, unsigned size, uint32_t x,
                          lir_class c)
{
    uint32_t d = sel_temp(s, c);

    a64_unary(s, op, size, d, x);
    return d;
}

/* There is no such instruction for general registers. */
static void count_ones(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    uint32_t f = unary_new(s, A64(fmovgx), size, x, LIR_FLOAT);

    f = unary_new(s, A64(cnt), 8, f, LIR_FLOAT);
    f = unary_new(s, A64(addv), 8, f, LIR_FLOAT);
    a64_unary(s, A64(fmovxg), 4, d, f);
}

/* Leading zeros of narrow types are counted in 32 bits and some taken away;
 * trailing zeros are leading ones of the reverse, and end at a bit behind the
 * type's. */
static void bits(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty), width = arith_width(ty);
    uint32_t d = sel_def(s, r), x = a64_zero_extended(s, i->a), t;

    if (i->op == IR_popcnt) {
        count_ones(s, size, d, x);
    } else if (i->op == IR_clz && width >= 32) {
        a64_unary(s, A64(clz), size, d, x);
    } else if (i->op == IR_clz) {
        t = unary_new(s, A64(clz), 4, x, LIR_INT);
        a64_ri(s, A64(sub), 4, d, t, 32 - (int64_t)width);
    } else {
        if (width < 32)
            x = a64_ri_new(s, A64(orr), 4, x, (int64_t)1 << width);
        t = unary_new(s, A64(rbit), size, x, LIR_INT);
        a64_unary(s, A64(clz), size, d, t);
    }
}

static void byte_swap(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    if (i->ty == TY_i16)
        a64_unary(s, A64(rev16), 4, d, x);
    else if (i->ty == TY_i32 || i->ty == TY_i64)
        a64_unary(s, A64(rev), op_size((esp_type)i->ty), d, x);
    else
        a64_mov(s, 4, d, x);
}

/* ------------------------------------------------------------- extensions */

static bool extend_load(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r), *l;
    esp_type from = sel_type(s, i->a);
    esp_ref v = sel_value(s, i->a);
    bool wide = i->ty == TY_i64;
    uint32_t d;
    a64_place m;

    if (i->op != IR_sext || from == TY_i1 || !sel_can_fuse_load(s, v)
        || sel_type(s, v) != from)
        return false;
    d = sel_def(s, r);
    l = sel_at(s, v);
    m = a64_memory_of(s, l->a, (int32_t)l->b, type_size[from]);
    ins_start(s, wide ? A64(ldrs) : A64(ldrs32), type_size[from], 0);
    ins_def(s, d);
    a64_memory(s, &m);
    ins_end(s);
    return true;
}

static void extend(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sext;
    uint32_t x;

    if (extend_load(s, r))
        return;
    x = sel_use(s, i->a);
    a64_field(s, is_signed ? A64(sbfm) : A64(ubfm),
              is_signed ? op_size((esp_type)i->ty)
                        : op_size(sel_type(s, i->a)),
              sel_def(s, r), x, 0, arith_width(sel_type(s, i->a)));
}

static void cut(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    if (i->ty == TY_i1)
        cut_to_bit(s, r, sel_use(s, i->a));
    else                        /* of a constant: others cost nothing */
        a64_mov(s, 4, sel_def(s, r), sel_use(s, i->a));
}

const isa_integers a64_integers = {
    .sum = sum, .logic = logic, .shift = shift, .bits = bits,
    .byte_swap = byte_swap, .extend = extend, .cut = cut
};
