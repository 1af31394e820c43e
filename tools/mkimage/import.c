/*
 * Importing functions: instructions and control flow.
 */
#include "tools/mkimage/import.h"

#include <llvm-c/DebugInfo.h>

#include <string.h>

/* ---- memory ------------------------------------------------------------ */

/* The address may be inside of the field: an element of it. */
uint16_t import_marks(LLVMValueRef address)
{
    while (LLVMIsAGetElementPtrInst(address) || LLVMIsABitCastInst(address))
        address = LLVMGetOperand(address, 0);
    return LLVMIsACallInst(address)
               ? import_mark_number(LLVMGetCalledValue(address)) : 0;
}

/* Loads a piece of 1, 2, 4 or 8 bytes as a number of type ty. */
static esp_ref load_piece(import *m, esp_type ty, unsigned bytes,
                          esp_ref address, int64_t disp, uint16_t flags)
{
    esp_type piece = bytes == 1 ? TY_i8 : bytes == 2 ? TY_i16
                   : bytes == 4 ? TY_i32 : TY_i64;
    esp_ref r = draft_load(m->d, piece, address, disp, flags);

    return draft_op1(m->d, IR_zext, ty, r);
}

/* An odd integer lies in as many bytes as it needs, no more. */
esp_ref import_load_scalar(import *m, LLVMTypeRef t, esp_ref address,
                           int64_t disp, uint16_t flags)
{
    esp_type ty = import_type(m, t);
    unsigned bytes, done = 0, step;
    esp_ref sum = 0, piece;

    if (ty == TY_i1)
        return draft_op1(m->d, IR_trunc, TY_i1,
                         draft_load(m->d, TY_i8, address, disp, flags));
    if (!import_odd(t))
        return draft_load(m->d, ty, address, disp, flags);
    for (bytes = (import_odd(t) + 7) / 8; bytes; bytes -= step, done += step) {
        step = bytes >= 4 ? 4 : bytes >= 2 ? 2 : 1;
        piece = load_piece(m, ty, step, address, disp + done, flags);
        piece = draft_op2(m->d, IR_shl, piece,
                          draft_const(m->d, ty, done * 8));
        sum = sum ? draft_op2(m->d, IR_or, sum, piece) : piece;
    }
    return import_wrap(m, t, sum);
}

void import_store_scalar(import *m, LLVMTypeRef t, esp_ref value,
                         esp_ref address, int64_t disp, uint16_t flags)
{
    esp_type ty = draft_type(m->d, value);
    unsigned bytes, done = 0, step;
    esp_ref piece;

    if (ty == TY_i1)
        value = draft_op1(m->d, IR_zext, TY_i8, value);
    if (!import_odd(t)) {
        draft_store(m->d, address, value, disp, flags);
        return;
    }
    for (bytes = (import_odd(t) + 7) / 8; bytes; bytes -= step, done += step) {
        step = bytes >= 4 ? 4 : bytes >= 2 ? 2 : 1;
        piece = draft_op2(m->d, IR_lshr, value,
                          draft_const(m->d, ty, done * 8));
        piece = draft_op1(m->d, IR_trunc, step == 4 ? TY_i32
                                        : step == 2 ? TY_i16 : TY_i8, piece);
        draft_store(m->d, address, piece, disp + done, flags);
    }
}

/* Volatile and atomic accesses: acquire and release are what x86 does anyway
 * and what the flag asks of AArch64; sequentially consistent stores are not. */
static uint16_t access_flags(import *m, LLVMValueRef inst)
{
    uint16_t flags = 0;

    if (LLVMGetVolatile(inst))
        flags |= INS_VOLATILE;
    switch (LLVMGetOrdering(inst)) {
    case LLVMAtomicOrderingNotAtomic:
        break;
    case LLVMAtomicOrderingUnordered: case LLVMAtomicOrderingMonotonic:
        flags |= INS_VOLATILE;
        break;
    case LLVMAtomicOrderingSequentiallyConsistent:
        if (LLVMGetInstructionOpcode(inst) == LLVMStore)
            import_refuse(m, "sequentially consistent store");
        /* fall through */
    default:
        flags |= INS_VOLATILE | INS_ORDERED;
    }
    return flags;
}

static void import_load(import *m, LLVMValueRef inst)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    esp_ref parts[IMPORT_MAX_LEAVES];
    unsigned n = import_flatten(m, LLVMTypeOf(inst), leaves);
    esp_ref from = import_value(m, LLVMGetOperand(inst, 0));
    uint16_t flags = access_flags(m, inst) |
                     import_marks(LLVMGetOperand(inst, 0));

    for (unsigned k = 0; k < n && !m->reason; k++)
        parts[k] = import_load_scalar(m, leaves[k].type, from,
                                      (int64_t)leaves[k].offset, flags);
    if (!m->reason)
        import_define(m, inst, parts, n);
}

static void import_store(import *m, LLVMValueRef inst)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    LLVMValueRef what = LLVMGetOperand(inst, 0);
    unsigned n = import_flatten(m, LLVMTypeOf(what), leaves);
    esp_ref to = import_value(m, LLVMGetOperand(inst, 1));
    uint16_t flags = access_flags(m, inst) |
                     (import_marks(LLVMGetOperand(inst, 1)) & INS_ELEMENT);
    import_many parts = import_values(m, what);

    for (unsigned k = 0; k < n && !m->reason; k++)
        import_store_scalar(m, leaves[k].type, parts.at[k], to,
                            (int64_t)leaves[k].offset, flags);
}

static void import_alloca(import *m, LLVMValueRef inst)
{
    LLVMTypeRef t = LLVMGetAllocatedType(inst);
    LLVMValueRef count = LLVMGetOperand(inst, 0);
    uint64_t size = LLVMABISizeOfType(m->m->layout, t);
    unsigned align = LLVMGetAlignment(inst);

    if (!LLVMIsAConstantInt(count)) {
        import_refuse(m, "array of variable length");
        return;
    }
    size *= LLVMConstIntGetZExtValue(count);
    if (size >= (uint64_t)1 << 31) {
        import_refuse(m, "very large local variable");
        return;
    }
    import_define1(m, inst,
                   draft_emit(m->d, (esp_ins){ .op = IR_alloca, .ty = TY_i64,
                                               .a = (uint32_t)size,
                                               .b = align ? align : 16 }));
}

/* ---- arithmetic -------------------------------------------------------- */

static const uint8_t binary_op[] = {
    [LLVMAdd] = IR_add, [LLVMSub] = IR_sub, [LLVMMul] = IR_mul,
    [LLVMSDiv] = IR_sdiv, [LLVMUDiv] = IR_udiv, [LLVMSRem] = IR_srem,
    [LLVMURem] = IR_urem, [LLVMAnd] = IR_and, [LLVMOr] = IR_or,
    [LLVMXor] = IR_xor, [LLVMShl] = IR_shl, [LLVMLShr] = IR_lshr,
    [LLVMAShr] = IR_ashr, [LLVMFAdd] = IR_fadd, [LLVMFSub] = IR_fsub,
    [LLVMFMul] = IR_fmul, [LLVMFDiv] = IR_fdiv
};

/* On single bits a sum is an exclusive or, and so on. */
static esp_op bit_op(esp_op op)
{
    switch (op) {
    case IR_add: case IR_sub: return IR_xor;
    case IR_mul: return IR_and;
    case IR_and: case IR_or: case IR_xor: return op;
    default: return IR_none;
    }
}

static void import_binary(import *m, LLVMValueRef inst)
{
    LLVMTypeRef t = LLVMTypeOf(inst);
    esp_op op = binary_op[LLVMGetInstructionOpcode(inst)];
    esp_ref a = import_value(m, LLVMGetOperand(inst, 0));
    esp_ref b = import_value(m, LLVMGetOperand(inst, 1));

    if (m->reason)
        return;
    if (import_type(m, t) == TY_i1 && !(op = bit_op(op))) {
        import_refuse(m, "arithmetic on single bits");
        return;
    }
    if (op == IR_sdiv || op == IR_srem || op == IR_ashr)
        a = import_signed(m, t, a);
    if (op == IR_sdiv || op == IR_srem)
        b = import_signed(m, t, b);
    import_define1(m, inst, import_wrap(m, t, draft_op2(m->d, op, a, b)));
}

static void import_remainder(import *m, LLVMValueRef inst)
{
    esp_ref args[2] = { import_value(m, LLVMGetOperand(inst, 0)),
                        import_value(m, LLVMGetOperand(inst, 1)) };
    uint8_t ty = import_type(m, LLVMTypeOf(inst));
    esp_sig sig = { .nargs = 2, .nresults = 1, .arg = { ty, ty },
                    .result = { ty } };

    if (!m->reason)
        import_library_call(m, inst, ty == TY_f32 ? "fmodf" : "fmod", &sig,
                            args);
}

static void import_compare(import *m, LLVMValueRef inst)
{
    static const struct { uint8_t op; bool exchange, is_signed; } how[] = {
        [LLVMIntEQ] = { IR_eq, false, false },
        [LLVMIntNE] = { IR_ne, false, false },
        [LLVMIntUGT] = { IR_ult, true, false },
        [LLVMIntUGE] = { IR_ule, true, false },
        [LLVMIntULT] = { IR_ult, false, false },
        [LLVMIntULE] = { IR_ule, false, false },
        [LLVMIntSGT] = { IR_slt, true, true },
        [LLVMIntSGE] = { IR_sle, true, true },
        [LLVMIntSLT] = { IR_slt, false, true },
        [LLVMIntSLE] = { IR_sle, false, true }
    };
    LLVMTypeRef t = LLVMTypeOf(LLVMGetOperand(inst, 0));
    LLVMIntPredicate p = LLVMGetICmpPredicate(inst);
    esp_ref a = import_value(m, LLVMGetOperand(inst, 0));
    esp_ref b = import_value(m, LLVMGetOperand(inst, 1)), swap = a;

    if (m->reason)
        return;
    if (draft_type(m->d, a) == TY_i1) {
        /* bits are compared as bytes 0 and 1, signed ones as 0 and -1 */
        a = draft_op1(m->d, how[p].is_signed ? IR_sext : IR_zext, TY_i8, a);
        b = draft_op1(m->d, how[p].is_signed ? IR_sext : IR_zext, TY_i8, b);
    }
    if (how[p].is_signed) {
        a = import_signed(m, t, a);
        b = import_signed(m, t, b);
    }
    if (how[p].exchange) {
        swap = a;
        a = b;
        b = swap;
    }
    import_define1(m, inst, draft_op2(m->d, how[p].op, a, b));
}

static esp_ref not(import *m, esp_ref r)
{
    return draft_op2(m->d, IR_xor, r, draft_const(m->d, TY_i1, 1));
}

static esp_ref ordered(import *m, esp_ref a, esp_ref b)
{
    return draft_op2(m->d, IR_and, draft_op2(m->d, IR_feq, a, a),
                     draft_op2(m->d, IR_feq, b, b));
}

/* The unordered predicates are the opposites of ordered ones. */
static esp_ref float_compare(import *m, LLVMRealPredicate p,
                             esp_ref a, esp_ref b)
{
    draft *d = m->d;

    switch (p) {
    case LLVMRealOEQ: return draft_op2(d, IR_feq, a, b);
    case LLVMRealOGT: return draft_op2(d, IR_flt, b, a);
    case LLVMRealOGE: return draft_op2(d, IR_fle, b, a);
    case LLVMRealOLT: return draft_op2(d, IR_flt, a, b);
    case LLVMRealOLE: return draft_op2(d, IR_fle, a, b);
    case LLVMRealONE: return draft_op2(d, IR_or, draft_op2(d, IR_flt, a, b),
                                       draft_op2(d, IR_flt, b, a));
    case LLVMRealORD: return ordered(m, a, b);
    case LLVMRealUNO: return not(m, ordered(m, a, b));
    case LLVMRealUEQ: return not(m, float_compare(m, LLVMRealONE, a, b));
    case LLVMRealUGT: return not(m, float_compare(m, LLVMRealOLE, a, b));
    case LLVMRealUGE: return not(m, float_compare(m, LLVMRealOLT, a, b));
    case LLVMRealULT: return not(m, float_compare(m, LLVMRealOGE, a, b));
    case LLVMRealULE: return not(m, float_compare(m, LLVMRealOGT, a, b));
    case LLVMRealUNE: return not(m, float_compare(m, LLVMRealOEQ, a, b));
    case LLVMRealPredicateTrue: return draft_const(d, TY_i1, 1);
    default: return draft_const(d, TY_i1, 0);
    }
}

static void import_convert(import *m, LLVMValueRef inst)
{
    LLVMTypeRef to = LLVMTypeOf(inst);
    LLVMValueRef what = LLVMGetOperand(inst, 0);
    LLVMTypeRef from = LLVMTypeOf(what);
    esp_type ty = import_type(m, to);
    esp_ref r = import_value(m, what);
    esp_op op;

    if (m->reason)
        return;
    switch (LLVMGetInstructionOpcode(inst)) {
    case LLVMTrunc:  op = IR_trunc; break;
    case LLVMZExt:   op = IR_zext; break;
    case LLVMSExt:   op = IR_sext; r = import_signed(m, from, r); break;
    case LLVMSIToFP: op = IR_sitofp; r = import_signed(m, from, r); break;
    case LLVMUIToFP: op = IR_uitofp; break;
    case LLVMFPToSI: op = IR_fptosi; break;
    case LLVMFPToUI: op = IR_fptoui; break;
    case LLVMFPExt:  op = IR_fpext; break;
    case LLVMFPTrunc: op = IR_fptrunc; break;
    case LLVMPtrToInt: op = IR_trunc; break;
    case LLVMIntToPtr: op = IR_zext; break;
    default:         op = IR_bitcast; break;
    }
    if (draft_type(m->d, r) == TY_i1 && (op == IR_sitofp || op == IR_uitofp))
        r = draft_op1(m->d, op == IR_sitofp ? IR_sext : IR_zext, TY_i32, r);
    if (ty == TY_i1 && (op == IR_fptosi || op == IR_fptoui))
        r = draft_op1(m->d, IR_fptosi, TY_i32, r), op = IR_trunc;
    if (op == IR_bitcast &&
        type_size[draft_type(m->d, r)] != type_size[ty]) {
        import_refuse(m, "bitcast of odd width");
        return;
    }
    r = draft_op1(m->d, op, ty, r);
    import_define1(m, inst, op == IR_zext || op == IR_uitofp
                                ? r : import_wrap(m, to, r));
}

static void import_select(import *m, LLVMValueRef inst)
{
    esp_ref parts[IMPORT_MAX_LEAVES];
    esp_ref cond = import_value(m, LLVMGetOperand(inst, 0));
    import_many a = import_values(m, LLVMGetOperand(inst, 1));
    import_many b = import_values(m, LLVMGetOperand(inst, 2));

    for (uint32_t k = 0; k < a.n && !m->reason; k++)
        parts[k] = draft_select(m->d, cond, a.at[k], b.at[k]);
    if (!m->reason)
        import_define(m, inst, parts, a.n);
}

/* ---- aggregates -------------------------------------------------------- */

/* How many scalars there are in front of element k of an aggregate. */
static unsigned scalars_before(import *m, LLVMTypeRef t, unsigned k)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    unsigned n = 0;

    if (LLVMGetTypeKind(t) == LLVMArrayTypeKind)
        return k * import_flatten(m, LLVMGetElementType(t), leaves);
    for (unsigned j = 0; j < k; j++)
        n += import_flatten(m, LLVMStructGetTypeAtIndex(t, j), leaves);
    return n;
}

static LLVMTypeRef element_type(LLVMTypeRef t, unsigned k)
{
    return LLVMGetTypeKind(t) == LLVMArrayTypeKind
               ? LLVMGetElementType(t) : LLVMStructGetTypeAtIndex(t, k);
}

/* Where in the scalars of t the path of an extractvalue or insertvalue leads,
 * and the type there. */
static unsigned path(import *m, LLVMValueRef inst, LLVMTypeRef *t)
{
    const unsigned *indices = LLVMGetIndices(inst);
    unsigned n = LLVMGetNumIndices(inst), at = 0;

    for (unsigned k = 0; k < n; k++) {
        at += scalars_before(m, *t, indices[k]);
        *t = element_type(*t, indices[k]);
    }
    return at;
}

static void import_extract(import *m, LLVMValueRef inst)
{
    LLVMValueRef from = LLVMGetOperand(inst, 0);
    LLVMTypeRef t = LLVMTypeOf(from);
    import_leaf leaves[IMPORT_MAX_LEAVES];
    esp_ref parts[IMPORT_MAX_LEAVES];
    import_many whole = import_values(m, from);
    unsigned at = path(m, inst, &t), n = import_flatten(m, t, leaves);

    if (m->reason)
        return;
    memcpy(parts, whole.at + at, n * sizeof *parts);
    import_define(m, inst, parts, n);
}

static void import_insert(import *m, LLVMValueRef inst)
{
    LLVMTypeRef t = LLVMTypeOf(inst);
    esp_ref parts[IMPORT_MAX_LEAVES];
    import_many whole = import_values(m, LLVMGetOperand(inst, 0)), part;
    unsigned at = path(m, inst, &t);

    if (m->reason)
        return;
    memcpy(parts, whole.at, whole.n * sizeof *parts);
    part = import_values(m, LLVMGetOperand(inst, 1));
    if (part.n)
        memcpy(parts + at, part.at, part.n * sizeof *parts);
    import_define(m, inst, parts, whole.n);
}

/* ---- pairs of floats --------------------------------------------------- */

/* The bit at which element i of a pair starts. */
static esp_ref pair_shift(import *m, LLVMValueRef i)
{
    esp_ref r = draft_op1(m->d, IR_zext, TY_i64, import_value(m, i));

    return draft_op2(m->d, IR_shl, r, draft_const(m->d, TY_i64, 5));
}

static void import_pair_get(import *m, LLVMValueRef inst)
{
    esp_ref pair = import_value(m, LLVMGetOperand(inst, 0));
    esp_ref n = pair_shift(m, LLVMGetOperand(inst, 1));

    if (m->reason)
        return;
    pair = draft_op1(m->d, IR_bitcast, TY_i64, pair);
    pair = draft_op1(m->d, IR_trunc, TY_i32,
                     draft_op2(m->d, IR_lshr, pair, n));
    import_define1(m, inst, draft_op1(m->d, IR_bitcast, TY_f32, pair));
}

static void import_pair_set(import *m, LLVMValueRef inst)
{
    draft *d = m->d;
    esp_ref pair = import_value(m, LLVMGetOperand(inst, 0));
    esp_ref value = import_value(m, LLVMGetOperand(inst, 1));
    esp_ref n = pair_shift(m, LLVMGetOperand(inst, 2)), mask;

    if (m->reason)
        return;
    mask = draft_op2(d, IR_shl, draft_const(d, TY_i64, UINT32_MAX), n);
    mask = draft_op2(d, IR_xor, mask, draft_const(d, TY_i64, UINT64_MAX));
    pair = draft_op1(d, IR_bitcast, TY_i64, pair);
    pair = draft_op2(d, IR_and, pair, mask);
    value = draft_op1(d, IR_bitcast, TY_i32, value);
    value = draft_op1(d, IR_zext, TY_i64, value);
    value = draft_op2(d, IR_shl, value, n);
    pair = draft_op2(d, IR_or, pair, value);
    import_define1(m, inst, draft_op1(d, IR_bitcast, TY_f64, pair));
}

/* Each element is one of the four of two pairs. */
static void import_pair_shuffle(import *m, LLVMValueRef inst)
{
    draft *d = m->d;
    esp_ref from[2], sum = draft_const(d, TY_i64, 0);

    if (!import_is_pair(LLVMTypeOf(inst)) ||
        !import_is_pair(LLVMTypeOf(LLVMGetOperand(inst, 0)))) {
        import_refuse(m, "vector");
        return;
    }
    for (unsigned k = 0; k < 2; k++)
        from[k] = draft_op1(d, IR_bitcast, TY_i64,
                            import_value(m, LLVMGetOperand(inst, k)));
    for (unsigned k = 0; k < 2; k++) {
        int i = LLVMGetMaskValue(inst, k);
        esp_ref half;

        if (i == LLVMGetUndefMaskElem())
            continue;
        half = draft_op2(d, IR_lshr, from[i / 2],
                         draft_const(d, TY_i64, i % 2 * 32));
        half = draft_op2(d, IR_and, half,
                         draft_const(d, TY_i64, UINT32_MAX));
        half = draft_op2(d, IR_shl, half, draft_const(d, TY_i64, k * 32));
        sum = draft_op2(d, IR_or, sum, half);
    }
    import_define1(m, inst, draft_op1(d, IR_bitcast, TY_f64, sum));
}

/* ---- control flow ------------------------------------------------------ */

static void terminate(import *m, esp_op op, esp_ref a, esp_ref b)
{
    draft_emit(m->d, (esp_ins){ .op = op, .ty = TY_void, .a = a, .b = b });
}

static draft_edge *edge(import *m, LLVMBasicBlockRef to)
{
    const import_pair *p = import_map_get(&m->blocks, to);

    return draft_add_edge(m->d, p->at);
}

static void import_branch(import *m, LLVMValueRef inst)
{
    if (LLVMIsConditional(inst))
        terminate(m, IR_br, import_value(m, LLVMGetCondition(inst)), 0);
    else
        terminate(m, IR_jump, 0, 0);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(inst); k++)
        edge(m, LLVMGetSuccessor(inst, k));
}

/* The operands of a switch: what, default, then cases and their blocks. */
static void import_switch(import *m, LLVMValueRef inst)
{
    unsigned n = LLVMGetNumSuccessors(inst);
    esp_ref what = import_value(m, LLVMGetOperand(inst, 0));

    if (m->reason)
        return;
    if (draft_type(m->d, what) == TY_i1)
        what = draft_op1(m->d, IR_zext, TY_i8, what);
    terminate(m, IR_switch, what, 0);
    for (unsigned k = 1; k < n; k++) {
        LLVMValueRef value = LLVMGetOperand(inst, k * 2);

        edge(m, LLVMGetSuccessor(inst, k))->value =
            LLVMConstIntGetZExtValue(value);
    }
    edge(m, LLVMGetSwitchDefaultDest(inst));
}

static void import_return(import *m, LLVMValueRef inst)
{
    import_many parts = { NULL, 0 };

    if (LLVMGetNumOperands(inst))
        parts = import_values(m, LLVMGetOperand(inst, 0));
    if (!m->reason)
        terminate(m, IR_ret, parts.n > 0 ? parts.at[0] : 0,
                  parts.n > 1 ? parts.at[1] : 0);
}

static void import_phi(import *m, LLVMValueRef inst)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    esp_ref parts[IMPORT_MAX_LEAVES];
    unsigned n = import_flatten(m, LLVMTypeOf(inst), leaves);

    for (unsigned k = 0; k < n && !m->reason; k++)
        parts[k] = draft_param(m->d, m->d->block,
                               import_type(m, leaves[k].type));
    if (!m->reason)
        import_define(m, inst, parts, n);
}

static void import_freeze(import *m, LLVMValueRef inst)
{
    import_many parts = import_values(m, LLVMGetOperand(inst, 0));

    /* import_define may move m->scalars, which parts may be in */
    esp_ref copy[IMPORT_MAX_LEAVES];

    if (m->reason)
        return;
    memcpy(copy, parts.at, parts.n * sizeof *copy);
    import_define(m, inst, copy, parts.n);
}

static void set_line(import *m, LLVMValueRef inst)
{
    LLVMMetadataRef where = LLVMInstructionGetDebugLoc(inst), file;
    const char *name;
    unsigned n;

    m->d->line = 0;
    m->d->line_file = m->d->file;
    if (!where)
        return;
    m->d->line = LLVMDILocationGetLine(where);
    file = LLVMDIScopeGetFile(LLVMDILocationGetScope(where));
    name = file ? LLVMDIFileGetFilename(file, &n) : NULL;
    if (name)
        m->d->line_file = write_string(m->m->w, name, n);
}

/* Pairs of floats are moved about, nothing else. */
static void refuse_vectors(import *m, LLVMValueRef inst)
{
    switch (LLVMGetInstructionOpcode(inst)) {
    case LLVMRet: case LLVMPHI: case LLVMCall: case LLVMLoad: case LLVMStore:
    case LLVMSelect: case LLVMFreeze: case LLVMExtractElement:
    case LLVMInsertElement: case LLVMShuffleVector: case LLVMExtractValue:
    case LLVMBitCast:
        return;
    default:
        if (LLVMGetTypeKind(LLVMTypeOf(inst)) == LLVMVectorTypeKind)
            import_refuse(m, "vector");
    }
}

static void import_instruction(import *m, LLVMValueRef inst)
{
    LLVMOpcode op = LLVMGetInstructionOpcode(inst);
    esp_ref a, b;

    set_line(m, inst);
    refuse_vectors(m, inst);
    switch (op) {
    case LLVMRet:    import_return(m, inst); break;
    case LLVMBr:     import_branch(m, inst); break;
    case LLVMSwitch: import_switch(m, inst); break;
    case LLVMUnreachable: terminate(m, IR_unreachable, 0, 0); break;
    case LLVMPHI:    import_phi(m, inst); break;
    case LLVMCall:   import_call(m, inst); break;
    case LLVMLoad:   import_load(m, inst); break;
    case LLVMStore:  import_store(m, inst); break;
    case LLVMAlloca: import_alloca(m, inst); break;
    case LLVMSelect: import_select(m, inst); break;
    case LLVMFreeze: import_freeze(m, inst); break;
    case LLVMICmp:   import_compare(m, inst); break;
    case LLVMExtractValue: import_extract(m, inst); break;
    case LLVMInsertValue: import_insert(m, inst); break;
    case LLVMExtractElement: import_pair_get(m, inst); break;
    case LLVMInsertElement: import_pair_set(m, inst); break;
    case LLVMShuffleVector: import_pair_shuffle(m, inst); break;
    case LLVMGetElementPtr:
        import_define1(m, inst, import_address(m, inst));
        break;
    case LLVMFNeg:
        a = import_value(m, LLVMGetOperand(inst, 0));
        import_define1(m, inst, draft_op1(m->d, IR_fneg,
                                          draft_type(m->d, a), a));
        break;
    case LLVMFCmp:
        a = import_value(m, LLVMGetOperand(inst, 0));
        b = import_value(m, LLVMGetOperand(inst, 1));
        import_define1(m, inst,
                       float_compare(m, LLVMGetFCmpPredicate(inst), a, b));
        break;
    case LLVMAdd: case LLVMSub: case LLVMMul: case LLVMSDiv: case LLVMUDiv:
    case LLVMSRem: case LLVMURem: case LLVMAnd: case LLVMOr: case LLVMXor:
    case LLVMShl: case LLVMLShr: case LLVMAShr: case LLVMFAdd: case LLVMFSub:
    case LLVMFMul: case LLVMFDiv:
        import_binary(m, inst);
        break;
    case LLVMTrunc: case LLVMZExt: case LLVMSExt: case LLVMFPToSI:
    case LLVMFPToUI: case LLVMSIToFP: case LLVMUIToFP: case LLVMFPExt:
    case LLVMFPTrunc: case LLVMPtrToInt: case LLVMIntToPtr: case LLVMBitCast:
        import_convert(m, inst);
        break;
    case LLVMIndirectBr: import_refuse(m, "computed goto"); break;
    case LLVMAtomicRMW: case LLVMAtomicCmpXchg: case LLVMFence:
        import_refuse(m, "atomic operation");
        break;
    case LLVMVAArg:  import_refuse(m, "variable arguments"); break;
    case LLVMFRem:   import_remainder(m, inst); break;
    default:         import_refuse(m, "unknown instruction %u", op); break;
    }
}

/* ---- functions --------------------------------------------------------- */

/* Blocks in an order in which definitions come before uses, except in phis:
 * reverse post-order, as far as blocks are reached at all. */
typedef struct walk {
    import *m;
    VEC(LLVMBasicBlockRef) done;
} walk;

static void visit_blocks(walk *w)
{
    typedef struct open { LLVMBasicBlockRef block; unsigned next; } open;
    VEC(open) stack = { 0 };
    LLVMBasicBlockRef b = LLVMGetEntryBasicBlock(w->m->fn);

    import_map_put(w->m->a, &w->m->blocks, (import_pair){ b, 0, 0 });
    VEC_PUSH(w->m->a, &stack, ((open){ b, 0 }));
    while (stack.n) {
        open *o = &stack.at[stack.n - 1];
        LLVMValueRef t = LLVMGetBasicBlockTerminator(o->block);

        if (o->next == LLVMGetNumSuccessors(t)) {
            VEC_PUSH(w->m->a, &w->done, o->block);
            stack.n--;
            continue;
        }
        b = LLVMGetSuccessor(t, o->next++);
        if (import_map_get(&w->m->blocks, b))
            continue;
        import_map_put(w->m->a, &w->m->blocks, (import_pair){ b, 0, 0 });
        VEC_PUSH(w->m->a, &stack, ((open){ b, 0 }));
    }
}

/* Numbers the blocks in the order of the walk. */
static void add_blocks(walk *w)
{
    for (uint32_t k = w->done.n; k-- > 0;)
        import_map_put(w->m->a, &w->m->blocks,
                (import_pair){ w->done.at[k], draft_add_block(w->m->d), 0 });
}

/* What a phi gets when control comes from this block. */
static LLVMValueRef incoming(LLVMValueRef phi, LLVMBasicBlockRef from)
{
    unsigned n = LLVMCountIncoming(phi);

    for (unsigned k = 0; k < n; k++)
        if (LLVMGetIncomingBlock(phi, k) == from)
            return LLVMGetIncomingValue(phi, k);
    return NULL;
}

static void add_args(import *m, LLVMBasicBlockRef from, unsigned k)
{
    LLVMValueRef t = LLVMGetBasicBlockTerminator(from), i;
    const import_pair *p = import_map_get(&m->blocks, from);
    draft_edge *e = &m->d->blocks.at[p->at].edges.at[k];
    /* the default of a switch is its first successor and our last edge */
    bool is_switch = LLVMIsASwitchInst(t) != NULL;
    unsigned n = LLVMGetNumSuccessors(t);
    unsigned successor = !is_switch ? k : k == n - 1 ? 0 : k + 1;

    i = LLVMGetFirstInstruction(LLVMGetSuccessor(t, successor));
    for (; i && LLVMIsAPHINode(i); i = LLVMGetNextInstruction(i)) {
        import_many parts = import_values(m, incoming(i, from));

        for (uint32_t j = 0; j < parts.n && !m->reason; j++)
            VEC_PUSH(m->a, &e->args, parts.at[j]);
    }
}

static void import_body(import *m)
{
    walk w = { .m = m };

    visit_blocks(&w);
    add_blocks(&w);
    import_params(m);
    for (uint32_t k = w.done.n; k-- > 0 && !m->reason;) {
        LLVMValueRef i = LLVMGetFirstInstruction(w.done.at[k]);

        m->d->block = w.done.n - 1 - k;
        for (; i && !m->reason; i = LLVMGetNextInstruction(i))
            import_instruction(m, i);
    }
    for (uint32_t k = 0; k < w.done.n && !m->reason; k++) {
        const import_pair *p = import_map_get(&m->blocks, w.done.at[k]);
        uint32_t n = m->d->blocks.at[p->at].edges.n;

        for (uint32_t e = 0; e < n && !m->reason; e++)
            add_args(m, w.done.at[k], e);
    }
}

static void set_file(import *m)
{
    LLVMMetadataRef sub = LLVMGetSubprogram(m->fn);
    LLVMMetadataRef file = sub ? LLVMDIScopeGetFile(sub) : NULL;
    unsigned n = 0;
    size_t length;
    const char *name = file ? LLVMDIFileGetFilename(file, &n) : NULL;

    if (name) {
        m->d->file = write_string(m->m->w, name, n);
    } else {
        name = LLVMGetSourceFileName(m->m->module, &length);
        m->d->file = write_string(m->m->w, name, length);
    }
    m->d->line_file = m->d->file;
}

draft *import_function(importer *im, LLVMValueRef fn, esp_arena *a,
                       const char **reason)
{
    import m = { .m = im, .d = draft_new(a), .a = a, .fn = fn };

    set_file(&m);
    if (LLVMIsFunctionVarArg(LLVMGlobalGetValueType(fn)))
        import_refuse(&m, "variable arguments");
    if (LLVMGetLinkage(fn) == LLVMWeakAnyLinkage ||
        LLVMGetLinkage(fn) == LLVMLinkOnceAnyLinkage)
        import_refuse(&m, "weak: another definition may take its place");
    if (!m.reason)
        import_body(&m);
    *reason = m.reason;
    return m.reason ? NULL : m.d;
}
