/*
 * Where things are in the machine frame of a unit; see emit.h.
 */
#include "backend/emit.h"

static uint64_t saved_set(const emitter *e)
{
    return e->l->used & e->isa->machine->callee_saved;
}

static uint32_t saved_bytes(const emitter *e)
{
    return 8 * (uint32_t)CC_POPCOUNT64(saved_set(e));
}

static int32_t saved_at(const emitter *e)
{
    return -(int32_t)(e->l->frame + saved_bytes(e));
}

uint32_t emit_frame_bytes(const emitter *e)
{
    uint32_t n = e->l->frame + saved_bytes(e) + 8 * e->l->nslots
               + e->l->outgoing;

    return (n + 15) & ~15u;
}

int32_t emit_slot(const emitter *e, lir_place at)
{
    return saved_at(e) - 8 * (int32_t)(at - PLACE_SLOT + 1);
}

void emit_each_saved(emitter *e,
                     void (*access)(emitter *e, unsigned reg, int32_t at))
{
    int32_t at = saved_at(e);

    for (uint64_t set = saved_set(e); set; set &= set - 1, at += 8)
        access(e, (unsigned)CC_CTZ64(set), at);
}

code_frame emit_frame(const emitter *e)
{
    code_frame f = { .size = emit_frame_bytes(e), .saved_at = saved_at(e) };

    for (uint64_t set = saved_set(e); set; set &= set - 1) {
        esp_loc at = e->isa->loc((unsigned)CC_CTZ64(set));

        *(at.kind == LOC_GPR ? &f.saved_gpr : &f.saved_fpr) |= 1u << at.value;
    }
    return f;
}
