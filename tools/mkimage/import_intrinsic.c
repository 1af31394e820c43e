/*
 * LLVM's intrinsics: as instructions, as calls to C's library, or dropped.
 */
#include "tools/mkimage/import.h"

#include <stdio.h>
#include <string.h>

/* Memory up to this size is copied word by word in the image: the evaluator
 * then sees values and not memory. */
enum { SMALL_COPY = 64 };

typedef struct context {
    import *m;
    LLVMValueRef inst;
    LLVMTypeRef type;           /* of the first operand */
    esp_type ty;
    esp_ref a, b, c;            /* the first operands, if scalars */
    const char *name;           /* as in the table */
    int what;                   /* from the table */
} context;

static void result(context *x, esp_ref r)
{
    import_define1(x->m, x->inst, r);
}

static esp_ref op2(const context *x, esp_op op, esp_ref a, esp_ref b)
{
    return draft_op2(x->m->d, op, a, b);
}

static esp_ref number(const context *x, uint64_t n)
{
    return draft_const(x->m->d, x->ty, n);
}

/* ---- what the rows of the table do ------------------------------------- */

/* Nothing: marks for the optimizer. */
static void drop(context *x)
{
    import_define(x->m, x->inst, NULL, 0);
}

/* The first operand. */
static void pass(context *x)
{
    result(x, x->a);
}

static void unary(context *x)
{
    if (import_odd(x->type))
        import_refuse(x->m, "llvm.%s of odd width", x->name);
    result(x, draft_op1(x->m->d, x->what, x->ty, x->a));
}

/* add and addo, ...; `what` is the sum's, the test's follows from it */
static void overflow(context *x)
{
    static const struct { uint8_t op, test; } how[] = {
        { IR_add, IR_addo }, { IR_add, IR_uaddo }, { IR_sub, IR_subo },
        { IR_sub, IR_usubo }, { IR_mul, IR_mulo }, { IR_mul, IR_umulo }
    };
    esp_ref r[2];

    if (import_odd(x->type))
        import_refuse(x->m, "llvm.%s of odd width", x->name);
    r[0] = op2(x, how[x->what].op, x->a, x->b);
    r[1] = op2(x, how[x->what].test, x->a, x->b);
    import_define(x->m, x->inst, r, 2);
}

/* `what`: the comparison that chooses a; with the operands exchanged for the
 * larger one, which is marked by the sign */
static void choose(context *x)
{
    bool larger = x->what < 0;
    esp_op op = larger ? -x->what : x->what;
    esp_ref a = x->a, b = x->b;

    if (op == IR_slt) {
        a = import_signed(x->m, x->type, a);
        b = import_signed(x->m, x->type, b);
    }
    a = larger ? op2(x, op, b, a) : op2(x, op, a, b);
    result(x, draft_select(x->m->d, a, x->a, x->b));
}

static void absolute(context *x)
{
    esp_ref a = import_signed(x->m, x->type, x->a);
    esp_ref negative = op2(x, IR_slt, a, number(x, 0));
    esp_ref minus = op2(x, IR_sub, number(x, 0), x->a);

    result(x, draft_select(x->m->d, negative,
                           import_wrap(x->m, x->type, minus), x->a));
}

/* usub.sat, uadd.sat */
static void saturate(context *x)
{
    esp_op op = x->what;
    esp_ref over = op2(x, op == IR_sub ? IR_usubo : IR_uaddo, x->a, x->b);

    if (import_odd(x->type))
        import_refuse(x->m, "llvm.%s of odd width", x->name);
    result(x, draft_select(x->m->d, over,
                           number(x, op == IR_sub ? 0 : ~(uint64_t)0),
                           op2(x, op, x->a, x->b)));
}

/* fshl a, b, n: the high word of a:b shifted left by n modulo the width;
 * fshr: the low word, shifted right.  Shifts by the width give 0. */
static void funnel(context *x)
{
    unsigned width = type_size[x->ty] * 8;
    esp_ref n, rest;

    if (import_odd(x->type))
        import_refuse(x->m, "llvm.%s of odd width", x->name);
    n = op2(x, IR_and, x->c, number(x, width - 1));
    rest = op2(x, IR_sub, number(x, width), n);
    if (x->what == IR_shl)
        result(x, op2(x, IR_or, op2(x, IR_shl, x->a, n),
                      op2(x, IR_lshr, x->b, rest)));
    else
        result(x, op2(x, IR_or, op2(x, IR_lshr, x->b, n),
                      op2(x, IR_shl, x->a, rest)));
}

/* Neighbours are exchanged: bits, pairs, fours, then bytes. */
static void reverse_bits(context *x)
{
    static const uint64_t mask[] = {
        0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f
    };
    esp_ref r = x->a;

    if (import_odd(x->type))
        import_refuse(x->m, "llvm.%s of odd width", x->name);
    for (unsigned k = 0; k < 3; k++) {
        esp_ref n = number(x, (uint64_t)1 << k), m = number(x, mask[k]);
        esp_ref high = op2(x, IR_and, op2(x, IR_lshr, r, n), m);
        esp_ref low = op2(x, IR_shl, op2(x, IR_and, r, m), n);

        r = op2(x, IR_or, high, low);
    }
    result(x, x->ty == TY_i8 ? r : draft_op1(x->m->d, IR_bswap, x->ty, r));
}

/* lo <= r <= hi, unsigned */
static esp_ref in_range(context *x, esp_ref r, uint64_t lo, uint64_t hi)
{
    draft *d = x->m->d;
    esp_type ty = draft_type(d, r);

    if (lo == hi)
        return op2(x, IR_eq, r, draft_const(d, ty, lo));
    r = draft_op2(d, IR_sub, r, draft_const(d, ty, lo));
    return op2(x, IR_ule, r, draft_const(d, ty, hi - lo));
}

/* llvm.is.fpclass: is x of one of the classes that the mask lists?  The bits
 * of a number without its sign tell: the classes are ranges of them. */
static void is_class(context *x)
{
    bool wide = x->ty == TY_f64;
    uint64_t inf = wide ? 0x7ff0000000000000 : 0x7f800000;
    uint64_t quiet = inf | (wide ? (uint64_t)1 << 51 : 1 << 22);
    uint64_t least = wide ? (uint64_t)1 << 52 : 1 << 23;
    uint64_t top = wide ? ~(uint64_t)0 >> 1 : 0x7fffffff;
    const struct { unsigned negative, positive; uint64_t lo, hi; } class[] = {
        { 1, 1, inf + 1, quiet - 1 }, { 2, 2, quiet, top },
        { 0x4, 0x200, inf, inf }, { 0x8, 0x100, least, inf - 1 },
        { 0x10, 0x80, 1, least - 1 }, { 0x20, 0x40, 0, 0 }
    };
    unsigned mask =
        (unsigned)LLVMConstIntGetZExtValue(LLVMGetOperand(x->inst, 1));
    draft *d = x->m->d;
    esp_type ty = wide ? TY_i64 : TY_i32;
    esp_ref bits = draft_op1(d, IR_bitcast, ty, x->a);
    esp_ref flipped = op2(x, IR_xor, bits, draft_const(d, ty, top + 1));
    esp_ref size = op2(x, IR_and, bits, draft_const(d, ty, top));
    esp_ref is = draft_const(d, TY_i1, 0);

    for (unsigned k = 0; k < sizeof class / sizeof *class; k++) {
        bool negative = mask & class[k].negative;
        bool positive = mask & class[k].positive;

        if (negative || positive)
            is = op2(x, IR_or, is,
                     in_range(x, !positive ? flipped : negative ? size : bits,
                              class[k].lo, class[k].hi));
    }
    result(x, is);
}

static void multiply_add(context *x)
{
    result(x, op2(x, IR_fadd, op2(x, IR_fmul, x->a, x->b), x->c));
}

/* The bits of a with the sign of b. */
static void copy_sign(context *x)
{
    draft *d = x->m->d;
    esp_type ty = x->ty == TY_f32 ? TY_i32 : TY_i64;
    uint64_t sign = x->ty == TY_f32 ? (uint64_t)1 << 31 : (uint64_t)1 << 63;
    esp_ref a = draft_op1(d, IR_bitcast, ty, x->a);
    esp_ref b = draft_op1(d, IR_bitcast, ty, x->b);

    a = op2(x, IR_and, a, draft_const(d, ty, ~sign));
    b = op2(x, IR_and, b, draft_const(d, ty, sign));
    result(x, draft_op1(d, IR_bitcast, x->ty, op2(x, IR_or, a, b)));
}

/* The function of C's library with the name of the intrinsic, or that in
 * libm_name; f is added for floats. */
static void libm(context *x)
{
    static const struct { const char *llvm, *c; } other[] = {
        { "minnum", "fmin" }, { "maxnum", "fmax" }
    };
    esp_sig sig = { .nresults = 1 };
    esp_ref args[3] = { x->a, x->b, x->c };
    const char *name = x->name;
    char full[32];

    for (unsigned k = 0; k < sizeof other / sizeof *other; k++)
        if (!strcmp(name, other[k].llvm))
            name = other[k].c;
    snprintf(full, sizeof full, "%s%s", name, x->ty == TY_f32 ? "f" : "");
    sig.nargs = (uint8_t)x->what;
    for (int k = 0; k < x->what; k++)
        sig.arg[k] = draft_type(x->m->d, args[k]);
    sig.result[0] = import_type(x->m, LLVMTypeOf(x->inst));
    import_library_call(x->m, x->inst, full, &sig, args);
}

static void frame_address(context *x)
{
    LLVMValueRef level = LLVMGetOperand(x->inst, 0);

    if (LLVMConstIntGetZExtValue(level))
        import_refuse(x->m, "address of a caller's frame");
    result(x, draft_op1(x->m->d, IR_frameaddr, TY_i64, 0));
}

/* Refused, in words of C. */
static void variable_length(context *x)
{
    import_refuse(x->m, "array of variable length");
}

static void thread_local(context *x)
{
    import_refuse(x->m, "thread-local variable");
}

static void variable_arguments(context *x)
{
    import_refuse(x->m, "variable arguments");
}

/* __builtin_constant_p: not here. */
static void is_constant(context *x)
{
    result(x, draft_const(x->m->d, TY_i1, 0));
}

/* ---- memory ------------------------------------------------------------ */

/* Pieces of at most eight bytes, loaded all before the first is stored: right
 * for overlapping memory, too. */
static void copy_words(context *x, uint64_t size)
{
    draft *d = x->m->d;
    esp_ref word[SMALL_COPY];
    uint16_t marks = import_marks(LLVMGetOperand(x->inst, 1));
    unsigned n = 0;

    for (int stores = 0; stores < 2; stores++) {
        n = 0;
        for (uint64_t at = 0, step; at < size; at += step, n++) {
            uint64_t left = size - at;
            esp_type ty = left >= 8 ? TY_i64 : left >= 4 ? TY_i32
                        : left >= 2 ? TY_i16 : TY_i8;

            step = type_size[ty];
            if (stores)
                draft_store(d, x->a, word[n], (int64_t)at, 0);
            else
                word[n] = draft_load(d, ty, x->b, (int64_t)at, marks);
        }
    }
    drop(x);
}

static void fill_words(context *x, uint64_t size, uint8_t with)
{
    uint64_t pattern = with * (uint64_t)0x0101010101010101;

    for (uint64_t at = 0, step; at < size; at += step) {
        uint64_t left = size - at;
        esp_type ty = left >= 8 ? TY_i64 : left >= 4 ? TY_i32
                    : left >= 2 ? TY_i16 : TY_i8;

        step = type_size[ty];
        draft_store(x->m->d, x->a, draft_const(x->m->d, ty, pattern),
                    (int64_t)at, 0);
    }
    drop(x);
}

/* memcpy, memmove, memset.  The library's functions return an address, which
 * LLVM's do not. */
static void memory(context *x)
{
    LLVMValueRef size = LLVMGetOperand(x->inst, 2);
    LLVMValueRef with = LLVMGetOperand(x->inst, 1);
    bool set = !strcmp(x->name, "memset");
    uint64_t n = LLVMIsAConstantInt(size) ? LLVMConstIntGetZExtValue(size)
                                          : UINT64_MAX;
    bool is_volatile =
        LLVMConstIntGetZExtValue(LLVMGetOperand(x->inst, 3)) != 0;
    esp_sig sig = { .nargs = 3, .nresults = 1, .result = { TY_i64 },
                    .arg = { TY_i64, set ? TY_i32 : TY_i64, TY_i64 } };
    esp_ref args[3] = { x->a, x->b, x->c };

    if (n <= SMALL_COPY && !is_volatile && !set) {
        copy_words(x, n);
        return;
    }
    if (n <= SMALL_COPY && !is_volatile && LLVMIsAConstantInt(with)) {
        fill_words(x, n, (uint8_t)LLVMConstIntGetZExtValue(with));
        return;
    }
    if (set)
        args[1] = draft_op1(x->m->d, IR_zext, TY_i32, args[1]);
    args[2] = draft_op1(x->m->d, IR_zext, TY_i64, args[2]);
    import_library_call(x->m, x->inst, x->name, &sig, args);
}

/* ---- the table --------------------------------------------------------- */

enum { OPERANDS = 1 };          /* the first operands are wanted as scalars */

static const struct row {
    const char *name;           /* without "llvm." */
    void (*run)(context *);
    int what, flags;
} rows[] = {
    { "lifetime.start", drop, 0, 0 },
    { "lifetime.end", drop, 0, 0 },
    { "assume", drop, 0, 0 },
    { "dbg.declare", drop, 0, 0 },
    { "dbg.value", drop, 0, 0 },
    { "dbg.label", drop, 0, 0 },
    { "donothing", drop, 0, 0 },
    { "sideeffect", drop, 0, 0 },
    { "prefetch", drop, 0, 0 },
    { "var.annotation", drop, 0, 0 },
    { "experimental.noalias.scope.decl", drop, 0, 0 },
    { "trap", drop, 0, 0 },             /* unreachable follows */
    { "is.constant", is_constant, 0, 0 },
    { "stacksave", variable_length, 0, 0 },
    { "threadlocal.address", thread_local, 0, 0 },
    { "va_start", variable_arguments, 0, 0 },
    { "va_copy", variable_arguments, 0, 0 },
    { "frameaddress", frame_address, 0, 0 },

    { "expect", pass, 0, OPERANDS },
    { "expect.with.probability", pass, 0, OPERANDS },
    { "annotation", pass, 0, OPERANDS },
    { "ptr.annotation", pass, 0, OPERANDS },

    { "sadd.with.overflow", overflow, 0, OPERANDS },
    { "uadd.with.overflow", overflow, 1, OPERANDS },
    { "ssub.with.overflow", overflow, 2, OPERANDS },
    { "usub.with.overflow", overflow, 3, OPERANDS },
    { "smul.with.overflow", overflow, 4, OPERANDS },
    { "umul.with.overflow", overflow, 5, OPERANDS },
    { "uadd.sat", saturate, IR_add, OPERANDS },
    { "usub.sat", saturate, IR_sub, OPERANDS },
    { "smin", choose, IR_slt, OPERANDS },
    { "smax", choose, -IR_slt, OPERANDS },
    { "umin", choose, IR_ult, OPERANDS },
    { "umax", choose, -IR_ult, OPERANDS },
    { "abs", absolute, 0, OPERANDS },
    { "fshl", funnel, IR_shl, OPERANDS },
    { "fshr", funnel, IR_lshr, OPERANDS },
    { "ctpop", unary, IR_popcnt, OPERANDS },
    { "ctlz", unary, IR_clz, OPERANDS },
    { "cttz", unary, IR_ctz, OPERANDS },
    { "bswap", unary, IR_bswap, OPERANDS },
    { "bitreverse", reverse_bits, 0, OPERANDS },

    { "is.fpclass", is_class, 0, OPERANDS },
    { "fabs", unary, IR_fabs, OPERANDS },
    { "sqrt", unary, IR_fsqrt, OPERANDS },
    { "floor", unary, IR_ffloor, OPERANDS },
    { "ceil", unary, IR_fceil, OPERANDS },
    { "trunc", unary, IR_ftrunc, OPERANDS },
    { "fmuladd", multiply_add, 0, OPERANDS },
    { "copysign", copy_sign, 0, OPERANDS },
    { "fma", libm, 3, OPERANDS },
    { "pow", libm, 2, OPERANDS },
    { "minnum", libm, 2, OPERANDS },
    { "maxnum", libm, 2, OPERANDS },
    { "ldexp", libm, 2, OPERANDS },
    { "sin", libm, 1, OPERANDS },
    { "cos", libm, 1, OPERANDS },
    { "tan", libm, 1, OPERANDS },
    { "asin", libm, 1, OPERANDS },
    { "acos", libm, 1, OPERANDS },
    { "atan", libm, 1, OPERANDS },
    { "atan2", libm, 2, OPERANDS },
    { "sinh", libm, 1, OPERANDS },
    { "cosh", libm, 1, OPERANDS },
    { "tanh", libm, 1, OPERANDS },
    { "exp", libm, 1, OPERANDS },
    { "exp2", libm, 1, OPERANDS },
    { "exp10", libm, 1, OPERANDS },
    { "log", libm, 1, OPERANDS },
    { "log2", libm, 1, OPERANDS },
    { "log10", libm, 1, OPERANDS },
    { "rint", libm, 1, OPERANDS },
    { "nearbyint", libm, 1, OPERANDS },
    { "round", libm, 1, OPERANDS },
    { "roundeven", libm, 1, OPERANDS },
    { "lround", libm, 1, OPERANDS },
    { "llround", libm, 1, OPERANDS },
    { "lrint", libm, 1, OPERANDS },
    { "llrint", libm, 1, OPERANDS },

    { "memcpy", memory, 0, OPERANDS },
    { "memmove", memory, 0, OPERANDS },
    { "memset", memory, 0, OPERANDS }
};

void import_intrinsic(import *m, LLVMValueRef inst, LLVMValueRef callee)
{
    size_t n;
    const char *name = LLVMIntrinsicGetName(LLVMGetIntrinsicID(callee), &n);
    context x = { .m = m, .inst = inst };
    const struct row *row = rows, *end = rows + sizeof rows / sizeof *rows;
    unsigned nargs = LLVMGetNumArgOperands(inst);

    while (row < end && (n < 5 || strlen(row->name) != n - 5 ||
                         memcmp(row->name, name + 5, n - 5)))
        row++;
    if (row == end || LLVMGetTypeKind(LLVMTypeOf(inst)) == LLVMVectorTypeKind) {
        import_refuse(m, "%.*s", (int)n, name);
        return;
    }
    x.name = row->name;
    x.what = row->what;
    if (row->flags & OPERANDS) {
        x.type = LLVMTypeOf(LLVMGetOperand(inst, 0));
        x.ty = import_type(m, x.type);
        x.a = import_value(m, LLVMGetOperand(inst, 0));
        if (nargs > 1 && row->run != pass)
            x.b = import_value(m, LLVMGetOperand(inst, 1));
        if (nargs > 2 && row->run != pass)
            x.c = import_value(m, LLVMGetOperand(inst, 2));
    }
    if (!m->reason)
        row->run(&x);
}
