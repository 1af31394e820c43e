/*
 * The order in which a draft's blocks stand in an image, and what is live
 * where.
 */
#ifndef ESP_MKIMAGE_LAYOUT_H
#define ESP_MKIMAGE_LAYOUT_H

#include "framework/base/bits.h"
#include "tools/mkimage/draft.h"

typedef struct layout {
    const draft *d;
    draft_refs order;           /* blocks: draft number by position */
    uint32_t *position;         /* and back */
    uint32_t *loop_end;         /* by position: of a loop that starts there,
                                 * the position behind it; else 0 */
    bool *explode, *deopts;     /* by position */
    uint32_t *value;            /* by ref: its number in the image */
    draft_refs consts;          /* those that are used, in order; the first is
                                 * no constant of the draft */
    uint32_t ncode;
    esp_bits *live;             /* by position: values live on entry; bits are
                                 * value numbers less consts.n */
} layout;

/* NULL and l filled in, or why this function cannot be in an image. */
const char *layout_make(layout *l, draft *d);

/* Value numbers (less consts.n) that are live behind the instruction at
 * d->blocks.at[order.at[position]].code.at[k], its results left out. */
esp_bits layout_live_behind(const layout *l, uint32_t position, uint32_t k);

#endif
