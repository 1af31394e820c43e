/*
 * The machine frame of a unit, and its ways out.
 *
 * The runtime is called on top of the frame: with all registers in a block,
 * the frame pointer, the unit, and the exit's number.  An exit has the number
 * in x16; the piece of code that all units share finds it in the block, and
 * the unit in x16.
 */
#include "backend/a64/a64.h"

#include "backend/compile.h"

#include <stddef.h>

/* Offsets that count up from the stack pointer reach much further than those
 * that count down from the frame pointer. */
a64_mem a64_in_frame(emitter *e, unsigned size, int32_t disp)
{
    int32_t up = (int32_t)emit_frame_bytes(e) + disp;

    if (!a64_has_offset(size, disp) && a64_has_offset(size, up))
        return a64_at(A64_SP, up);
    return a64_reach(e->a, size, A64_FP, disp, A64_IP0);
}

/* ----------------------------------------------------- entry and return */

static void access(emitter *e, a64_op op, a64_op fop, unsigned reg, int32_t at)
{
    a64_rm(e->a, reg < A64_V ? op : fop, 8, reg % A64_V,
           a64_reach(e->a, 8, A64_FP, at, A64_IP0));
}

static void save(emitter *e, unsigned reg, int32_t at)
{
    access(e, A64_str, A64_strf, reg, at);
}

static void restore(emitter *e, unsigned reg, int32_t at)
{
    access(e, A64_ldr, A64_ldrf, reg, at);
}

void a64_enter(emitter *e)
{
    uint32_t bytes = emit_frame_bytes(e);

    a64_rrm(e->a, A64_stp, 8, A64_FP, A64_LR, a64_pre(A64_SP, -16));
    a64_rri(e->a, A64_add, 8, A64_FP, A64_SP, 0);
    if (bytes)
        a64_add_any(e->a, A64_SP, A64_SP, -(int64_t)bytes, A64_IP0);
    emit_each_saved(e, save);
}

/* `deep`: the stack pointer is not where the entry left it. */
static void give_back(emitter *e, bool deep)
{
    emit_each_saved(e, restore);
    if (deep || emit_frame_bytes(e))
        a64_rri(e->a, A64_add, 8, A64_SP, A64_FP, 0);
    a64_rrm(e->a, A64_ldp, 8, A64_FP, A64_LR, a64_post(A64_SP, 16));
    a64_ret(e->a);
}

void a64_return(emitter *e)
{
    give_back(e, false);
}

/* ----------------------------------------------------------------- exits */

enum { EXIT_NUMBER = A64_IP0 };

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

void a64_exit(emitter *e, uint32_t number, esp_label all)
{
    a64_imm(e->a, 4, EXIT_NUMBER, number);
    a64_b(e->a, all);
}

void a64_leave(emitter *e, const void *shared)
{
    a64_rri(e->a, A64_sub, 8, A64_SP, A64_SP, sizeof(struct deopt_regs));
    a64_rm(e->a, A64_str, 8, EXIT_NUMBER, a64_at(A64_SP, 8 * A64_SP));
    a64_imm(e->a, 8, A64_IP0, (uintptr_t)e->code);
    a64_call_to(e->a, shared, A64_IP1);
    move_results(e);
    give_back(e, true);
}

/* Registers 30 and 31 are the link, which the frame has, and the stack pointer
 * or zero, as floating-point registers 30 and 31 are not. */
void a64_shared_leave(esp_asm *a, const void *runtime)
{
    const int32_t fpr = offsetof(struct deopt_regs, fpr);

    for (unsigned r = 0; r < 32; r += 2) {
        if (r < 30)
            a64_rrm(a, A64_stp, 8, r, r + 1, a64_at(A64_SP, 8 * (int32_t)r));
        a64_rrm(a, A64_stpf, 8, r, r + 1,
                a64_at(A64_SP, fpr + 8 * (int32_t)r));
    }
    a64_rri(a, A64_add, 8, 0, A64_SP, 0);
    a64_copy(a, 8, 1, A64_FP);
    a64_copy(a, 8, 2, A64_IP0);
    a64_rm(a, A64_ldr, 4, 3, a64_at(A64_SP, 8 * A64_SP));
    a64_rrm(a, A64_stp, 8, A64_FP, A64_LR, a64_pre(A64_SP, -16));
    a64_call_to(a, runtime, A64_IP1);
    a64_rrm(a, A64_ldp, 8, A64_FP, A64_LR, a64_post(A64_SP, 16));
    a64_ret(a);
}
