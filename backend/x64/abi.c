/*
 * The System V calling convention: parameters, calls, results.
 *
 * Six integer and eight float registers take arguments in order, each kind by
 * itself; what finds none left, and words of structs that are passed in
 * memory, go to the stack in order.  The address of a result struct is an
 * integer argument that comes back in rax.
 */
#include "backend/x64/x64.h"

static const uint8_t int_arg[] = { X64_RDI, X64_RSI, X64_RDX, X64_RCX,
                                   X64_R8, X64_R9 };
enum { INT_ARGS = 6, FLOAT_ARGS = 8 };

/* Goes through the arguments of a signature. */
typedef struct walker {
    const esp_sig *sig;
    unsigned ints, floats, words;
} walker;

/* The register of argument k, or -1 and the word on the stack. */
static int next_arg(walker *w, unsigned k, unsigned *word)
{
    bool is_float = type_is_float((esp_type)w->sig->arg[k]);

    if (!(w->sig->arg_flags[k] & ARG_STACK)) {
        if (is_float && w->floats < FLOAT_ARGS)
            return (int)(X64_XMM + w->floats++);
        if (!is_float && w->ints < INT_ARGS)
            return int_arg[w->ints++];
    }
    *word = w->words++;
    return -1;
}

/* The registers of the results. */
static void result_regs(const esp_sig *sig, unsigned reg[2])
{
    unsigned ints = 0, floats = 0;

    for (unsigned k = 0; k < sig->nresults; k++) {
        bool is_float = type_is_float((esp_type)sig->result[k]);

        reg[k] = is_float ? X64_XMM + floats++
                          : ints++ ? (unsigned)X64_RDX : (unsigned)X64_RAX;
    }
}

/* ----------------------------------------------------------- parameters */

static void load_word(selector *s, esp_type ty, uint32_t d, unsigned word)
{
    bool is_float = type_is_float(ty);

    ins_start(s, is_float ? X64(movs) : X64(mov),
              is_float ? type_size[ty] : 8, X64_FORM_RM);
    ins_def(s, d);
    ins_address(s, &(sel_address){ .mem = LIR_MEM_FRAME,
                                   .disp = 16 + 8 * (int32_t)word });
    ins_end(s);
}

/* Bits that callers may leave above a bool are cut off. */
static void clean_bit(selector *s, uint32_t d, uint32_t x)
{
    x64_unary(s, X64(movzx8), 4, d, x);
}

static void keep_result_address(selector *s, uint32_t v)
{
    ins_start(s, X64(mov), 8, X64_FORM_MR);
    ins_address(s, &(sel_address){ .mem = LIR_MEM_FRAME,
                                   .disp = s->result_at });
    ins_use(s, v, LIR_SRC);
    ins_end(s);
}

void x64_params(selector *s)
{
    const esp_sig *sig = &s->g->sig;
    uint32_t def[SIG_MAX_ARGS] = { 0 };
    walker w = { .sig = sig };
    unsigned word;

    ins_start(s, LIR_entry, 0, 0);
    for (unsigned k = 0; k < sig->nargs; k++) {
        esp_ref p = s->g->blocks.at[0].params.at[k];
        bool sret = sig->arg_flags[k] & ARG_SRET;
        int reg = next_arg(&w, k, &word);

        if (reg < 0 || !(s->vreg[p] || sret))
            continue;
        def[k] = sig->arg[k] == TY_i1 ? sel_temp(s, LIR_INT) : sel_def(s, p);
        ins_def_at(s, def[k], (unsigned)reg);
    }
    ins_end(s);
    w = (walker){ .sig = sig };
    for (unsigned k = 0; k < sig->nargs; k++) {
        esp_ref p = s->g->blocks.at[0].params.at[k];
        bool bit = sig->arg[k] == TY_i1;
        int reg = next_arg(&w, k, &word);

        if (reg < 0 && s->vreg[p]) {
            def[k] = bit ? sel_temp(s, LIR_INT) : sel_def(s, p);
            load_word(s, (esp_type)sig->arg[k], def[k], word);
        }
        if (bit && def[k])
            clean_bit(s, sel_def(s, p), def[k]);
        if (sig->arg_flags[k] & ARG_SRET)
            keep_result_address(s, def[k]);
    }
}

/* ---------------------------------------------------------------- calls */

/* An argument as the callee may expect it. */
static uint32_t argument(selector *s, esp_ref r, uint8_t flags)
{
    if (flags & ARG_SEXT)
        return x64_sign_extended(s, r);
    if (flags & ARG_ZEXT)
        return x64_zero_extended(s, r);
    return sel_use(s, r);
}

static void push_argument(selector *s, esp_ref r, uint8_t flags, unsigned word)
{
    bool is_float = type_is_float(sel_type(s, r));
    sel_address m = { .mem = LIR_MEM_STACK, .disp = 8 * (int32_t)word };
    int32_t imm;
    uint32_t v = 0;

    if (!sel_small(s, r, &imm))
        v = argument(s, r, flags);
    ins_start(s, is_float ? X64(movs) : X64(mov),
              is_float ? type_size[sel_type(s, r)] : 8,
              v ? X64_FORM_MR : X64_FORM_MI);
    ins_address(s, &m);
    if (v)
        ins_use(s, v, LIR_SRC);
    else
        s->draft.imm = imm;
    ins_end(s);
}

/* Where the callee is: known, in memory, or in a register. */
typedef struct callee {
    const void *address;
    bool known, memory;
    uint32_t v;                 /* the address, or the base of the memory */
    int32_t disp;
} callee;

static callee find_callee(selector *s, const esp_ccall *call)
{
    esp_ref r = call->callee, v = sel_value(s, r);
    callee c = { .known = call->self };
    int64_t k;

    if (c.known)
        return c;
    if (sel_const(s, r, &k)) {
        c.known = true;
        c.address = (const void *)(uintptr_t)k;
    } else if (sel_can_fuse_load(s, v) && sel_type(s, v) == TY_i64) {
        const esp_ins *l = sel_at(s, v);
        sel_address m = x64_address_of(s, l->a, (int32_t)l->b);

        c.memory = m.base && !m.index && m.mem == LIR_MEM_REG;
        c.v = c.memory ? m.base : sel_use(s, r);
        c.disp = m.disp;
        if (c.memory)
            sel_fuse(s, v);
    } else {
        c.v = sel_use(s, r);
    }
    return c;
}

/* Both results, if anybody wants them; in `bit` where a bool comes raw. */
static void add_results(selector *s, const esp_sig *sig, esp_ref r,
                        uint32_t bit[2])
{
    esp_ref result[2] = { r, 0 };
    unsigned reg[2];

    if (s->now + 1 < s->s->end[s->here]) {
        esp_ref next = s->s->list[s->now + 1];

        if (sel_at(s, next)->op == IR_second && sel_at(s, next)->a == r)
            result[1] = next;
    }
    result_regs(sig, reg);
    for (unsigned k = 0; k < sig->nresults; k++) {
        bit[k] = 0;
        if (!result[k] || !s->vreg[result[k]])
            continue;
        if (sig->result[k] == TY_i1)
            bit[k] = sel_temp(s, LIR_INT);
        ins_def_at(s, bit[k] ? bit[k] : sel_def(s, result[k]), reg[k]);
    }
}

static void clean_results(selector *s, const esp_sig *sig, esp_ref r,
                          const uint32_t bit[2])
{
    for (unsigned k = 0; k < sig->nresults; k++)
        if (bit[k])
            clean_bit(s, sel_def(s, k ? s->s->list[s->now + 1] : r), bit[k]);
}

static uint32_t new_call(selector *s, const esp_ccall *c, const callee *to,
                         const walker *w)
{
    lir_call call = { .address = to->address, .state = c->state,
                      .floats = (uint8_t)w->floats, .name = c->name,
                      .variadic = c->sig.variadic, .self = c->self };

    VEC_PUSH(s->l->arena, &s->l->calls, call);
    if (8 * w->words > s->l->outgoing)
        s->l->outgoing = 8 * w->words;
    return s->l->calls.n - 1;
}

void x64_select_call(selector *s, esp_ref r)
{
    const esp_ccall *c = &s->g->calls.at[sel_at(s, r)->a];
    const esp_ref *args = &s->g->refs.at[c->args];
    walker w = { .sig = &c->sig };
    uint32_t v[SIG_MAX_ARGS], bit[2];
    int reg[SIG_MAX_ARGS];
    unsigned word;
    callee to;

    if (c->state)
        sel_state(s, c->state);
    for (unsigned k = 0; k < c->nargs; k++) {
        reg[k] = next_arg(&w, k, &word);
        if (c->self && !sel_wants_param(s, k))
            reg[k] = -1;
        else if (reg[k] < 0)
            push_argument(s, args[k], c->sig.arg_flags[k], word);
        else
            v[k] = argument(s, args[k], c->sig.arg_flags[k]);
    }
    to = find_callee(s, c);
    ins_start(s, LIR_call, 8, to.known ? X64_FORM_0
              : to.memory ? X64_FORM_M : X64_FORM_R)->disp = to.disp;
    add_results(s, &c->sig, r, bit);
    s->draft.info = new_call(s, c, &to, &w);
    for (unsigned k = 0; k < c->nargs; k++)
        if (reg[k] >= 0)
            ins_use_at(s, v[k], (unsigned)reg[k]);
    if (!to.known)
        ins_use_at(s, to.v, X64_R10);
    if (c->state)
        ins_state(s, c->state, LIR_LATE, LIR_NEED_SLOT);
    ins_end(s);
    clean_results(s, &c->sig, r, bit);
}

void x64_call_helper(selector *s, const void *f, uint32_t d, uint32_t x)
{
    VEC_PUSH(s->l->arena, &s->l->calls, ((lir_call){ .address = f }));
    ins_start(s, LIR_call, 8, X64_FORM_0)->info = s->l->calls.n - 1;
    ins_def_at(s, d, X64_XMM);
    ins_use_at(s, x, X64_XMM);
    ins_end(s);
}

/* -------------------------------------------------------------- results */

void x64_select_ret(selector *s, esp_ref r)
{
    const esp_sig *sig = &s->g->sig;
    esp_ref result[2] = { sel_at(s, r)->a, sel_at(s, r)->b };
    uint32_t v[2] = { 0 }, address = 0;
    unsigned reg[2];

    result_regs(sig, reg);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (result[k])
            v[k] = sel_use(s, result[k]);
    if (s->result_at) {
        address = sel_temp(s, LIR_INT);
        ins_start(s, X64(mov), 8, X64_FORM_RM);
        ins_def(s, address);
        ins_address(s, &(sel_address){ .mem = LIR_MEM_FRAME,
                                       .disp = s->result_at });
        ins_end(s);
    }
    ins_start(s, LIR_ret, 0, 0);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (v[k])
            ins_use_at(s, v[k], reg[k]);
    if (address)
        ins_use_at(s, address, X64_RAX);
    ins_end(s);
}
