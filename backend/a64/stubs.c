/*
 * The machine frame of a unit, and its ways out.
 *
 *     x29 + 16   arguments on the stack
 *     x29 + 8    return address
 *     x29        the caller's x29
 *                slots of the graph, in lir->frame bytes
 *                registers that belong to the caller, those that are used
 *                spill slots
 *     sp         arguments of calls on the stack
 *
 * An exit has a stub of two instructions that names it, and perhaps one before
 * them that takes back what the guard was about (ra/undo.c); what they have in
 * common stands once, at the end: it saves all registers in a block on top of
 * the frame, hands that to the runtime, and returns the runtime's result as
 * the unit's own.
 */
#include "backend/a64/a64.h"

#include "backend/compile.h"

#include <stddef.h>

static uint64_t saved_set(const emitter *e)
{
    return e->l->used & e->isa->machine->callee_saved;
}

static uint32_t saved_bytes(const emitter *e)
{
    return 8 * (uint32_t)CC_POPCOUNT64(saved_set(e));
}

static uint32_t frame_bytes(const emitter *e)
{
    uint32_t n = e->l->frame + saved_bytes(e) + 8 * e->l->nslots
               + e->l->outgoing;

    return (n + 15) & ~15u;
}

int32_t a64_slot(const emitter *e, lir_place at)
{
    uint32_t k = at - PLACE_SLOT;

    return -(int32_t)(e->l->frame + saved_bytes(e) + 8 * (k + 1));
}

/* Offsets that count up from the stack pointer reach much further than those
 * that count down from the frame pointer. */
a64_mem a64_in_frame(emitter *e, unsigned size, int32_t disp)
{
    int32_t up = (int32_t)frame_bytes(e) + disp;

    if (!a64_has_offset(size, disp) && a64_has_offset(size, up))
        return a64_at(A64_SP, up);
    return a64_reach(e->a, size, A64_FP, disp, A64_IP0);
}

/* ----------------------------------------------------- entry and return */

/* Registers that belong to the caller go to the frame or come back; `at` is
 * from the frame pointer. */
static void each_saved(emitter *e, a64_op op, a64_op fop)
{
    uint64_t set = saved_set(e);
    int32_t at = -(int32_t)(e->l->frame + saved_bytes(e));

    for (; set; set &= set - 1, at += 8) {
        unsigned r = (unsigned)CC_CTZ64(set);

        a64_rm(e->a, r < A64_V ? op : fop, 8, r % A64_V,
               a64_reach(e->a, 8, A64_FP, at, A64_IP0));
    }
}

void a64_prologue(emitter *e)
{
    uint64_t set = saved_set(e);
    uint32_t bytes = frame_bytes(e);

    e->code->frame = (code_frame){
        .size = bytes, .saved_gpr = (uint32_t)set,
        .saved_fpr = (uint32_t)(set >> A64_V),
        .saved_at = -(int32_t)(e->l->frame + saved_bytes(e))
    };
    a64_rrm(e->a, A64_stp, 8, A64_FP, A64_LR, a64_pre(A64_SP, -16));
    a64_rri(e->a, A64_add, 8, A64_FP, A64_SP, 0);
    if (bytes)
        a64_add_any(e->a, A64_SP, A64_SP, -(int64_t)bytes, A64_IP0);
    each_saved(e, A64_str, A64_strf);
}

/* `deep`: the stack pointer is not where the prologue left it. */
static void leave(emitter *e, bool deep)
{
    each_saved(e, A64_ldr, A64_ldrf);
    if (deep || frame_bytes(e))
        a64_rri(e->a, A64_add, 8, A64_SP, A64_FP, 0);
    a64_rrm(e->a, A64_ldp, 8, A64_FP, A64_LR, a64_post(A64_SP, 16));
    a64_ret(e->a);
}

void a64_epilogue(emitter *e)
{
    leave(e, false);
}

/* ----------------------------------------------------------------- exits */

enum { EXIT_NUMBER = A64_IP0 };

static void save_registers(emitter *e)
{
    const int32_t gpr = offsetof(struct deopt_regs, gpr);
    const int32_t fpr = offsetof(struct deopt_regs, fpr);

    a64_rri(e->a, A64_sub, 8, A64_SP, A64_SP, sizeof(struct deopt_regs));
    for (unsigned r = 0; r < 32; r += 2) {
        a64_rrm(e->a, A64_stp, 8, r, r + 1,
                a64_at(A64_SP, gpr + 8 * (int32_t)r));
        a64_rrm(e->a, A64_stpf, 8, r, r + 1,
                a64_at(A64_SP, fpr + 8 * (int32_t)r));
    }
}

/* The runtime's result is two words in x0 and x1; the unit's may be floats. */
static void move_results(emitter *e)
{
    const esp_sig *sig = &e->g->sig;
    unsigned ints = 0, floats = 0;

    for (unsigned k = 0; k < sig->nresults; k++)
        if (type_is_float((esp_type)sig->result[k]))
            a64_rr(e->a, A64_fmovgx, 8, floats++, k);
        else
            a64_copy(e->a, 8, ints++, k);
}

void a64_stubs(emitter *e)
{
    esp_label common = asm_label(e->a);

    if (e->l->exits.n == 0)
        return;
    for (uint32_t k = 0; k < e->l->exits.n; k++) {
        const lir_ins *i = &e->l->ins.at[e->exits[k].ins];

        asm_bind(e->a, e->exits[k].at);
        if (i->op == LIR_sumguard)
            a64_emit_undo(e, i);
        a64_imm(e->a, 4, EXIT_NUMBER, k);
        a64_b(e->a, common);
    }
    asm_bind(e->a, common);
    save_registers(e);
    a64_rri(e->a, A64_add, 8, 0, A64_SP, 0);
    a64_copy(e->a, 8, 1, A64_FP);
    a64_imm(e->a, 8, 2, (uintptr_t)e->code);
    a64_copy(e->a, 4, 3, EXIT_NUMBER);
    a64_call_to(e->a, e->deopt_entry, A64_IP1);
    move_results(e);
    leave(e, true);
}
