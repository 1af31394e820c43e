/*
 * LIR: construction and look-up.
 */
#include "backend/lir/lir.h"

#include "backend/machine.h"

static const struct { const char *name; uint8_t flags; } common[] = {
#define TERM  LIR_TERM
#define CALL  LIR_CALL
#define SETS  LIR_SETS
#define READS LIR_READS
#define REMAT LIR_REMAT
#define EXIT  LIR_EXIT
#define LOP(name, flags, meaning) { #name, flags },
#include "backend/lir/ops.def"
#undef LOP
#undef TERM
#undef CALL
#undef SETS
#undef READS
#undef REMAT
#undef EXIT
};

lir *lir_new(esp_unit *u, const esp_machine *m)
{
    lir *l = ARENA_NEW(&u->arena, lir);

    l->unit = u;
    l->arena = &u->arena;
    l->machine = m;
    VEC_PUSH(l->arena, &l->vregs, (lir_vreg){ 0 });
    return l;
}

uint32_t lir_new_vreg(lir *l, lir_class cls)
{
    VEC_PUSH(l->arena, &l->vregs, (lir_vreg){ (uint8_t)cls });
    return l->vregs.n - 1;
}

void lir_link(lir *l)
{
    uint32_t next = 0;

    for (uint32_t b = 0; b < l->blocks.n; b++)
        l->blocks.at[b].npreds = 0;
    for (uint32_t e = 0; e < l->edges.n; e++)
        l->blocks.at[l->edges.at[e].block].npreds++;
    for (uint32_t b = 0; b < l->blocks.n; b++) {
        l->blocks.at[b].preds = next;
        next += l->blocks.at[b].npreds;
        l->blocks.at[b].npreds = 0;
    }
    l->preds.n = 0;
    VEC_RESERVE(l->arena, &l->preds, next);
    l->preds.n = next;
    for (uint32_t b = 0; b < l->blocks.n; b++)
        for (uint32_t e = 0; e < l->blocks.at[b].nedges; e++) {
            uint32_t to = l->edges.at[l->blocks.at[b].edges + e].block;
            lir_block *t = &l->blocks.at[to];

            l->preds.at[t->preds + t->npreds++] = b;
        }
}

uint32_t lir_weight(const lir_block *b)
{
    if (b->cold)
        return 1;
    return 16u << 3 * (b->depth < 6 ? b->depth : 6);
}

unsigned lir_op_flags(const lir *l, unsigned op)
{
    return op < LIR_TARGET ? common[op].flags : l->machine->op_flags(op);
}

const char *lir_op_name(const lir *l, unsigned op)
{
    return op < LIR_TARGET ? common[op].name : l->machine->op_name(op);
}
