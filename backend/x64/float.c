/*
 * Selection of floating point.
 */
#include "backend/x64/x64.h"

#include <math.h>

static unsigned float_size(const selector *s, esp_ref r)
{
    return type_size[sel_type(s, r)];
}

/* Less is asked with the operands exchanged: "above" is false when they are
 * unordered, "below" is true. */
unsigned x64_compare_floats(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool equal = i->op == IR_feq;
    esp_ref x = equal ? i->a : i->b, y = equal ? i->b : i->a;
    unsigned size = float_size(s, x);
    uint32_t v = sel_use(s, x);
    x64_source w = x64_source_of(s, y, size);

    ins_start(s, X64(ucomis), size, 0);
    ins_use(s, v, LIR_DST);
    if (w.kind == SOURCE_MEM) {
        s->draft.form = X64_FORM_RM;
        ins_address(s, &w.m);
        if (w.m.mem == LIR_MEM_POOL)
            s->draft.imm = (int64_t)graph_const(s->g, (esp_ref)w.imm);
    } else {
        s->draft.form = X64_FORM_RR;
        ins_use_any(s, w.v, LIR_SRC);
    }
    ins_end(s);
    return equal ? CC_FEQ : i->op == IR_flt ? cc_of(X64_A) : cc_of(X64_AE);
}

static unsigned binary_op(esp_op op)
{
    return op == IR_fadd ? X64(adds) : op == IR_fsub ? X64(subs)
         : op == IR_fmul ? X64(muls) : X64(divs);
}

static void binary(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_ref x = i->a, y = i->b;
    uint32_t d = sel_def(s, r), v;
    x64_source w;

    if ((op_info[i->op].flags & OP_COMM)
        && (graph_is_const(s->g, sel_value(s, x))
            || sel_can_fuse_load(s, sel_value(s, x))
            || (sel_lives_on(s, x) && !sel_lives_on(s, y)
                && !graph_is_const(s->g, sel_value(s, y))))) {
        x = i->b;
        y = i->a;
    }
    v = sel_use(s, x);
    w = x64_source_of(s, y, float_size(s, r));
    x64_two(s, binary_op((esp_op)i->op), float_size(s, r), d, v, &w);
}

/* The sign bit is inverted or cleared with a mask of 16 bytes. */
static void sign(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool flip = i->op == IR_fneg;
    unsigned size = float_size(s, r);
    uint64_t mask = size == 8 ? (uint64_t)1 << 63 : 0x8000000080000000u;
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    ins_start(s, flip ? X64(xorp) : X64(andp), size, X64_FORM_RM)->imm =
        (int64_t)(flip ? mask : ~mask);
    s->draft.mem = LIR_MEM_POOL;
    s->draft.info = 16;
    ins_reuse(s, d, x);
    ins_end(s);
}

static const void *rounding_function(esp_op op, unsigned size)
{
    if (size == 4)
        return op == IR_ffloor ? (void *)floorf
             : op == IR_fceil ? (void *)ceilf : (void *)truncf;
    return op == IR_ffloor ? (void *)floor
         : op == IR_fceil ? (void *)ceil : (void *)trunc;
}

static void round_off(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    unsigned size = float_size(s, r);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    if (!x64_has_round()) {
        x64_call_helper(s, rounding_function((esp_op)i->op, size), d, x);
        return;
    }
    /* bit 3: without an exception for inexact results */
    ins_start(s, X64(rounds), size, X64_FORM_RRI)->imm =
        i->op == IR_ffloor ? 9 : i->op == IR_fceil ? 10 : 11;
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_end(s);
}

/* d = op x between registers that may be of different kinds. */
static void convert(selector *s, unsigned op, unsigned size, uint32_t d,
                    uint32_t x)
{
    ins_start(s, op, size, X64_FORM_RR);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_end(s);
}

/* The result replaces part of its register only, so it would wait for what was
 * there: emission clears it first. */
static void from_integer(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type from = sel_type(s, i->a);
    bool is_signed = i->op == IR_sitofp;
    unsigned op = i->ty == TY_f64 ? X64(cvtsi2sd) : X64(cvtsi2ss);
    uint32_t d = sel_def(s, r), x;

    if (!is_signed && from == TY_i64) {
        x = sel_use(s, i->a);
        ins_start(s, X64_PSEUDO_uitofp, float_size(s, r), 0);
        ins_def(s, d);
        ins_late(s, x, LIR_SRC);
        ins_temp(s, LIR_INT);
        ins_end(s);
        return;
    }
    x = is_signed ? x64_sign_extended(s, i->a) : x64_zero_extended(s, i->a);
    if (!is_signed && from == TY_i32 && !sel_is_clean(s, i->a)) {
        uint32_t wide = sel_temp(s, LIR_INT);

        x64_unary(s, X64(mov), 4, wide, x);
        x = wide;
    }
    convert(s, op, from == TY_i64 || (from == TY_i32 && !is_signed) ? 8 : 4,
            d, x);
}

static void to_integer(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type to = (esp_type)i->ty;
    bool is_signed = i->op == IR_fptosi;
    unsigned op = float_size(s, i->a) == 8 ? X64(cvttsd2si) : X64(cvttss2si);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a), t = d;

    if (!is_signed && to == TY_i64) {
        ins_start(s, X64_PSEUDO_fptoui, float_size(s, i->a), 0);
        ins_def(s, d);
        ins_late(s, x, LIR_SRC);
        ins_temp(s, LIR_FLOAT);
        ins_temp(s, LIR_INT);
        ins_end(s);
        return;
    }
    if (to == TY_i1 || (to == TY_i32 && !is_signed))
        t = sel_temp(s, LIR_INT);
    convert(s, op, to == TY_i64 || (to == TY_i32 && !is_signed) ? 8 : 4, t, x);
    if (to == TY_i1)
        x64_ri_def(s, X64(and), 4, d, t, 1);
    else if (t != d)
        x64_unary(s, X64(mov), 4, d, t);
}

static void bitcast(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool from_float = type_is_float(sel_type(s, i->a));
    bool to_float = type_is_float((esp_type)i->ty);
    unsigned size = type_size[i->ty] == 8 ? 8 : 4;
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    if (from_float == to_float)
        convert(s, to_float ? X64(movap) : X64(mov), size, d, x);
    else
        convert(s, to_float ? X64(movgx) : X64(movxg), size, d, x);
}

void x64_float(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    switch (i->op) {
    case IR_fadd:
    case IR_fsub:
    case IR_fmul:
    case IR_fdiv:
        binary(s, r);
        break;
    case IR_fneg:
    case IR_fabs:
        sign(s, r);
        break;
    case IR_fsqrt:
        convert(s, X64(sqrts), float_size(s, r), sel_def(s, r),
                sel_use(s, i->a));
        break;
    case IR_ffloor:
    case IR_fceil:
    case IR_ftrunc:
        round_off(s, r);
        break;
    case IR_bitcast:
        bitcast(s, r);
        break;
    case IR_sitofp:
    case IR_uitofp:
        from_integer(s, r);
        break;
    case IR_fptosi:
    case IR_fptoui:
        to_integer(s, r);
        break;
    case IR_fpext:
        convert(s, X64(cvtss2sd), 8, sel_def(s, r), sel_use(s, i->a));
        break;
    case IR_fptrunc:
        convert(s, X64(cvtsd2ss), 4, sel_def(s, r), sel_use(s, i->a));
        break;
    default:
        unit_broken(s->unit, __FILE__, __LINE__, "a known instruction",
                    "%s", op_info[i->op].name);
    }
}
