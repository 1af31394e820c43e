/*
 * Selection of integer arithmetic.
 *
 * Types narrower than 32 bits are computed in 32: addition, multiplication and
 * the like do not care what is above the type's bits; what does care extends
 * its operands first.  Results of type i1 are cut to their bit.
 */
#include "backend/x64/x64.h"

#include "pe/graph/arith.h"
#include "pe/graph/facts.h"

static unsigned op_size(esp_type ty) { return ty == TY_i64 ? 8 : 4; }

/* ------------------------------------------------------ sums and products */

/* d = x + y * scale + disp */
static void lea(selector *s, unsigned size, uint32_t d, const sel_address *m)
{
    ins_start(s, X64(lea), size, X64_FORM_RM);
    ins_def(s, d);
    ins_address(s, m);
    ins_end(s);
}

/* A sum of more than two parts is an address. */
static bool add_many(selector *s, esp_ref r, uint32_t d)
{
    const esp_ins *i = sel_at(s, r);
    esp_ref y = sel_value(s, i->b), x = sel_value(s, i->a);
    const esp_ins *left = sel_at(s, x), *right = sel_at(s, y);
    sel_address m;
    int64_t k;
    bool scaled = right->op == IR_shl && sel_only_use(s, y)
               && sel_const(s, right->b, &k) && k >= 1 && k <= 3;
    bool nested = left->op == IR_add && sel_only_use(s, x)
               && !sel_const(s, left->b, &k) && sel_const(s, i->b, &k);

    if (i->ty != TY_i64 || !(scaled || nested))
        return false;
    if (nested) {
        int32_t disp;

        if (!sel_small(s, i->b, &disp))
            return false;
        m = x64_address_of(s, x, disp);
    } else {
        m = (sel_address){ .base = sel_use(s, i->a) };
        sel_const(s, right->b, &k);
        m.scale = (uint8_t)(1 << k);
        m.index = sel_use(s, right->a);
    }
    lea(s, 8, d, &m);
    return true;
}

/* Which operand's place the result takes: one that is not needed any more, and
 * not one that can be taken from memory. */
static void order(const selector *s, esp_ref *x, esp_ref *y)
{
    esp_ref t = *x;
    int32_t k;
    bool swap;

    if (sel_small(s, *y, &k))
        swap = false;
    else if (sel_small(s, *x, &k))
        swap = true;
    else if (sel_can_fuse_load(s, sel_value(s, *x)))
        swap = !sel_can_fuse_load(s, sel_value(s, *y));
    else
        swap = sel_lives_on(s, *x) && !sel_lives_on(s, *y)
            && !sel_can_fuse_load(s, sel_value(s, *y));
    if (swap) {
        *x = *y;
        *y = t;
    }
}

static void add_into(selector *s, esp_ref x, esp_ref y, unsigned size,
                     uint32_t d)
{
    bool lives = sel_lives_on(s, x);
    x64_source w;
    uint32_t v;

    order(s, &x, &y);
    lives = sel_lives_on(s, x);
    v = sel_use(s, x);
    w = x64_source_of(s, y, size);
    if (lives && w.kind != SOURCE_MEM) {
        sel_address m = { .base = v };

        if (w.kind == SOURCE_IMM)
            m.disp = w.imm;
        else
            m.index = w.v;
        lea(s, size, d, &m);
        return;
    }
    x64_two(s, X64(add), size, d, v, &w);
}

static void add(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r);

    if (!add_many(s, r, d))
        add_into(s, i->a, i->b, op_size((esp_type)i->ty), d);
}

static void sub_into(selector *s, esp_ref x, esp_ref y, unsigned size,
                     uint32_t d)
{
    bool lives = sel_lives_on(s, x);
    int32_t k;
    int64_t zero;
    x64_source w;
    uint32_t v;

    if (sel_const(s, x, &zero) && zero == 0) {
        v = sel_use(s, y);
        ins_start(s, X64(neg), size, X64_FORM_R);
        ins_reuse(s, d, v);
        ins_end(s);
        return;
    }
    v = sel_use(s, x);
    if (lives && sel_small(s, y, &k) && k != INT32_MIN) {
        lea(s, size, d, &(sel_address){ .base = v, .disp = -k });
        return;
    }
    w = x64_source_of(s, y, size);
    x64_two(s, X64(sub), size, d, v, &w);
}

static bool is_power(int64_t k) { return k > 0 && (k & (k - 1)) == 0; }

static void times(selector *s, unsigned size, uint32_t d, uint32_t x,
                  int32_t k)
{
    if (k == 3 || k == 5 || k == 9) {
        lea(s, size, d, &(sel_address){ .base = x, .index = x,
                                        .scale = (uint8_t)(k - 1) });
    } else if (is_power(k)) {
        x64_ri_def(s, X64(shl), size, d, x, CC_CTZ64((uint64_t)k));
    } else {
        ins_start(s, X64(imul), size, X64_FORM_RRI)->imm = k;
        ins_def(s, d);
        ins_use_any(s, x, LIR_SRC);
        ins_end(s);
    }
}

static void mul_into(selector *s, esp_ref x, esp_ref y, unsigned size,
                     uint32_t d)
{
    x64_source w;
    uint32_t v;

    order(s, &x, &y);
    v = sel_use(s, x);
    w = x64_source_of(s, y, size);
    if (w.kind == SOURCE_IMM)
        times(s, size, d, v, w.imm);
    else
        x64_two(s, X64(imul), size, d, v, &w);
}

static void cut_to_bit(selector *s, esp_ref r, uint32_t wide)
{
    x64_ri_def(s, X64(and), 4, sel_def(s, r), wide, 1);
}

/* add, sub, mul; of bits: their lowest is right */
static void sum(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty);
    uint32_t d;

    if (i->op == IR_sub && x64_rest(s, r))
        return;
    d = ty == TY_i1 ? sel_temp(s, LIR_INT) : sel_def(s, r);
    if (i->op == IR_sub)
        sub_into(s, i->a, i->b, size, d);
    else if (i->op == IR_mul)
        mul_into(s, i->a, i->b, size, d);
    else if (ty == TY_i1)
        add_into(s, i->a, i->b, size, d);
    else
        add(s, r);
    if (ty == TY_i1)
        cut_to_bit(s, r, d);
}

/* ------------------------------------------------------------------ logic */

/* x & 0xff and so on are extensions, which need not overwrite x. */
static bool and_extends(selector *s, esp_ref r, esp_ref x, esp_ref y)
{
    int64_t k;
    unsigned op;

    if (!sel_const(s, y, &k))
        return false;
    k &= (int64_t)arith_mask(sel_type(s, r));
    if (k == 0xff)
        op = X64(movzx8);
    else if (k == 0xffff)
        op = X64(movzx16);
    else if (k == 0xffffffff)
        op = X64(mov);
    else
        return false;
    x64_unary(s, op, 4, sel_def(s, r), sel_use(s, x));
    return true;
}

static void logic(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty);
    esp_ref x = i->a, y = i->b;
    unsigned op = i->op == IR_and ? X64(and) : i->op == IR_or ? X64(or)
                                                              : X64(xor);
    uint32_t d = sel_def(s, r), v;
    x64_source w;
    int32_t k;

    order(s, &x, &y);
    if (i->op == IR_and && and_extends(s, r, x, y))
        return;
    v = sel_use(s, x);
    if (i->op == IR_xor && ty != TY_i1 && sel_small(s, y, &k) && k == -1) {
        ins_start(s, X64(not), size, X64_FORM_R);
        ins_reuse(s, d, v);
        ins_end(s);
        return;
    }
    w = x64_source_of(s, y, size);
    x64_two(s, op, size, d, v, &w);
}

/* ----------------------------------------------------------------- shifts */

static unsigned shift_op(esp_op op)
{
    return op == IR_shl ? X64(shl) : op == IR_lshr ? X64(shr) : X64(sar);
}

/* What is shifted, with the right bits above the type's. */
static uint32_t shifted(selector *s, esp_op op, esp_ref x)
{
    return op == IR_shl ? sel_use(s, x)
         : op == IR_lshr ? x64_zero_extended(s, x)
         : x64_sign_extended(s, x);
}

static void shift_constant(selector *s, esp_ref r, uint64_t k)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    esp_type ty = (esp_type)i->ty;
    unsigned size = op_size(ty), width = arith_width(ty);
    uint32_t d = sel_def(s, r), x;

    if (k >= width && op != IR_ashr) {
        ins_start(s, LIR_imm, 8, 0);
        ins_def(s, d);
        ins_end(s);
        return;
    }
    x = shifted(s, op, i->a);
    if (op == IR_shl && k == 1 && sel_lives_on(s, i->a))
        lea(s, size, d, &(sel_address){ .base = x, .index = x });
    else if (op == IR_shl && k <= 3 && k && sel_lives_on(s, i->a))
        lea(s, size, d, &(sel_address){ .index = x,
                                        .scale = (uint8_t)(1 << k) });
    else
        x64_ri_def(s, shift_op(op), size, d, x,
                   (int64_t)(k < width ? k : width - 1));
}

static uint32_t shift_by_cl(selector *s, unsigned op, unsigned size,
                            uint32_t x, uint32_t count)
{
    uint32_t d = sel_temp(s, LIR_INT);

    ins_start(s, op, size, X64_FORM_R);
    ins_reuse(s, d, x);
    ins_use_at(s, count, X64_RCX);
    ins_end(s);
    return d;
}

static void compare_count(selector *s, esp_ref count, uint32_t v, int64_t with)
{
    ins_start(s, X64(cmp), type_size[sel_type(s, count)],
              X64_FORM_RI)->imm = with;
    ins_use(s, v, LIR_DST);
    ins_end(s);
}

/* d = the flags say so ? y : x */
static void choose(selector *s, unsigned size, uint32_t d, unsigned cc,
                   uint32_t y, uint32_t x)
{
    ins_start(s, X64(cmov), size, X64_FORM_RR)->cc = (uint8_t)cc;
    ins_reuse(s, d, x);
    ins_use(s, y, LIR_SRC);
    ins_end(s);
}

/* The machine counts modulo 32 or 64; more than that is asked for here. */
static void shift_variable(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    unsigned size = op_size((esp_type)i->ty);
    uint64_t limit = 8 * size;
    bool within = facts_most(facts_bits(s->g, i->b)) < limit
               || arith_width(sel_type(s, i->b)) < 6;
    uint32_t x = shifted(s, op, i->a), count = sel_use(s, i->b);
    uint32_t d = sel_def(s, r), t, most;

    if (within) {
        ins_start(s, shift_op(op), size, X64_FORM_R);
        ins_reuse(s, d, x);
        ins_use_at(s, count, X64_RCX);
        ins_end(s);
    } else if (op == IR_ashr) {
        most = sel_imm(s, limit - 1);
        t = sel_temp(s, LIR_INT);
        compare_count(s, i->b, count, (int64_t)limit - 1);
        choose(s, 4, t, cc_of(X64_A), most, count);
        ins_start(s, X64(sar), size, X64_FORM_R);
        ins_reuse(s, d, x);
        ins_use_at(s, t, X64_RCX);
        ins_end(s);
    } else {
        t = shift_by_cl(s, shift_op(op), size, x, count);
        most = sel_imm(s, 0);
        compare_count(s, i->b, count, (int64_t)limit);
        choose(s, size, d, cc_of(X64_AE), most, t);
    }
}

/* A bit shifted by 1 is 0, or its sign: itself. */
static void shift_bit(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a), y;
    x64_source w;

    if (i->op == IR_ashr) {
        x64_unary(s, X64(mov), 4, d, x);
        return;
    }
    y = sel_use(s, i->b);
    w = x64_reg(x64_ri_new(s, X64(xor), 4, y, 1));
    x64_two(s, X64(and), 4, d, x, &w);
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

static const uint16_t twin_op[IR_COUNT] = {
    [IR_addo] = X64(add), [IR_subo] = X64(sub), [IR_mulo] = X64(imul),
    [IR_uaddo] = X64(add), [IR_usubo] = X64(cmp)
};

/* x - y of which nobody wants the difference */
static void compare_only(selector *s, esp_ref x, esp_ref y, unsigned size)
{
    uint32_t v = sel_use(s, x);
    x64_source w = x64_source_of(s, y, size);
    x64_source *p = &w;

    ins_start(s, X64(cmp), size, 0);
    ins_use(s, v, LIR_DST);
    if (p->kind == SOURCE_IMM) {
        s->draft.form = X64_FORM_RI;
        s->draft.imm = p->imm;
    } else if (p->kind == SOURCE_MEM) {
        s->draft.form = X64_FORM_RM;
        ins_address(s, &p->m);
    } else {
        s->draft.form = X64_FORM_RR;
        ins_use_any(s, p->v, LIR_SRC);
    }
    ins_end(s);
}

/* 8 bits have no multiplication that leaves flags, and i1 has no registers at
 * all: the operands are extended, and the result compared with itself cut and
 * extended again. */
static unsigned overflow_wide(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = sel_type(s, i->a);
    bool is_signed = i->op <= IR_mulo;
    unsigned op = i->op == IR_addo || i->op == IR_uaddo ? X64(add)
                : i->op == IR_subo || i->op == IR_usubo ? X64(sub)
                : X64(imul);
    uint32_t x = is_signed ? x64_sign_extended(s, i->a)
                           : x64_zero_extended(s, i->a);
    x64_source y = x64_reg(is_signed ? x64_sign_extended(s, i->b)
                                     : x64_zero_extended(s, i->b));
    uint32_t wide = x64_two_new(s, op, 4, x, &y), again;
    int64_t up = 32 - (int64_t)arith_width(ty);

    again = x64_ri_new(s, X64(shl), 4, wide, up);
    again = x64_ri_new(s, is_signed ? X64(sar) : X64(shr), 4, again, up);
    ins_start(s, X64(cmp), 4, X64_FORM_RR);
    ins_use(s, wide, LIR_DST);
    ins_use_any(s, again, LIR_SRC);
    ins_end(s);
    return cc_of(X64_NE);
}

/* The high half of an unsigned product says whether it overflows. */
static unsigned overflow_product(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_ref twin = sel_twin(s, r);
    uint32_t x = sel_use(s, i->a), y = sel_use(s, i->b);
    uint32_t d = twin ? sel_def(s, twin) : sel_temp(s, LIR_INT);

    ins_start(s, X64(mul), type_size[sel_type(s, i->a)], X64_FORM_R);
    ins_def_at(s, d, X64_RAX);
    ins_def_at(s, sel_temp(s, LIR_INT), X64_RDX);
    ins_use_at(s, x, X64_RAX);
    ins_late(s, y, LIR_DST);
    ins_end(s);
    return cc_of(X64_O);
}

unsigned x64_overflow(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_op op = (esp_op)i->op;
    esp_type ty = sel_type(s, i->a);
    unsigned size = type_size[ty];
    esp_ref x = i->a, y = i->b, twin;
    x64_source w;
    uint32_t v, d;

    if (ty == TY_i1 || (ty == TY_i8 && (op == IR_mulo || op == IR_umulo)))
        return overflow_wide(s, r);
    if (op == IR_umulo && ty == TY_i16)
        return overflow_wide(s, r);
    if (op == IR_umulo)
        return overflow_product(s, r);
    twin = op == IR_usubo ? 0 : sel_twin(s, r);
    if (op == IR_usubo || (op == IR_subo && !twin)) {
        compare_only(s, x, y, size);
        return op == IR_usubo ? cc_of(X64_B) : cc_of(X64_O);
    }
    /* the sum of a narrow type has 32 certain bits nowhere */
    d = twin ? sel_def(s, twin) : sel_temp(s, LIR_INT);
    if (op != IR_subo)
        order(s, &x, &y);
    v = sel_use(s, x);
    w = x64_source_of(s, y, size);
    if (op == IR_mulo && w.kind == SOURCE_IMM) {
        ins_start(s, X64(imul), size, X64_FORM_RRI)->imm = w.imm;
        ins_def(s, d);
        ins_use_any(s, v, LIR_SRC);
        ins_end(s);
    } else {
        x64_two(s, twin_op[op], size, d, v, &w);
    }
    return op == IR_uaddo ? cc_of(X64_B) : cc_of(X64_O);
}

/* ------------------------------------------------------------------- bits */

static void count_bits(selector *s, unsigned op, unsigned size, uint32_t d,
                       uint32_t x)
{
    ins_start(s, op, size, 0);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    if (op == X64_PSEUDO_popcount)
        ins_temp(s, LIR_INT);
    ins_end(s);
}

/* Narrow types: leading zeros are counted in 32 bits and some taken away,
 * trailing ones end at a bit behind the type's. */
static void count_narrow(selector *s, esp_ref r, uint32_t d)
{
    const esp_ins *i = sel_at(s, r);
    unsigned width = arith_width((esp_type)i->ty);
    uint32_t x = x64_zero_extended(s, i->a), t;

    if (i->op == IR_popcnt) {
        count_bits(s, X64_PSEUDO_popcount, 4, d, x);
    } else if (i->op == IR_clz) {
        t = sel_temp(s, LIR_INT);
        count_bits(s, X64_PSEUDO_clz, 4, t, x);
        x64_ri_def(s, X64(sub), 4, d, t, 32 - (int64_t)width);
    } else {
        t = x64_ri_new(s, X64(or), 4, x, (int64_t)1 << width);
        count_bits(s, X64_PSEUDO_ctz, 4, d, t);
    }
}

static void bits(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    uint32_t d = sel_def(s, r);
    unsigned op = i->op == IR_clz ? X64_PSEUDO_clz
                : i->op == IR_ctz ? X64_PSEUDO_ctz : X64_PSEUDO_popcount;

    if (ty == TY_i32 || ty == TY_i64)
        count_bits(s, op, op_size(ty), d, sel_use(s, i->a));
    else
        count_narrow(s, r, d);
}

static void byte_swap(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    if (i->ty == TY_i16) {
        x64_ri_def(s, X64(rol), 2, d, x, 8);
    } else if (i->ty == TY_i32 || i->ty == TY_i64) {
        ins_start(s, X64(bswap), op_size((esp_type)i->ty), X64_FORM_R);
        ins_reuse(s, d, x);
        ins_end(s);
    } else {
        x64_unary(s, X64(mov), 4, d, x);
    }
}

/* ------------------------------------------------------------- extensions */

static unsigned extend_op(esp_type from, bool is_signed)
{
    switch (from) {
    case TY_i1:
    case TY_i8:
        return is_signed ? X64(movsx8) : X64(movzx8);
    case TY_i16:
        return is_signed ? X64(movsx16) : X64(movzx16);
    default:
        return is_signed ? X64(movsxd) : X64(mov);
    }
}

static void extend(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type from = sel_type(s, i->a);
    bool is_signed = i->op == IR_sext;
    unsigned size = is_signed ? op_size((esp_type)i->ty) : 4;
    uint32_t d = sel_def(s, r);
    esp_ref v = sel_value(s, i->a);

    if (is_signed && from == TY_i1) {
        uint32_t x = sel_use(s, i->a);

        ins_start(s, X64(neg), size, X64_FORM_R);
        ins_reuse(s, d, x);
        ins_end(s);
    } else if (sel_can_fuse_load(s, v) && sel_type(s, v) == from) {
        const esp_ins *l = sel_at(s, v);
        sel_address m = x64_address_of(s, l->a, (int32_t)l->b);

        sel_fuse(s, v);
        ins_start(s, extend_op(from, is_signed), size, X64_FORM_RM);
        ins_def(s, d);
        ins_address(s, &m);
        ins_end(s);
    } else {
        x64_unary(s, extend_op(from, is_signed), size, d, sel_use(s, i->a));
    }
}

static void cut(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    if (i->ty == TY_i1)
        cut_to_bit(s, r, sel_use(s, i->a));
    else                        /* of a constant: others cost nothing */
        x64_unary(s, X64(mov), 4, sel_def(s, r), sel_use(s, i->a));
}

const isa_integers x64_integers = {
    .sum = sum, .logic = logic, .shift = shift, .bits = bits,
    .byte_swap = byte_swap, .extend = extend, .cut = cut
};
