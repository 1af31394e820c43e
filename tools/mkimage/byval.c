/*
 * Structs that x86-64 passes on the stack, as words.
 *
 * In LLVM such an argument is a pointer marked byval; the code generator makes
 * the copy.  The pointer keeps the variable behind it in memory, so that the
 * evaluator would see loads and stores where the source has values.  Hence,
 * before variables are made values:
 *
 *   - a call gets the words in place of the pointer, marked BYVAL_WORD;
 *   - a function copies its words, which BYVAL_PARAM stands for, into a
 *     variable that takes the place of the parameter.
 *
 * The functions' own types stay as they are; import_call.c knows what the
 * signatures come to.
 */
#include "tools/mkimage/byval.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lower {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMBuilderRef b;
} lower;

static unsigned kind(void)
{
    return LLVMGetEnumAttributeKindForName("byval", 5);
}

LLVMTypeRef byval_of_param(LLVMValueRef fn, unsigned index)
{
    LLVMAttributeRef a = LLVMGetEnumAttributeAtIndex(fn, index + 1, kind());

    return a ? LLVMGetTypeAttributeValue(a) : NULL;
}

LLVMTypeRef byval_of_arg(LLVMValueRef call, unsigned index)
{
    LLVMAttributeRef a = LLVMGetCallSiteEnumAttribute(call, index + 1, kind());

    return a ? LLVMGetTypeAttributeValue(a) : NULL;
}

unsigned byval_words(LLVMTargetDataRef layout, LLVMTypeRef t)
{
    return (unsigned)((LLVMABISizeOfType(layout, t) + 7) / 8);
}

/* The type of word k of a struct: the last may be shorter. */
static LLVMTypeRef word_type(const lower *l, LLVMTypeRef t, unsigned k)
{
    uint64_t left = LLVMABISizeOfType(l->layout, t) - k * 8;

    return LLVMIntTypeInContext(l->context,
                                left >= 8 ? 64 : (unsigned)left * 8);
}

static LLVMValueRef word_address(const lower *l, LLVMValueRef p, LLVMTypeRef w,
                                 unsigned k)
{
    LLVMTypeRef byte = LLVMInt8TypeInContext(l->context);
    LLVMValueRef at = LLVMConstInt(LLVMInt64TypeInContext(l->context),
                                   k * 8, 0);

    p = LLVMBuildBitCast(l->b, p, LLVMPointerType(byte, 0), "");
    p = LLVMBuildGEP2(l->b, byte, p, &at, 1, "");
    return LLVMBuildBitCast(l->b, p, LLVMPointerType(w, 0), "");
}

/* ---- calls ------------------------------------------------------------- */

typedef struct args {
    LLVMValueRef *value;
    LLVMTypeRef *type;
    int *from;                  /* index of the old argument; -1 for a word */
    unsigned n, fixed;
} args;

static void add_arg(args *a, LLVMValueRef v, int from)
{
    a->value[a->n] = v;
    a->type[a->n] = LLVMTypeOf(v);
    a->from[a->n++] = from;
}

static void add_words(const lower *l, args *a, LLVMValueRef p, LLVMTypeRef t)
{
    LLVMTypeRef full = LLVMInt64TypeInContext(l->context);

    for (unsigned k = 0; k < byval_words(l->layout, t); k++) {
        LLVMTypeRef w = word_type(l, t, k);
        LLVMValueRef v = LLVMBuildLoad2(l->b, w, word_address(l, p, w, k), "");

        add_arg(a, LLVMBuildZExt(l->b, v, full, ""), -1);
    }
}

static void copy_attributes(LLVMValueRef from, unsigned from_index,
                            LLVMValueRef to, unsigned to_index)
{
    unsigned n = LLVMGetCallSiteAttributeCount(from, from_index);
    LLVMAttributeRef *all = calloc(n + 1, sizeof *all);

    if (!all)
        return;
    LLVMGetCallSiteAttributes(from, from_index, all);
    for (unsigned k = 0; k < n; k++)
        LLVMAddCallSiteAttribute(to, to_index, all[k]);
    free(all);
}

static void finish_call(const lower *l, LLVMValueRef old, LLVMValueRef new,
                        const args *a)
{
    copy_attributes(old, LLVMAttributeFunctionIndex, new,
                    LLVMAttributeFunctionIndex);
    copy_attributes(old, LLVMAttributeReturnIndex, new,
                    LLVMAttributeReturnIndex);
    for (unsigned k = 0; k < a->n; k++) {
        if (a->from[k] >= 0)
            copy_attributes(old, (unsigned)a->from[k] + 1, new, k + 1);
        else
            LLVMAddCallSiteAttribute(
                new, k + 1,
                LLVMCreateStringAttribute(l->context, BYVAL_WORD,
                                          sizeof BYVAL_WORD - 1, "", 0));
    }
    LLVMReplaceAllUsesWith(old, new);
    LLVMInstructionEraseFromParent(old);
}

static void lower_call(const lower *l, LLVMValueRef call, unsigned room)
{
    LLVMTypeRef t = LLVMGetCalledFunctionType(call), new_type;
    unsigned n = LLVMGetNumArgOperands(call);
    args a = { calloc(room, sizeof *a.value), calloc(room, sizeof *a.type),
               calloc(room, sizeof *a.from), 0, 0 };
    LLVMValueRef callee = LLVMGetCalledValue(call), new;

    LLVMPositionBuilderBefore(l->b, call);
    for (unsigned k = 0; k < n && a.value && a.type && a.from; k++) {
        LLVMTypeRef byval = byval_of_arg(call, k);
        LLVMValueRef v = LLVMGetOperand(call, k);

        if (k == LLVMCountParamTypes(t))
            a.fixed = a.n;
        if (byval)
            add_words(l, &a, v, byval);
        else
            add_arg(&a, v, (int)k);
    }
    if (n == LLVMCountParamTypes(t))
        a.fixed = a.n;
    new_type = LLVMFunctionType(LLVMGetReturnType(t), a.type, a.fixed,
                                LLVMIsFunctionVarArg(t));
    callee = LLVMBuildBitCast(l->b, callee, LLVMPointerType(new_type, 0), "");
    new = LLVMBuildCall2(l->b, new_type, callee, a.value, a.n, "");
    finish_call(l, call, new, &a);
    free(a.value);
    free(a.type);
    free(a.from);
}

/* How many arguments a call has with its structs as words, or 0 if it has no
 * structs on the stack, or one that words would not align. */
static unsigned room_for(const lower *l, LLVMValueRef call)
{
    unsigned n = LLVMGetNumArgOperands(call), room = n;

    for (unsigned k = 0; k < n; k++) {
        LLVMTypeRef t = byval_of_arg(call, k);

        if (t && LLVMABIAlignmentOfType(l->layout, t) > 8)
            return 0;
        room += t ? byval_words(l->layout, t) : 0;
    }
    return room == n || LLVMIsTailCall(call) ? 0 : room;
}

/* ---- parameters -------------------------------------------------------- */

static LLVMValueRef word_function(const lower *l)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(l->context), in[2] = { i32, i32 };
    LLVMValueRef fn = LLVMGetNamedFunction(l->module, BYVAL_PARAM);

    if (fn)
        return fn;
    return LLVMAddFunction(l->module, BYVAL_PARAM,
                           LLVMFunctionType(LLVMInt64TypeInContext(l->context),
                                            in, 2, 0));
}

static void lower_param(const lower *l, LLVMValueRef fn, unsigned index)
{
    LLVMTypeRef t = byval_of_param(fn, index);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(l->context);
    LLVMValueRef param = LLVMGetParam(fn, index), words = word_function(l);
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(fn);
    LLVMValueRef variable;

    LLVMPositionBuilderBefore(l->b, LLVMGetFirstInstruction(entry));
    variable = LLVMBuildAlloca(l->b, t, "");
    if (LLVMGetAlignment(variable) < 8)
        LLVMSetAlignment(variable, 8);
    LLVMReplaceAllUsesWith(param, variable);
    for (unsigned k = 0; k < byval_words(l->layout, t); k++) {
        LLVMTypeRef w = word_type(l, t, k);
        LLVMValueRef in[2] = { LLVMConstInt(i32, index, 0),
                               LLVMConstInt(i32, k, 0) };
        LLVMValueRef v = LLVMBuildCall2(l->b, LLVMGlobalGetValueType(words),
                                        words, in, 2, "");

        LLVMBuildStore(l->b, LLVMBuildTrunc(l->b, v, w, ""),
                       word_address(l, variable, w, k));
    }
}

/* ---- all of a module --------------------------------------------------- */

static void lower_calls(const lower *l, LLVMValueRef fn)
{
    LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn);
    LLVMValueRef i, next;

    for (; b; b = LLVMGetNextBasicBlock(b))
        for (i = LLVMGetFirstInstruction(b); i; i = next) {
            unsigned room = LLVMIsACallInst(i) ? room_for(l, i) : 0;

            next = LLVMGetNextInstruction(i);
            if (room)
                lower_call(l, i, room);
        }
}

void byval_lower(LLVMModuleRef m, LLVMTargetDataRef layout)
{
    LLVMContextRef c = LLVMGetModuleContext(m);
    lower l = { m, c, layout, LLVMCreateBuilderInContext(c) };
    LLVMValueRef fn = LLVMGetFirstFunction(m);

    for (; fn; fn = LLVMGetNextFunction(fn)) {
        if (LLVMIsDeclaration(fn))
            continue;
        lower_calls(&l, fn);
        for (unsigned k = 0; k < LLVMCountParams(fn); k++)
            if (byval_of_param(fn, k))
                lower_param(&l, fn, k);
    }
    LLVMDisposeBuilder(l.b);
}
