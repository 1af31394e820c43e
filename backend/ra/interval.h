/*
 * Live intervals: what the parts of register allocation share.
 *
 * Instruction i has four positions:
 *
 *     4i      the gap before it: moves to where operands have to be
 *     4i + 1  it reads its operands
 *     4i + 2  it writes its results
 *     4i + 3  the gap behind it: moves from where results are
 *
 * A range [from, to) is a stretch of positions; between ranges an interval has
 * holes.  An interval is split into children, each with one place; those of a
 * virtual register form a list in order of position.  A child starts at the
 * start of a block (4 * first), where edges bring the value, or at 4i + 1,
 * where the gap before instruction i does.
 */
#ifndef ESP_RA_INTERVAL_H
#define ESP_RA_INTERVAL_H

#include "backend/lir/lir.h"
#include "backend/machine.h"
#include "framework/base/bits.h"

enum { RA_NEVER = 0xffffffff };

typedef struct ra_range {
    uint32_t from, to;
    struct ra_range *next;
} ra_range;

typedef enum ra_kind {
    RA_MUST,                    /* in a register */
    RA_SHOULD,                  /* better in a register: memory operands */
    RA_MOVE,                    /* a move reads it, from wherever it is */
    RA_ANY                      /* wherever it is: frame states */
} ra_kind;

enum { RA_NO_REG = 0xff };

typedef struct ra_use {
    uint32_t pos;
    uint32_t operand;           /* in lir->ops; RA_NEVER: none */
    uint8_t kind;
    uint8_t reg;                /* would like to be there, or RA_NO_REG */
    struct ra_use *next;
} ra_use;

/* lir_place while slots have no numbers yet. */
enum { RA_SPILLED = PLACE_SLOT };

typedef struct ra_interval {
    uint32_t v;
    uint32_t start, end;
    ra_range *ranges;           /* all of them */
    ra_range *current;          /* first that has not ended; while scanning */
    ra_use *uses;
    ra_use **read, **need;      /* links to the next of a kind; while scanning */
    uint32_t loop, loop_need;   /* the first need in a loop that was asked for */
    lir_place loc;
    struct ra_interval *next;   /* child behind this one */
    struct ra_interval *link;   /* in a list of the scan */
} ra_interval;

/* Everything known of a virtual register. */
typedef struct ra_value {
    ra_interval *first;         /* NULL: never live */
    VEC(ra_interval *) child;   /* all, when there are several */
    uint32_t cursor;            /* the one where resolve.c looked last */
    uint32_t group;             /* those joined by block parameters */
    uint32_t flows_to;          /* parameter that it is passed for, or 0 */
    uint32_t reuses;            /* value whose register it would like, or 0 */
    uint32_t reused;            /* value that would like its register, or 0 */
    uint32_t def;               /* defining instruction */
    uint32_t global;            /* number among those live across blocks */
    lir_place slot;               /* its spill slot, or PLACE_NONE */
    uint8_t group_reg;          /* of the group: register last given */
    uint8_t last_reg;           /* register last given */
    bool remat;                 /* a constant: made again, never stored */
} ra_value;

typedef struct ra_loop { uint32_t from, to; } ra_loop;     /* positions */

/* A move in a gap; those of one gap happen at once. */
typedef struct ra_move {
    lir_place from, to;           /* from PLACE_NONE: the constant v is made */
    uint32_t v;
    uint32_t next;
} ra_move;

typedef struct ra {
    lir *l;
    esp_arena *a;               /* scratch */
    const esp_machine *m;
    uint8_t order[LIR_CLASSES][32];
    uint8_t norder[LIR_CLASSES];
    ra_value *value;
    uint32_t *block_of;         /* for each instruction */
    uint32_t *loop_of;          /* for each block: innermost loop */
    VEC(ra_loop) loops;         /* loops.at[0]: the whole unit */
    uint32_t cold;              /* position where the cold blocks begin */
    uint32_t *global;           /* virtual registers live across blocks */
    uint32_t nglobal;
    esp_bits *live_in;          /* by block */
    ra_range *fixed[MACHINE_REGS];  /* when a register is not free */
    uint32_t *calls, ncalls;    /* instructions, ascending */
    VEC(ra_move) moves;         /* moves.at[0] is none */
    uint32_t *gap;              /* first move before (2i), behind (2i + 1) */
} ra;

static inline uint32_t ra_block_start(const ra *r, uint32_t b)
{
    return 4 * r->l->blocks.at[b].first;
}

static inline uint32_t ra_block_end(const ra *r, uint32_t b)
{
    return 4 * r->l->blocks.at[b].end;
}

static inline uint32_t ra_block_at(const ra *r, uint32_t pos)
{
    return r->block_of[pos / 4];
}

void ra_live(ra *r);            /* live.c: liveness and intervals */
bool ra_lives_on(const ra *r, uint32_t v, uint32_t i);  /* behind i; only while
                                                 * intervals are built */
void ra_undo(ra *r, uint32_t i);    /* undo.c */
void ra_scan(ra *r);            /* scan.c: a place for each child */
void ra_slots(ra *r);           /* slots.c: numbers for spill slots */
void ra_resolve(ra *r);         /* resolve.c: places into operands, moves */
void ra_rewrite(ra *r);         /* moves.c: moves into instructions */

/* The child that is live at a position, or NULL. */
ra_interval *ra_child_at(const ra *r, uint32_t v, uint32_t pos);

#endif
