/*
 * The machine frame of a unit, and its ways out.
 *
 * The runtime is called on top of the frame: with all registers in a block,
 * the frame pointer, the unit, and the exit's number.  An exit has the number
 * in r11; the piece of code that all units share finds it in the block, and
 * the unit in r11.
 */
#include "backend/x64/x64.h"

#include "backend/compile.h"

#include <stddef.h>

static void save(emitter *e, unsigned reg, int32_t at)
{
    x64_mr(e->a, X64_mov, 8, x64_at(X64_RBP, at), reg);
}

static void restore(emitter *e, unsigned reg, int32_t at)
{
    x64_rm(e->a, X64_mov, 8, reg, x64_at(X64_RBP, at));
}

void x64_enter(emitter *e)
{
    uint32_t bytes = emit_frame_bytes(e);

    x64_r(e->a, X64_push, 8, X64_RBP);
    x64_rr(e->a, X64_mov, 8, X64_RBP, X64_RSP);
    if (bytes)
        x64_ri(e->a, X64_sub, 8, X64_RSP, bytes);
    emit_each_saved(e, save);
}

/* `deep`: the stack pointer is not where the entry left it. */
static void give_back(emitter *e, bool deep)
{
    emit_each_saved(e, restore);
    if (deep || emit_frame_bytes(e))
        x64_0(e->a, X64_leave, 8);
    else
        x64_r(e->a, X64_pop, 8, X64_RBP);
    x64_ret(e->a);
}

void x64_return(emitter *e)
{
    give_back(e, false);
}

/* ----------------------------------------------------------------- exits */

/* Where a register is saved, which begins so many bytes above the stack
 * pointer. */
static x64_mem gpr(unsigned reg, int32_t above)
{
    return x64_at(X64_RSP, above + 8 * (int32_t)reg);
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

void x64_exit(emitter *e, uint32_t number, esp_label all)
{
    x64_imm(e->a, X64_R11, number, true);
    x64_jmp(e->a, all);
}

/* The cache is smaller than what a call reaches. */
void x64_leave(emitter *e, const void *shared)
{
    x64_ri(e->a, X64_sub, 8, X64_RSP, sizeof(struct deopt_regs));
    x64_mr(e->a, X64_mov, 8, gpr(X64_RSP, 0), X64_R11);
    x64_imm(e->a, X64_R11, (uintptr_t)e->code, true);
    x64_call_to(e->a, shared, X64_R11);
    move_results(e);
    give_back(e, true);
}

void x64_shared_leave(esp_asm *a, const void *runtime)
{
    const int32_t above = 8, fpr = offsetof(struct deopt_regs, fpr);

    for (unsigned r = 0; r < 16; r++)
        if (r != X64_RSP)
            x64_mr(a, X64_mov, 8, gpr(r, above), r);
    for (unsigned r = 0; r < 16; r++)
        x64_mr(a, X64_movs, 8, x64_at(X64_RSP, above + fpr + 8 * (int32_t)r),
               r);
    x64_rm(a, X64_lea, 8, X64_RDI, x64_at(X64_RSP, above));
    x64_rr(a, X64_mov, 8, X64_RSI, X64_RBP);
    x64_rr(a, X64_mov, 8, X64_RDX, X64_R11);
    x64_rm(a, X64_mov, 4, X64_RCX, gpr(X64_RSP, above));
    x64_ri(a, X64_sub, 8, X64_RSP, 8);          /* calls want it aligned */
    x64_call_to(a, runtime, X64_R11);
    x64_ri(a, X64_add, 8, X64_RSP, 8);
    x64_ret(a);
}
