/*
 * Spill slots: one for each value that is in memory somewhere.
 *
 * Values that are never live at the same time share one.  Only the whole
 * extent of a value counts, not its holes: the slot stays valid all along.
 * A parameter and its arguments take the same slot where they can, which
 * saves the move between them.
 */
#include "backend/ra/interval.h"

#include <stdlib.h>

typedef struct extent {
    uint32_t v, start, end;
} extent;

static int by_start(const void *x, const void *y)
{
    const extent *a = x, *b = y;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->v < b->v ? -1 : a->v > b->v;
}

static bool in_memory(const ra_value *v)
{
    for (const ra_interval *it = v->first; it; it = it->next)
        if (it->loc == RA_SPILLED)
            return !v->remat;
    return false;
}

static uint32_t whole_end(const ra_value *v)
{
    const ra_interval *it = v->first;

    while (it->next)
        it = it->next;
    return it->end;
}

void ra_slots(ra *r)
{
    uint32_t n = 0, nslots = 0, nvregs = r->l->vregs.n;
    extent *x = ARENA_ARRAY(r->a, extent, nvregs);
    uint32_t *free_from = ARENA_ARRAY(r->a, uint32_t, nvregs);
    uint32_t *wanted = ARENA_ARRAY(r->a, uint32_t, nvregs);

    for (uint32_t v = 1; v < nvregs; v++)
        if (r->value[v].first && in_memory(&r->value[v]))
            x[n++] = (extent){ v, r->value[v].first->start,
                               whole_end(&r->value[v]) };
    qsort(x, n, sizeof *x, by_start);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *want = &wanted[r->value[x[i].v].group];
        uint32_t slot = *want ? *want - 1 : 0;

        if (*want == 0 || free_from[slot] > x[i].start)
            for (slot = 0; slot < nslots; slot++)
                if (free_from[slot] <= x[i].start)
                    break;
        if (slot == nslots)
            nslots++;
        free_from[slot] = x[i].end;
        *want = slot + 1;
        r->value[x[i].v].slot = PLACE_SLOT + slot;
    }
    r->l->nslots = nslots;
}
