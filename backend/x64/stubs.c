/*
 * The machine frame of a unit, and its ways out.
 *
 *     rbp + 16   arguments on the stack
 *     rbp + 8    return address
 *     rbp        the caller's rbp
 *                slots of the graph, in lir->frame bytes
 *                registers that belong to the caller, those that are used
 *                spill slots
 *     rsp        arguments of calls on the stack
 *
 * An exit has a stub of two instructions that names it; what they have in
 * common stands once, at the end: it saves all registers in a block on top of
 * the frame, hands that to the runtime, and returns the runtime's result as
 * the unit's own.
 */
#include "backend/x64/x64.h"

#include "backend/compile.h"

#include <stddef.h>

static uint32_t saved_set(const emitter *e)
{
    return (uint32_t)(e->l->used & e->isa->machine->callee_saved);
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

int32_t x64_slot(const emitter *e, lir_place at)
{
    uint32_t k = at - PLACE_SLOT;

    return -(int32_t)(e->l->frame + saved_bytes(e) + 8 * (k + 1));
}

static int32_t saved_at(const emitter *e)
{
    return -(int32_t)(e->l->frame + saved_bytes(e));
}

void x64_prologue(emitter *e)
{
    uint32_t set = saved_set(e), bytes = frame_bytes(e);
    int32_t at = saved_at(e);

    e->code->frame = (code_frame){ .size = bytes, .saved_gpr = set,
                                   .saved_at = at };
    x64_r(e->a, X64_push, 8, X64_RBP);
    x64_rr(e->a, X64_mov, 8, X64_RBP, X64_RSP);
    if (bytes)
        x64_ri(e->a, X64_sub, 8, X64_RSP, bytes);
    for (unsigned r = 0; r < 16; r++)
        if (set >> r & 1) {
            x64_mr(e->a, X64_mov, 8, x64_at(X64_RBP, at), r);
            at += 8;
        }
}

/* `deep`: the stack pointer is not where the prologue left it. */
static void leave(emitter *e, bool deep)
{
    uint32_t set = saved_set(e);
    int32_t at = saved_at(e);

    for (unsigned r = 0; r < 16; r++)
        if (set >> r & 1) {
            x64_rm(e->a, X64_mov, 8, r, x64_at(X64_RBP, at));
            at += 8;
        }
    if (deep || frame_bytes(e))
        x64_0(e->a, X64_leave, 8);
    else
        x64_r(e->a, X64_pop, 8, X64_RBP);
    x64_ret(e->a);
}

void x64_epilogue(emitter *e)
{
    leave(e, false);
}

/* ----------------------------------------------------------------- exits */

static void save_registers(emitter *e)
{
    int32_t fpr = offsetof(struct deopt_regs, fpr);

    x64_ri(e->a, X64_sub, 8, X64_RSP, sizeof(struct deopt_regs));
    for (unsigned r = 0; r < 16; r++)
        if (r != X64_RSP)
            x64_mr(e->a, X64_mov, 8, x64_at(X64_RSP, 8 * (int32_t)r), r);
    for (unsigned r = 0; r < 16; r++)
        x64_mr(e->a, X64_movs, 8, x64_at(X64_RSP, fpr + 8 * (int32_t)r), r);
}

/* The runtime's result is two words in rax and rdx; the unit's may be floats,
 * or an address that the unit itself has kept. */
static void move_results(emitter *e)
{
    const esp_sig *sig = &e->g->sig;
    bool f[2] = { sig->nresults > 0 && type_is_float((esp_type)sig->result[0]),
                  sig->nresults > 1
                  && type_is_float((esp_type)sig->result[1]) };

    if (f[0])
        x64_rr(e->a, X64_movgx, 8, 0, X64_RAX);
    if (f[1])
        x64_rr(e->a, X64_movgx, 8, f[0], X64_RDX);
    else if (f[0])
        x64_rr(e->a, X64_mov, 8, X64_RAX, X64_RDX);
    if (e->l->result_at)
        x64_rm(e->a, X64_mov, 8, X64_RAX, x64_at(X64_RBP, e->l->result_at));
}

void x64_stubs(emitter *e)
{
    esp_label common = asm_label(e->a);

    if (e->l->exits.n == 0)
        return;
    for (uint32_t k = 0; k < e->l->exits.n; k++) {
        const lir_ins *i = &e->l->ins.at[e->exits[k].ins];

        asm_bind(e->a, e->exits[k].at);
        if (i->op == LIR_sumguard)
            x64_emit_undo(e, i);
        x64_imm(e->a, X64_R11, k, true);
        x64_jmp(e->a, common);
    }
    asm_bind(e->a, common);
    save_registers(e);
    x64_rr(e->a, X64_mov, 8, X64_RDI, X64_RSP);
    x64_rr(e->a, X64_mov, 8, X64_RSI, X64_RBP);
    x64_imm(e->a, X64_RDX, (uintptr_t)e->code, true);
    x64_rr(e->a, X64_mov, 4, X64_RCX, X64_R11);
    x64_call_to(e->a, e->deopt_entry, X64_R11);
    move_results(e);
    leave(e, true);
}
