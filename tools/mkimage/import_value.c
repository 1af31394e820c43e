/*
 * Importing values: symbols, types, constants, and what LLVM's values are in
 * the draft.
 */
#include "tools/mkimage/import.h"

#include <llvm/Config/llvm-config.h>

#include <stdio.h>
#include <string.h>

/* ---- maps -------------------------------------------------------------- */

static import_pair *map_place(const import_map *t, const void *key)
{
    uint32_t h = (uint32_t)((uintptr_t)key >> 4) * 2654435761u;

    for (h &= t->cap - 1; t->pair[h].key && t->pair[h].key != key;)
        h = (h + 1) & (t->cap - 1);
    return &t->pair[h];
}

const import_pair *import_map_get(const import_map *t, const void *key)
{
    const import_pair *p = t->cap ? map_place(t, key) : NULL;

    return p && p->key ? p : NULL;
}

void import_map_put(esp_arena *a, import_map *t, import_pair new)
{
    import_pair *p;

    if (t->n * 2 >= t->cap) {
        import_map bigger = { .cap = t->cap ? t->cap * 2 : 64, .n = t->n };

        bigger.pair = ARENA_ARRAY(a, import_pair, bigger.cap);
        for (uint32_t k = 0; k < t->cap; k++)
            if (t->pair[k].key)
                *map_place(&bigger, t->pair[k].key) = t->pair[k];
        *t = bigger;
    }
    p = map_place(t, new.key);
    t->n += !p->key;
    *p = new;
}

uint32_t import_refuse(import *m, const char *format, ...)
{
    char text[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!m->reason)
        m->reason = arena_strdup(m->a, text);
    return 0;
}

/* ---- symbols ----------------------------------------------------------- */

uint32_t import_symbol(importer *m, LLVMValueRef global)
{
    const import_pair *known = import_map_get(&m->symbol_of, global);
    unsigned flags = 0;
    uint64_t size = 0;
    size_t n;

    if (known)
        return known->at;
    if (LLVMIsAFunction(global)) {
        flags = IMAGE_FUNCTION;
    } else if (LLVMIsAGlobalVariable(global)) {
        if (!LLVMIsDeclaration(global)) {
            size = LLVMABISizeOfType(m->layout, LLVMGlobalGetValueType(global));
            if (LLVMIsGlobalConstant(global))
                flags = IMAGE_CONSTANT;
        }
    }
    import_map_put(&m->w->arena, &m->symbol_of,
            (import_pair){ .key = global, .at = m->symbols.n });
    VEC_PUSH(&m->w->arena, &m->symbols, global);
    return write_symbol(m->w, LLVMGetValueName2(global, &n), flags, size);
}

/* ---- types ------------------------------------------------------------- */

static const char *type_kind_name(LLVMTypeKind kind)
{
    switch (kind) {
    case LLVMX86_FP80TypeKind: case LLVMFP128TypeKind:
    case LLVMPPC_FP128TypeKind:
        return "long double";
    case LLVMVectorTypeKind: case LLVMScalableVectorTypeKind:
        return "vector";
    case LLVMHalfTypeKind: case LLVMBFloatTypeKind:
        return "half-precision number";
    default:
        return "unknown type";
    }
}

/* How x86-64 passes a struct of two floats: in one register, which is a
 * double's here.  The only vector that is not one in the source. */
bool import_is_pair(LLVMTypeRef t)
{
    return LLVMGetTypeKind(t) == LLVMVectorTypeKind &&
           LLVMGetVectorSize(t) == 2 &&
           LLVMGetTypeKind(LLVMGetElementType(t)) == LLVMFloatTypeKind;
}

esp_type import_type(import *m, LLVMTypeRef t)
{
    LLVMTypeKind kind = LLVMGetTypeKind(t);
    unsigned w;

    switch (kind) {
    case LLVMVoidTypeKind:
        return TY_void;
    case LLVMFloatTypeKind:
        return TY_f32;
    case LLVMDoubleTypeKind:
        return TY_f64;
    case LLVMPointerTypeKind:
        if (LLVMGetPointerAddressSpace(t))
            import_refuse(m, "address space");
        return TY_i64;
    case LLVMIntegerTypeKind:
        w = LLVMGetIntTypeWidth(t);
        if (w > 64)
            import_refuse(m, "%u-bit integer", w);
        return w == 1 ? TY_i1 : w <= 8 ? TY_i8 : w <= 16 ? TY_i16
             : w <= 32 ? TY_i32 : TY_i64;
    default:
        if (!import_is_pair(t))
            import_refuse(m, "%s", type_kind_name(kind));
        return TY_f64;
    }
}

static unsigned flatten(import *m, LLVMTypeRef t, uint64_t offset,
                        import_leaf *leaves, unsigned n)
{
    unsigned count;
    uint64_t size;

    switch (LLVMGetTypeKind(t)) {
    case LLVMVoidTypeKind:
        return n;
    case LLVMStructTypeKind:
        count = LLVMCountStructElementTypes(t);
        for (unsigned k = 0; k < count; k++)
            n = flatten(m, LLVMStructGetTypeAtIndex(t, k),
                        offset + LLVMOffsetOfElement(m->m->layout, t, k),
                        leaves, n);
        return n;
    case LLVMArrayTypeKind:
        count = LLVMGetArrayLength(t);
        size = LLVMABISizeOfType(m->m->layout, LLVMGetElementType(t));
        if (count > IMPORT_MAX_LEAVES)
            return import_refuse(m, "large array in a register");
        for (unsigned k = 0; k < count; k++)
            n = flatten(m, LLVMGetElementType(t), offset + k * size,
                        leaves, n);
        return n;
    default:
        if (n == IMPORT_MAX_LEAVES)
            return import_refuse(m, "large struct in a register");
        leaves[n] = (import_leaf){ t, offset };
        return n + 1;
    }
}

unsigned import_flatten(import *m, LLVMTypeRef t, import_leaf *leaves)
{
    return flatten(m, t, 0, leaves, 0);
}

unsigned import_odd(LLVMTypeRef t)
{
    unsigned w;

    if (LLVMGetTypeKind(t) != LLVMIntegerTypeKind)
        return 0;
    w = LLVMGetIntTypeWidth(t);
    return w == 1 || w == 8 || w == 16 || w == 32 || w >= 64 ? 0 : w;
}

esp_ref import_wrap(import *m, LLVMTypeRef t, esp_ref r)
{
    unsigned w = import_odd(t);

    if (!w)
        return r;
    return draft_op2(m->d, IR_and, r,
                     draft_const(m->d, draft_type(m->d, r),
                                 ((uint64_t)1 << w) - 1));
}

esp_ref import_signed(import *m, LLVMTypeRef t, esp_ref r)
{
    unsigned w = import_odd(t);
    esp_type ty = draft_type(m->d, r);
    esp_ref n;

    if (!w)
        return r;
    n = draft_const(m->d, ty, type_size[ty] * 8 - w);
    return draft_op2(m->d, IR_ashr, draft_op2(m->d, IR_shl, r, n), n);
}

/* ---- constants --------------------------------------------------------- */

/* LLVMGetAggregateElement came with LLVM 15, with which the other went. */
static LLVMValueRef array_element(LLVMValueRef v, unsigned k)
{
#if LLVM_VERSION_MAJOR >= 15
    return LLVMGetAggregateElement(v, k);
#else
    return LLVMGetElementAsConstant(v, k);
#endif
}

static esp_ref zero(import *m, LLVMTypeRef t)
{
    return draft_const(m->d, import_type(m, t), 0);
}

static esp_ref const_float(import *m, LLVMValueRef v)
{
    LLVMBool loses;
    double x = LLVMConstRealGetDouble(v, &loses);
    float f = (float)x;
    uint64_t wide = 0;

    if (LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMFloatTypeKind) {
        memcpy(&wide, &f, sizeof f);
        return draft_const(m->d, TY_f32, wide);
    }
    memcpy(&wide, &x, sizeof x);
    return draft_const(m->d, TY_f64, wide);
}

/* x + c => x, and c goes to the offset */
static esp_ref without_offset(import *m, esp_ref base, uint64_t *offset)
{
    const esp_ins *i = draft_at(m->d, base), *c = draft_at(m->d, i->b);

    if (i->op != IR_add || c->op != IR_const || c->c)
        return base;
    *offset += c->a | (uint64_t)c->b << 32;
    return i->a;
}

/* base + offset of a getelementptr, instruction or constant alike.  Constants
 * are added last, so that they end up in the displacements of loads. */
esp_ref import_address(import *m, LLVMValueRef gep)
{
    LLVMTargetDataRef layout = m->m->layout;
    LLVMTypeRef t = LLVMGetGEPSourceElementType(gep);
    esp_ref base = import_value(m, LLVMGetOperand(gep, 0)), index;
    unsigned n = (unsigned)LLVMGetNumOperands(gep);
    uint64_t offset = 0, size;

    for (unsigned k = 1; k < n; k++) {
        LLVMValueRef i = LLVMGetOperand(gep, k);

        if (k > 1 && LLVMGetTypeKind(t) == LLVMStructTypeKind) {
            unsigned field = (unsigned)LLVMConstIntGetZExtValue(i);

            offset += LLVMOffsetOfElement(layout, t, field);
            t = LLVMStructGetTypeAtIndex(t, field);
            continue;
        }
        if (k > 1)
            t = LLVMGetElementType(t);
        size = LLVMABISizeOfType(layout, t);
        index = draft_op1(m->d, IR_sext, TY_i64, import_value(m, i));
        index = size & (size - 1)
            ? draft_op2(m->d, IR_mul, index, draft_const(m->d, TY_i64, size))
            : draft_op2(m->d, IR_shl, index,
                        draft_const(m->d, TY_i64,
                                    size ? __builtin_ctzll(size) : 64));
        if (draft_at(m->d, index)->op != IR_const)
            base = without_offset(m, base, &offset);
        base = draft_op2(m->d, IR_add, base, index);
    }
    return draft_op2(m->d, IR_add, base, draft_const(m->d, TY_i64, offset));
}

/* Only what comes to symbol + number; everything else is rare enough. */
static esp_ref const_expr(import *m, LLVMValueRef v)
{
    esp_ref r;

    switch (LLVMGetConstOpcode(v)) {
    case LLVMGetElementPtr:
        r = import_address(m, v);
        break;
    case LLVMBitCast: case LLVMPtrToInt: case LLVMIntToPtr:
    case LLVMAddrSpaceCast:
        r = import_value(m, LLVMGetOperand(v, 0));
        if (draft_type(m->d, r) != import_type(m, LLVMTypeOf(v)))
            return import_refuse(m, "constant expression");
        break;
    case LLVMAdd: case LLVMSub:
        r = draft_op2(m->d, LLVMGetConstOpcode(v) == LLVMAdd ? IR_add : IR_sub,
                      import_value(m, LLVMGetOperand(v, 0)),
                      import_value(m, LLVMGetOperand(v, 1)));
        break;
    default:
        return import_refuse(m, "constant expression");
    }
    /* it may be needed on an edge, where no instruction can stand */
    return draft_at(m->d, r)->op == IR_const
               ? r : import_refuse(m, "constant expression");
}

static uint64_t float_bits(LLVMValueRef v)
{
    LLVMBool loses;
    uint32_t bits;
    float f = LLVMIsAConstantFP(v)
                  ? (float)LLVMConstRealGetDouble(v, &loses) : 0;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* Two floats in a double; what is undefined of them is 0. */
static esp_ref const_pair(import *m, LLVMValueRef v)
{
    LLVMValueRef at[2];

    for (unsigned k = 0; k < 2; k++)
        at[k] = LLVMIsAConstantDataVector(v) ? array_element(v, k)
                                             : LLVMGetOperand(v, k);
    return draft_const(m->d, TY_f64,
                       float_bits(at[0]) | float_bits(at[1]) << 32);
}

static esp_ref const_scalar(import *m, LLVMValueRef v)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    esp_type ty = import_type(m, t);

    if (m->reason)
        return 0;
    if (LLVMIsAConstantInt(v))
        return draft_const(m->d, ty, LLVMConstIntGetZExtValue(v));
    if (LLVMIsAConstantFP(v))
        return const_float(m, v);
    if (LLVMIsUndef(v) || LLVMIsPoison(v) || LLVMIsNull(v))
        return zero(m, t);
    if (LLVMIsAGlobalValue(v)) {
        if (LLVMIsAGlobalVariable(v) && LLVMIsThreadLocal(v))
            return import_refuse(m, "thread-local variable");
        return draft_symbol(m->d, import_symbol(m->m, v), 0);
    }
    if (import_is_pair(t) &&
        (LLVMIsAConstantDataVector(v) || LLVMIsAConstantVector(v)))
        return const_pair(m, v);
    if (LLVMIsAConstantExpr(v))
        return const_expr(m, v);
    if (LLVMIsABlockAddress(v))
        return import_refuse(m, "address of a label");
    return import_refuse(m, "unknown constant");
}

static void const_parts(import *m, LLVMValueRef v, draft_refs *to)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    LLVMTypeKind kind = LLVMGetTypeKind(t);
    import_leaf leaves[IMPORT_MAX_LEAVES];
    unsigned n;

    if (kind != LLVMStructTypeKind && kind != LLVMArrayTypeKind) {
        VEC_PUSH(m->a, to, const_scalar(m, v));
        return;
    }
    n = import_flatten(m, t, leaves);
    if (LLVMIsUndef(v) || LLVMIsPoison(v) || LLVMIsNull(v)) {
        for (unsigned k = 0; k < n; k++)
            VEC_PUSH(m->a, to, zero(m, leaves[k].type));
        return;
    }
    if (LLVMIsAConstantDataArray(v)) {
        for (unsigned k = 0; k < n; k++)
            VEC_PUSH(m->a, to, const_scalar(m, array_element(v, k)));
        return;
    }
    n = (unsigned)LLVMGetNumOperands(v);
    for (unsigned k = 0; k < n; k++)
        const_parts(m, LLVMGetOperand(v, k), to);
}

/* ---- values ------------------------------------------------------------ */

void import_define(import *m, LLVMValueRef v, const esp_ref *at, uint32_t n)
{
    import_pair p = { v, m->scalars.n, n };

    for (uint32_t k = 0; k < n; k++)
        VEC_PUSH(m->a, &m->scalars, at[k]);
    import_map_put(m->a, &m->values, p);
}

void import_define1(import *m, LLVMValueRef v, esp_ref r)
{
    import_define(m, v, &r, 1);
}

import_many import_values(import *m, LLVMValueRef v)
{
    const import_pair *p = import_map_get(&m->values, v);
    draft_refs parts = { 0 };

    if (!p && LLVMIsConstant(v)) {
        const_parts(m, v, &parts);
        return (import_many){ parts.at, parts.n };
    }
    if (!p) {
        import_refuse(m, "unknown value");
        return (import_many){ NULL, 0 };
    }
    return (import_many){ m->scalars.at + p->at, p->n };
}

esp_ref import_value(import *m, LLVMValueRef v)
{
    import_many many = import_values(m, v);

    return many.n == 1 ? many.at[0] : import_refuse(m, "unknown value");
}
