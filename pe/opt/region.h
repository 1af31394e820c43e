/*
 * Copies of blocks of a loop, and which values are meant behind them.
 *
 * A region is some blocks of one loop that form no cycle but through the
 * loop's header.  It is copied block by block; then some edges are led to the
 * copies.  From there on, a value of the region comes from one of two places:
 * blocks of the copy that are entered in more than one way, and each block
 * that is the first behind the loop on some way, get parameters for it.
 *
 *     region_init(&r, g, loop);
 *     region_add(&r, block) ...               in reverse post-order
 *     region_copy(&r)                         and lead edges to r.copy_of
 *     region_behind(&r)
 */
#ifndef ESP_OPT_REGION_H
#define ESP_OPT_REGION_H

#include "framework/base/bits.h"
#include "pe/graph/props.h"
#include "pe/opt/rewrite.h"

/* What stands for a value below a block, in the copy or behind the loop. */
struct stand_in { uint32_t next; esp_ref value, param; };

typedef struct opt_region {
    esp_graph *g;
    uint32_t loop, header;
    uint32_t back;              /* where edges of the copy to the header go;
                                 * the header itself if nobody says else; at
                                 * most one block newer than the region */
    VEC(uint32_t) blocks;
    esp_bits in;                /* the same as a set */
    uint32_t *copy_of;          /* by block: of the region, NO_BLOCK others */
    uint32_t *copy_edge;        /* by edge of the region: its copy */
    esp_bits entries;           /* blocks whose edges into the region will lead
                                 * to the copy; the region itself may have
                                 * some.  None: through the header alone */
    bool many;                  /* there are entries */
    esp_ref *copied;            /* by instruction of the region: its copy */
    opt_rewrite copy;           /* to what is meant in a block of the copy */
    opt_rewrite behind;         /* to what is meant behind the loop */
    uint32_t *top;              /* by block dominated by the loop but not in
                                 * it: the first such one above it */
    uint32_t *stand_ins;        /* by block: list in `list` */
    VEC(struct stand_in) list;
    uint32_t at;                /* the block that is being copied, or the top
                                 * that is being rewritten */
} opt_region;

/* Notes are in the scratch arena.  Needs dominators, loops, places. */
void region_init(opt_region *r, esp_graph *g, uint32_t loop);
void region_add(opt_region *r, uint32_t block);

/* Before anything is changed: is the region of a form that can be copied? */
bool region_possible(opt_region *r);

void region_copy(opt_region *r);
void region_behind(opt_region *r);

static inline bool region_has(const opt_region *r, uint32_t block)
{
    return block != NO_BLOCK && bits_get(r->in, block);
}

#endif
