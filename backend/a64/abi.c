/*
 * The AArch64 calling convention (AAPCS64, as Linux has it): parameters, calls,
 * results.
 *
 * Eight integer and eight float registers take arguments in order, each kind by
 * itself; what finds none left goes to the stack in order, eight bytes each,
 * the arguments of variadic functions like all others.  The address of a
 * result struct is in x8, and does not come back.  Callers leave anything above
 * narrow arguments, callees above narrow results.
 */
#include "backend/a64/a64.h"

enum { INT_ARGS = 8, FLOAT_ARGS = 8, RESULT_ADDRESS = 8 };

/* Goes through the arguments of a signature. */
typedef struct walker {
    const esp_sig *sig;
    unsigned ints, floats, words;
} walker;

/* The register of argument k, or -1 and the word on the stack. */
static int next_arg(walker *w, unsigned k, unsigned *word)
{
    bool is_float = type_is_float((esp_type)w->sig->arg[k]);

    if (w->sig->arg_flags[k] & ARG_SRET)
        return RESULT_ADDRESS;
    if (!(w->sig->arg_flags[k] & ARG_STACK)) {
        if (is_float && w->floats < FLOAT_ARGS)
            return (int)(A64_V + w->floats++);
        if (!is_float && w->ints < INT_ARGS)
            return (int)w->ints++;
    }
    *word = w->words++;
    return -1;
}

/* The registers of the results. */
static void result_regs(const esp_sig *sig, unsigned reg[2])
{
    unsigned ints = 0, floats = 0;

    for (unsigned k = 0; k < sig->nresults; k++)
        reg[k] = type_is_float((esp_type)sig->result[k]) ? A64_V + floats++
                                                         : ints++;
}

/* ----------------------------------------------------------- parameters */

static void load_word(selector *s, esp_type ty, uint32_t d, unsigned word)
{
    bool is_float = type_is_float(ty);
    a64_place m = { .form = A64_FORM_MEM, .m.mem = LIR_MEM_FRAME,
                      .m.disp = 16 + 8 * (int32_t)word };

    ins_start(s, is_float ? A64(ldrf) : A64(ldr),
              is_float ? type_size[ty] : 8, 0);
    ins_def(s, d);
    a64_memory(s, &m);
    ins_end(s);
}

/* Bits above a bool are cut off. */
static void clean_bit(selector *s, uint32_t d, uint32_t x)
{
    a64_ri(s, A64(and), 4, d, x, 1);
}

void a64_params(selector *s)
{
    const esp_sig *sig = &s->g->sig;
    uint32_t def[SIG_MAX_ARGS] = { 0 };
    walker w = { .sig = sig };
    unsigned word;

    ins_start(s, LIR_entry, 0, 0);
    for (unsigned k = 0; k < sig->nargs; k++) {
        esp_ref p = s->g->blocks.at[0].params.at[k];
        int reg = next_arg(&w, k, &word);

        if (reg < 0 || !s->vreg[p])
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
    }
}

/* ---------------------------------------------------------------- calls */

/* An argument as the callee may expect it. */
static uint32_t argument(selector *s, esp_ref r, uint8_t flags)
{
    if (flags & ARG_SEXT)
        return a64_sign_extended(s, r);
    if (flags & ARG_ZEXT)
        return a64_zero_extended(s, r);
    return sel_use(s, r);
}

static void push_argument(selector *s, esp_ref r, uint8_t flags, unsigned word)
{
    bool is_float = type_is_float(sel_type(s, r));
    a64_place m = { .form = A64_FORM_MEM, .m.mem = LIR_MEM_STACK,
                      .m.disp = 8 * (int32_t)word };
    uint32_t v = argument(s, r, flags);

    ins_start(s, is_float ? A64(strf) : A64(str),
              is_float ? type_size[sel_type(s, r)] : 8, 0);
    a64_memory(s, &m);
    ins_use(s, v, LIR_SRC);
    ins_end(s);
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

static uint32_t new_call(selector *s, const esp_ccall *c, const void *address,
                         const walker *w)
{
    lir_call call = { .address = address, .state = c->state,
                      .floats = (uint8_t)w->floats, .name = c->name,
                      .variadic = c->sig.variadic, .self = c->self };

    VEC_PUSH(s->l->arena, &s->l->calls, call);
    if (8 * w->words > s->l->outgoing)
        s->l->outgoing = 8 * w->words;
    return s->l->calls.n - 1;
}

void a64_select_call(selector *s, esp_ref r)
{
    const esp_ccall *c = &s->g->calls.at[sel_at(s, r)->a];
    const esp_ref *args = &s->g->refs.at[c->args];
    walker w = { .sig = &c->sig };
    uint32_t v[SIG_MAX_ARGS], bit[2], callee = 0;
    int reg[SIG_MAX_ARGS];
    unsigned word;
    int64_t address = 0;

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
    if (!c->self && !sel_const(s, c->callee, &address))
        callee = sel_use(s, c->callee);
    ins_start(s, LIR_call, 8, 0);
    add_results(s, &c->sig, r, bit);
    s->draft.info = new_call(s, c, (const void *)(uintptr_t)address, &w);
    for (unsigned k = 0; k < c->nargs; k++)
        if (reg[k] >= 0)
            ins_use_at(s, v[k], (unsigned)reg[k]);
    if (callee)
        ins_use_at(s, callee, A64_CALLEE);
    if (c->state)
        ins_state(s, c->state, LIR_LATE, LIR_NEED_SLOT);
    ins_end(s);
    clean_results(s, &c->sig, r, bit);
}

/* -------------------------------------------------------------- results */

void a64_select_ret(selector *s, esp_ref r)
{
    const esp_sig *sig = &s->g->sig;
    esp_ref result[2] = { sel_at(s, r)->a, sel_at(s, r)->b };
    uint32_t v[2] = { 0 };
    unsigned reg[2];

    result_regs(sig, reg);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (result[k])
            v[k] = sel_use(s, result[k]);
    ins_start(s, LIR_ret, 0, 0);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (v[k])
            ins_use_at(s, v[k], reg[k]);
    ins_end(s);
}
