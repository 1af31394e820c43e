/*
 * Selection of floating point.  Sums of products stay two instructions: fused
 * they would round once, and the C that they were made from rounds twice.
 */
#include "backend/a64/a64.h"

#include "pe/graph/arith.h"

static unsigned float_size(const selector *s, esp_ref r)
{
    return type_size[sel_type(s, r)];
}

static bool is_float_zero(const selector *s, esp_ref r)
{
    esp_ref v = sel_value(s, r);

    return graph_is_const(s->g, v) && graph_const(s->g, v) == 0;
}

/* MI and LS are false when the operands are unordered. */
unsigned a64_compare_floats(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool zero = is_float_zero(s, i->b);
    uint32_t x = sel_use(s, i->a), y = zero ? 0 : sel_use(s, i->b);

    ins_start(s, A64(fcmp), float_size(s, i->a),
              zero ? A64_FORM_FCMPZ : A64_FORM_FCMP);
    ins_use(s, x, LIR_SRC);
    if (y)
        ins_use(s, y, LIR_INDEX);
    ins_end(s);
    return i->op == IR_feq ? cc_of(A64_EQ)
         : i->op == IR_flt ? cc_of(A64_MI) : cc_of(A64_LS);
}

static void binary(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    unsigned op = i->op == IR_fadd ? A64(fadd) : i->op == IR_fsub ? A64(fsub)
                : i->op == IR_fmul ? A64(fmul) : A64(fdiv);
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);
    a64_source y = a64_reg(sel_use(s, i->b));

    a64_two(s, op, float_size(s, r), d, x, &y);
}

/* Numbers below 32 bits are converted in 32. */
static void convert(selector *s, unsigned op, esp_type integer,
                    unsigned float_size, uint32_t d, uint32_t x)
{
    ins_start(s, op, integer == TY_i64 ? 8 : 4,
              float_size == 8 ? A64_FORM_CVT8 : A64_FORM_CVT4);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_end(s);
}

static void from_integer(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool is_signed = i->op == IR_sitofp;
    uint32_t d = sel_def(s, r);
    uint32_t x = is_signed ? a64_sign_extended(s, i->a)
                           : a64_zero_extended(s, i->a);

    convert(s, is_signed ? A64(scvtf) : A64(ucvtf), sel_type(s, i->a),
            float_size(s, r), d, x);
}

static void to_integer(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type to = (esp_type)i->ty;
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);
    uint32_t t = to == TY_i1 ? sel_temp(s, LIR_INT) : d;

    convert(s, i->op == IR_fptosi ? A64(fcvtzs) : A64(fcvtzu), to,
            float_size(s, i->a), t, x);
    if (to == TY_i1)
        a64_ri(s, A64(and), 4, d, t, 1);
}

static void bitcast(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    bool from_float = type_is_float(sel_type(s, i->a));
    bool to_float = type_is_float((esp_type)i->ty);
    unsigned size = type_size[i->ty] == 8 ? 8 : 4;
    uint32_t d = sel_def(s, r), x = sel_use(s, i->a);

    if (from_float != to_float)
        a64_unary(s, to_float ? A64(fmovgx) : A64(fmovxg), size, d, x);
    else if (to_float)
        a64_unary(s, A64(fmov), size, d, x);
    else
        a64_mov(s, size, d, x);
}

static unsigned unary_op(const selector *s, esp_op op)
{
    switch (op) {
    case IR_fneg: return A64(fneg);
    case IR_fabs: return A64(fabs);
    case IR_fsqrt: return A64(fsqrt);
    case IR_ffloor: return A64(frintm);
    case IR_fceil: return A64(frintp);
    case IR_ftrunc: return A64(frintz);
    case IR_fpext: return A64(fcvtsd);
    case IR_fptrunc: return A64(fcvtds);
    default:
        unit_broken(s->unit, __FILE__, __LINE__, "a known instruction",
                    "%s", op_info[op].name);
    }
}

void a64_float(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    switch (i->op) {
    case IR_fadd:
    case IR_fsub:
    case IR_fmul:
    case IR_fdiv:
        binary(s, r);
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
    default:
        a64_unary(s, unary_op(s, (esp_op)i->op), float_size(s, r),
                  sel_def(s, r), sel_use(s, i->a));
        break;
    }
}
