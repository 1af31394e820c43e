/*
 * Parameters, calls and results: the part that targets share.
 *
 * A target's table (isa_abi) says which registers take arguments and results,
 * in order, and makes the few instructions that are needed around them.  What
 * finds no register left, and words of structs that are passed in memory, go to
 * the stack in order, eight bytes each.
 */
#include "backend/lir/select.h"

/* Goes through the arguments of a signature. */
typedef struct walker {
    const isa_abi *abi;
    const esp_sig *sig;
    unsigned ints, floats, words;
} walker;

static walker walk(const selector *s, const esp_sig *sig)
{
    return (walker){ .abi = s->isa->abi, .sig = sig };
}

/* The register of argument k, or -1 and the word on the stack. */
static int next_arg(walker *w, unsigned k, unsigned *word)
{
    const isa_abi *abi = w->abi;
    bool is_float = type_is_float((esp_type)w->sig->arg[k]);

    if ((w->sig->arg_flags[k] & ARG_SRET) && !abi->sret_returns)
        return abi->sret;
    if (!(w->sig->arg_flags[k] & ARG_STACK)) {
        if (is_float && w->floats < abi->nfloats)
            return abi->first_float + (int)w->floats++;
        if (!is_float && w->ints < abi->nints)
            return abi->int_arg[w->ints++];
    }
    *word = w->words++;
    return -1;
}

/* The registers of the results. */
static void result_regs(const selector *s, const esp_sig *sig, unsigned reg[2])
{
    const isa_abi *abi = s->isa->abi;
    unsigned ints = 0, floats = 0;

    for (unsigned k = 0; k < sig->nresults; k++)
        reg[k] = type_is_float((esp_type)sig->result[k])
               ? abi->first_float + floats++ : abi->int_result[ints++];
}

/* ----------------------------------------------------------- parameters */

/* Behind the frame pointer and the return address stand the words that the
 * caller has pushed. */
static void load_word(selector *s, esp_type ty, uint32_t d, unsigned word)
{
    s->isa->abi->load(s, ty, d, &(sel_address){
        .mem = LIR_MEM_FRAME, .disp = 16 + 8 * (int32_t)word });
}

/* Where the address of the result is kept until the unit returns it. */
static sel_address kept_address(const selector *s)
{
    return (sel_address){ .mem = LIR_MEM_FRAME, .disp = s->result_at };
}

/* Is this the address of the result, and does the unit return it? */
static bool is_kept(const selector *s, unsigned k)
{
    return s->isa->abi->sret_returns
        && (s->g->sig.arg_flags[k] & ARG_SRET);
}

static void define_params(selector *s, uint32_t *def)
{
    const esp_sig *sig = &s->g->sig;
    walker w = walk(s, sig);
    unsigned word;

    ins_start(s, LIR_entry, 0, 0);
    for (unsigned k = 0; k < sig->nargs; k++) {
        esp_ref p = s->g->blocks.at[0].params.at[k];
        int reg = next_arg(&w, k, &word);

        if (reg < 0 || !(s->vreg[p] || is_kept(s, k)))
            continue;
        def[k] = sig->arg[k] == TY_i1 ? sel_temp(s, LIR_INT) : sel_def(s, p);
        ins_def_at(s, def[k], (unsigned)reg);
    }
    ins_end(s);
}

void sel_params(selector *s)
{
    const esp_sig *sig = &s->g->sig;
    const isa_abi *abi = s->isa->abi;
    uint32_t def[SIG_MAX_ARGS] = { 0 };
    walker w = walk(s, sig);
    unsigned word;

    define_params(s, def);
    for (unsigned k = 0; k < sig->nargs; k++) {
        esp_ref p = s->g->blocks.at[0].params.at[k];
        bool bit = sig->arg[k] == TY_i1;
        int reg = next_arg(&w, k, &word);
        sel_address kept = kept_address(s);

        if (reg < 0 && s->vreg[p]) {
            def[k] = bit ? sel_temp(s, LIR_INT) : sel_def(s, p);
            load_word(s, (esp_type)sig->arg[k], def[k], word);
        }
        if (bit && def[k])
            abi->clean_bit(s, sel_def(s, p), def[k]);
        if (is_kept(s, k))
            abi->store(s, TY_i64, def[k], &kept);
    }
}

/* ---------------------------------------------------------------- calls */

/* An argument as the callee may expect it. */
static uint32_t argument(selector *s, esp_ref r, uint8_t flags)
{
    if (flags & ARG_SEXT)
        return s->isa->rules->sign_extended(s, r);
    if (flags & ARG_ZEXT)
        return s->isa->rules->zero_extended(s, r);
    return sel_use(s, r);
}

static void push_argument(selector *s, esp_ref r, uint8_t flags, unsigned word)
{
    const isa_abi *abi = s->isa->abi;
    sel_address m = { .mem = LIR_MEM_STACK, .disp = 8 * (int32_t)word };
    int32_t imm;

    if (abi->store_small && sel_small(s, r, &imm))
        abi->store_small(s, imm, &m);
    else
        abi->store(s, sel_type(s, r), argument(s, r, flags), &m);
}

static isa_callee find_callee(selector *s, const esp_ccall *c)
{
    isa_callee to = { 0 };
    int64_t k;

    if (c->self)
        return to;
    if (sel_const(s, c->callee, &k))
        to.address = (const void *)(uintptr_t)k;
    else
        s->isa->abi->callee(s, c->callee, &to);
    return to;
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
    result_regs(s, sig, reg);
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
            s->isa->abi->clean_bit(
                s, sel_def(s, k ? s->s->list[s->now + 1] : r), bit[k]);
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

void sel_call(selector *s, esp_ref r)
{
    const esp_ccall *c = &s->g->calls.at[sel_at(s, r)->a];
    const esp_ref *args = &s->g->refs.at[c->args];
    walker w = walk(s, &c->sig);
    uint32_t v[SIG_MAX_ARGS], bit[2];
    int reg[SIG_MAX_ARGS];
    unsigned word;
    isa_callee to;

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
    ins_start(s, LIR_call, 8, to.form)->disp = to.disp;
    add_results(s, &c->sig, r, bit);
    s->draft.info = new_call(s, c, to.address, &w);
    for (unsigned k = 0; k < c->nargs; k++)
        if (reg[k] >= 0)
            ins_use_at(s, v[k], (unsigned)reg[k]);
    if (to.v)
        ins_use_at(s, to.v, s->isa->abi->callee_reg);
    if (c->state)
        ins_state(s, c->state, LIR_LATE, LIR_NEED_SLOT);
    ins_end(s);
    clean_results(s, &c->sig, r, bit);
}

/* -------------------------------------------------------------- results */

void sel_ret(selector *s, esp_ref r)
{
    const isa_abi *abi = s->isa->abi;
    const esp_sig *sig = &s->g->sig;
    sel_address kept = kept_address(s);
    esp_ref result[2] = { sel_at(s, r)->a, sel_at(s, r)->b };
    uint32_t v[2] = { 0 }, address = 0;
    unsigned reg[2];

    result_regs(s, sig, reg);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (result[k])
            v[k] = sel_use(s, result[k]);
    if (s->result_at && abi->sret_returns) {
        address = sel_temp(s, LIR_INT);
        abi->load(s, TY_i64, address, &kept);
    }
    ins_start(s, LIR_ret, 0, 0);
    for (unsigned k = 0; k < sig->nresults; k++)
        if (v[k])
            ins_use_at(s, v[k], reg[k]);
    if (address)
        ins_use_at(s, address, (unsigned)abi->sret);
    ins_end(s);
}
