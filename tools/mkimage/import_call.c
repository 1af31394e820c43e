/*
 * Importing signatures and calls: how clang spells the C ABI of each target.
 *
 * A struct in registers is a struct (x86-64) or an array (AArch64) in LLVM and
 * becomes its words.  One in memory is words marked ARG_STACK on x86-64, which
 * byval.c has prepared, and a plain pointer to a copy on AArch64, where those
 * that registers are only missing for are words marked ARG_STACK.
 */
#include "tools/mkimage/byval.h"
#include "tools/mkimage/import.h"

#include <stdlib.h>
#include <string.h>

enum { A64_ARG_REGS = 8 };      /* of each kind */

/* Where the attributes of a parameter are read: a function or a call. */
typedef struct place {
    LLVMValueRef v;
    bool is_call;
} place;

static LLVMAttributeRef attribute(place p, unsigned index, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    if (!kind)
        return NULL;
    return p.is_call ? LLVMGetCallSiteEnumAttribute(p.v, index, kind)
                     : LLVMGetEnumAttributeAtIndex(p.v, index, kind);
}

static bool add_arg(import *m, esp_sig *sig, esp_type ty, unsigned flags)
{
    if (sig->nargs == SIG_MAX_ARGS) {
        import_refuse(m, "more than %d words of arguments", SIG_MAX_ARGS);
        return false;
    }
    sig->arg[sig->nargs] = ty;
    sig->arg_flags[sig->nargs++] = (uint8_t)flags;
    return true;
}

/* AArch64 never splits an argument between registers and the stack, which
 * separate words would do: a struct of n words that does not find enough of
 * its registers is in memory, and so is all that would be in such registers
 * behind it. */
static unsigned stack_flag(import *m, const esp_sig *sig, unsigned n,
                           esp_type ty)
{
    unsigned used = n;
    bool full = false;

    if (m->m->machine != IMAGE_A64)
        return 0;
    for (unsigned k = 0; k < sig->nargs; k++)
        if (type_is_float(sig->arg[k]) == type_is_float(ty)
            && !(sig->arg_flags[k] & ARG_SRET)) {
            full = full || sig->arg_flags[k] & ARG_STACK;
            used++;
        }
    if (!full && (n < 2 || used <= A64_ARG_REGS))
        return 0;
    if (n > 1 && ty == TY_f32)
        import_refuse(m, "struct of floats on the stack");
    return ARG_STACK;
}

/* Adds parameter k, of LLVM type t, to a signature. */
static void add_param(import *m, esp_sig *sig, place p, unsigned k,
                      LLVMTypeRef t)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    unsigned n, flags = 0;

    if (p.is_call && LLVMGetCallSiteStringAttribute(
                         p.v, k + 1, BYVAL_WORD, sizeof BYVAL_WORD - 1))
        flags |= ARG_STACK;
    if (attribute(p, k + 1, "byval"))
        import_refuse(m, "argument with an alignment of 16");
    if (attribute(p, k + 1, "sret"))
        flags |= ARG_SRET;
    if (attribute(p, k + 1, "signext"))
        flags |= ARG_SEXT;
    if (attribute(p, k + 1, "zeroext"))
        flags |= ARG_ZEXT;
    n = import_flatten(m, t, leaves);
    if (n)
        flags |= stack_flag(m, sig, n, import_type(m, leaves[0].type));
    for (unsigned j = 0; j < n && !m->reason; j++) {
        if (import_odd(leaves[j].type) && flags & ARG_SEXT)
            import_refuse(m, "signed argument of odd width");
        else
            add_arg(m, sig, import_type(m, leaves[j].type), flags);
    }
}

static void add_results(import *m, esp_sig *sig, LLVMTypeRef t)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    unsigned n = import_flatten(m, t, leaves);

    if (n > 2) {
        import_refuse(m, "more than two results");
        return;
    }
    for (unsigned k = 0; k < n; k++) {
        sig->result[sig->nresults++] = import_type(m, leaves[k].type);
    }
}

/* What a call passed or returned, as the scalars of v (none if LLVM knows of no
 * result).  The C ABI leaves anything above an integer of odd width. */
static void define_words(import *m, LLVMValueRef v, const esp_ref *words,
                         unsigned n)
{
    import_leaf leaves[IMPORT_MAX_LEAVES];
    esp_ref parts[IMPORT_MAX_LEAVES];

    n = n ? import_flatten(m, LLVMTypeOf(v), leaves) : 0;
    for (unsigned k = 0; k < n; k++)
        parts[k] = import_wrap(m, leaves[k].type, words[k]);
    import_define(m, v, parts, n);
}

/* ---- parameters of the function itself --------------------------------- */

/* A struct on the stack is asked for word by word. */
static unsigned add_byval(import *m, esp_sig *sig, LLVMTypeRef t)
{
    unsigned n = byval_words(m->m->layout, t);

    if (LLVMABIAlignmentOfType(m->m->layout, t) > 8)
        import_refuse(m, "argument with an alignment of 16");
    for (unsigned j = 0; j < n && !m->reason; j++)
        add_arg(m, sig, TY_i64, ARG_STACK);
    return n;
}

void import_params(import *m)
{
    place p = { m->fn, false };
    esp_sig *sig = &m->d->sig;
    unsigned n = LLVMCountParams(m->fn);
    const esp_ref *words;

    add_results(m, sig, LLVMGetReturnType(LLVMGlobalGetValueType(m->fn)));
    m->first_word = ARENA_ARRAY(m->a, uint8_t, n + 1);
    for (unsigned k = 0; k < n && !m->reason; k++) {
        m->first_word[k] = sig->nargs;
        if (byval_of_param(m->fn, k))
            add_byval(m, sig, byval_of_param(m->fn, k));
        else
            add_param(m, sig, p, k, LLVMTypeOf(LLVMGetParam(m->fn, k)));
    }
    m->first_word[n] = sig->nargs;
    for (unsigned k = 0; k < sig->nargs && !m->reason; k++)
        draft_param(m->d, 0, sig->arg[k]);
    words = m->d->blocks.at[0].params.at;
    for (unsigned k = 0; k < n && !m->reason; k++)
        if (!byval_of_param(m->fn, k))
            define_words(m, LLVMGetParam(m->fn, k), words + m->first_word[k],
                         m->first_word[k + 1] - m->first_word[k]);
}

/* A word of a struct that came on the stack. */
static void import_word(import *m, LLVMValueRef inst)
{
    uint64_t param = LLVMConstIntGetZExtValue(LLVMGetOperand(inst, 0));
    uint64_t word = LLVMConstIntGetZExtValue(LLVMGetOperand(inst, 1));

    import_define1(m, inst, m->d->blocks.at[0]
                                .params.at[m->first_word[param] + word]);
}

/* ---- calls ------------------------------------------------------------- */

static bool returns_twice(LLVMValueRef inst, LLVMValueRef callee)
{
    return attribute((place){ inst, true }, LLVMAttributeFunctionIndex,
                     "returns_twice") ||
           (LLVMIsAFunction(callee) &&
            attribute((place){ callee, false }, LLVMAttributeFunctionIndex,
                      "returns_twice"));
}

/* Does the callee say that it comes back without having called us?  "leaf" in
 * C is nocallback in LLVM; what LLVM knows of the C library and of functions
 * declared const or pure is that they come back. */
static bool is_leaf(LLVMValueRef inst, LLVMValueRef callee)
{
    place at[2] = { { inst, true }, { callee, false } };

    for (int k = 0; k < (LLVMIsAFunction(callee) ? 2 : 1); k++) {
        if (attribute(at[k], LLVMAttributeFunctionIndex, "nocallback"))
            return true;
        if (attribute(at[k], LLVMAttributeFunctionIndex, "willreturn") &&
            attribute(at[k], LLVMAttributeFunctionIndex, "nounwind"))
            return true;
    }
    return LLVMIsAFunction(callee) &&
           LLVMGetStringAttributeAtIndex(callee, LLVMAttributeFunctionIndex,
                                         "esp.leaf", 8);
}

/* The call and its results; the values it defines in LLVM. */
static void emit_call(import *m, LLVMValueRef inst, draft_call call)
{
    const esp_sig *sig = &call.sig;
    uint32_t index = m->d->calls.n;
    esp_ref results[2];

    VEC_PUSH(m->a, &m->d->calls, call);
    results[0] = draft_emit(m->d, (esp_ins){
        .op = IR_call, .ty = sig->nresults ? sig->result[0] : TY_void,
        .a = index });
    if (sig->nresults > 1)
        results[1] = draft_op1(m->d, IR_second, sig->result[1], results[0]);
    define_words(m, inst, results, sig->nresults);
}

static void ordinary_call(import *m, LLVMValueRef inst, LLVMValueRef callee)
{
    LLVMTypeRef t = LLVMGetCalledFunctionType(inst);
    place p = { inst, true };
    unsigned n = LLVMGetNumArgOperands(inst);
    draft_call call = { 0 };

    add_results(m, &call.sig, LLVMGetReturnType(t));
    call.callee = import_value(m, callee);
    call.leaf = is_leaf(inst, callee);
    call.cold = LLVMIsAFunction(callee) &&
                attribute((place){ callee, false }, LLVMAttributeFunctionIndex,
                          "cold");
    for (unsigned k = 0; k < n && !m->reason; k++) {
        LLVMValueRef arg = LLVMGetOperand(inst, k);
        import_many parts = import_values(m, arg);

        if (k == LLVMCountParamTypes(t))
            call.sig.fixed = call.sig.nargs;
        add_param(m, &call.sig, p, k, LLVMTypeOf(arg));
        for (uint32_t j = 0; j < parts.n; j++)
            VEC_PUSH(m->a, &call.args, parts.at[j]);
    }
    if (LLVMIsFunctionVarArg(t)) {
        call.sig.variadic = 1;
        if (n <= LLVMCountParamTypes(t))
            call.sig.fixed = call.sig.nargs;
    }
    if (LLVMIsAFunction(callee)) {
        size_t length;

        call.intrinsic = image_intrinsic(LLVMGetValueName2(callee, &length));
    }
    if (!m->reason)
        emit_call(m, inst, call);
}

void import_library_call(import *m, LLVMValueRef inst, const char *name,
                         const esp_sig *sig, const esp_ref *args)
{
    LLVMContextRef c = LLVMGetModuleContext(m->m->module);
    LLVMValueRef fn = LLVMGetNamedFunction(m->m->module, name);
    draft_call call = { .sig = *sig, .leaf = true,
                        .intrinsic = image_intrinsic(name) };

    if (!fn)
        fn = LLVMAddFunction(m->m->module, name,
                             LLVMFunctionType(LLVMVoidTypeInContext(c), NULL,
                                              0, 0));
    call.callee = draft_symbol(m->d, import_symbol(m->m, fn), 0);
    for (unsigned k = 0; k < sig->nargs; k++)
        VEC_PUSH(m->a, &call.args, args[k]);
    emit_call(m, inst, call);
}

uint16_t import_mark_number(LLVMValueRef callee)
{
    size_t n;
    const char *name = LLVMIsAFunction(callee)
                           ? LLVMGetValueName2(callee, &n) : "";

    if (strncmp(name, IMPORT_MARK, sizeof IMPORT_MARK - 1))
        return 0;
    return (uint16_t)atoi(name + sizeof IMPORT_MARK - 1);
}

/* What is called, without the casts of typed pointers. */
static LLVMValueRef called_value(LLVMValueRef inst)
{
    LLVMValueRef callee = LLVMGetCalledValue(inst);

    while (LLVMIsAConstantExpr(callee) &&
           LLVMGetConstOpcode(callee) == LLVMBitCast)
        callee = LLVMGetOperand(callee, 0);
    return callee;
}

static bool is_word_function(LLVMValueRef fn)
{
    size_t n;

    return !strcmp(LLVMGetValueName2(fn, &n), BYVAL_PARAM);
}

void import_call(import *m, LLVMValueRef inst)
{
    LLVMValueRef callee = called_value(inst);

    if (LLVMIsAFunction(callee) && is_word_function(callee)) {
        import_word(m, inst);
        return;
    }
    if (import_mark_number(callee)) {
        import_define1(m, inst, import_value(m, LLVMGetOperand(inst, 0)));
        return;
    }

    if (LLVMIsAInlineAsm(callee)) {
        import_refuse(m, "inline assembly");
        return;
    }
    if (LLVMIsTailCall(inst)) {
        import_refuse(m, "musttail call");
        return;
    }
    if (returns_twice(inst, callee)) {
        import_refuse(m, "call of a function like setjmp");
        return;
    }
    if (LLVMIsAFunction(callee) && LLVMGetIntrinsicID(callee)) {
        import_intrinsic(m, inst, callee);
        return;
    }
    ordinary_call(m, inst, callee);
}
