/*
 * Register allocation, step by step.
 */
#include "backend/ra/ra.h"

#include "backend/ra/interval.h"

#include <string.h>

static void choose_registers(ra *r, uint32_t few)
{
    memcpy(r->order, r->m->order, sizeof r->order);
    memcpy(r->norder, r->m->norder, sizeof r->norder);
    for (unsigned c = 0; few && c < LIR_CLASSES; c++)
        if (r->norder[c] > few)
            r->norder[c] = (uint8_t)few;
}

void ra_run(lir *l, uint32_t few)
{
    esp_arena_mark mark = arena_mark(&l->unit->scratch);
    ra r = { .l = l, .a = &l->unit->scratch, .m = l->machine };

    choose_registers(&r, few);
    ra_live(&r);
    ra_scan(&r);
    ra_slots(&r);
    ra_resolve(&r);
    ra_rewrite(&r);
    arena_release(r.a, mark);
}
