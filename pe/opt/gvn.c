/*
 * Value numbering: everything that is needed is folded and numbered again.
 *
 * The builder has done that once, when less was known: since then values have
 * been replaced, and rules look a few inputs deep.  Divisions that had to be
 * pinned float if they no longer trap; of two that are equal the lower one
 * goes, if the other dominates it.
 *
 * needs   dominators
 * keeps   control flow
 * breaks  the places of divisions
 * cost    linear; one table look-up an instruction
 */
#include "pe/graph/dom.h"
#include "pe/graph/table.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

#include <string.h>

/* A division that stands in a block. */
struct pinned { uint32_t next; esp_ref ins; uint32_t block; };

struct gvn {
    opt_rewrite w;
    VEC(struct pinned) pinned;
    uint32_t bucket[256];       /* into pinned; 0 none */
};

static bool same(esp_ins x, esp_ins y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

/* An equal division that has been done before on every path, or 0; if there is
 * none this one is remembered. */
static esp_ref find_equal(struct gvn *v, esp_ref r, uint32_t block)
{
    esp_graph *g = v->w.g;
    esp_ins i = *graph_at(g, r);
    uint32_t *bucket = &v->bucket[table_hash((uint64_t)i.a << 32 | i.b, i.op)
                                  % 256];

    for (uint32_t k = *bucket; k; k = v->pinned.at[k].next) {
        const struct pinned *p = &v->pinned.at[k];

        if (same(*graph_at(g, p->ins), i)
            && dom_dominates(g, p->block, block))
            return p->ins;
    }
    VEC_PUSH(&g->unit->scratch, &v->pinned,
             ((struct pinned){ *bucket, r, block }));
    *bucket = v->pinned.n - 1;
    return 0;
}

/* Is the division still needed where it stands? */
static bool keep_division(struct gvn *v, esp_ref r, uint32_t block)
{
    esp_ref equal;

    if (rewrite_trapping(&v->w, r))
        return false;
    equal = find_equal(v, r, block);
    if (equal)
        rewrite_to(&v->w, r, equal);
    return !equal;
}

static void visit_block(struct gvn *v, uint32_t block)
{
    esp_graph *g = v->w.g;
    uint32_t n = 0;

    for (uint32_t i = 0; i < g->blocks.at[block].code.n; i++) {
        esp_ref r = g->blocks.at[block].code.at[i];

        if (graph_at(g, r)->flags & INS_PINNED) {
            if (!keep_division(v, r, block))
                continue;
        } else {
            rewrite_inputs(&v->w, r);
        }
        g->blocks.at[block].code.at[n++] = r;
    }
    g->blocks.at[block].code.n = n;
}

void opt_gvn(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct gvn *v = ARENA_NEW(scratch, struct gvn);

    edit_kill_unreachable(g);
    rewrite_init(&v->w, g);
    v->w.refold = true;
    v->w.in_place = true;
    VEC_PUSH(scratch, &v->pinned, (struct pinned){ 0 });
    for (uint32_t i = 0; i < g->props->order.n; i++)
        visit_block(v, g->props->order.at[i]);
    rewrite_vobjs(&v->w);
    arena_release(scratch, mark);
}
