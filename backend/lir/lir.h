/*
 * LIR: machine instructions on virtual registers.
 *
 * Selection makes it, register allocation gives each operand a place, emission
 * turns it into bytes.  Blocks stand in one array, in the order of emission
 * as far as possible; instructions stand in one array, block by block.  Each
 * block begins with a `block` instruction, which gives the moves on its edges
 * a place to stand.
 *
 * A virtual register has one definition, a block parameter included.  An
 * operand says what it needs of its place:
 *
 *     reg      a register of the class of its virtual register
 *     fixed    this register; a move brings the value there before the
 *              instruction, or away from it behind
 *     reuse    (definitions) the register of the first use of kind `reuse`,
 *              where a move puts a copy of that value first
 *     any      register or spill slot: memory operands and frame states
 *     slot     spill slot: frame states of calls, where no register survives
 *
 * Flags are not registers: an instruction that reads them stands right behind
 * one that sets them, and allocation puts only plain moves between the two.
 *
 * No edge is critical: a block with several successors leads only to blocks
 * with one predecessor.
 */
#ifndef ESP_LIR_H
#define ESP_LIR_H

#include "framework/base/text.h"
#include "framework/base/vec.h"
#include "pe/graph/unit.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a value is: nowhere, in a register, or in a spill slot. */
typedef uint32_t lir_place;
enum {
    PLACE_NONE = 0,
    PLACE_REG = 1,                /* + number of the register */
    PLACE_SLOT = 65               /* + number of the slot, of 8 bytes each */
};

static inline bool place_is_reg(lir_place l)
{
    return l >= PLACE_REG && l < PLACE_SLOT;
}

static inline bool place_is_slot(lir_place l) { return l >= PLACE_SLOT; }

typedef enum lir_op {
#define LOP(name, flags, meaning) LIR_##name,
#include "backend/lir/ops.def"
#undef LOP
    LIR_TARGET                  /* the target's operations from here on */
} lir_op;

enum lir_op_flag {
    LIR_TERM = 1, LIR_CALL = 2, LIR_SETS = 4, LIR_READS = 8, LIR_REMAT = 16,
    LIR_EXIT = 32
};

typedef enum lir_class { LIR_INT, LIR_FLOAT, LIR_CLASSES } lir_class;

typedef enum lir_role {
    LIR_USE,                    /* read before anything is written */
    LIR_LATE,                   /* read until the instruction has ended */
    LIR_DEF,
    LIR_TEMP                    /* written, of no use afterwards */
} lir_role;

typedef enum lir_need {
    LIR_NEED_REG, LIR_NEED_FIXED, LIR_NEED_REUSE, LIR_NEED_ANY, LIR_NEED_SLOT
} lir_need;

/* What the operand is to the encoder. */
typedef enum lir_part {
    LIR_IMPLIED,                /* nothing: it is where it has to be */
    LIR_DST, LIR_SRC, LIR_BASE, LIR_INDEX, LIR_TMP, LIR_STATE, LIR_PARTS
} lir_part;

typedef struct lir_operand {
    uint32_t v;                 /* virtual register; 0: a clobbered register */
    uint8_t role, need, part;
    uint8_t reg;                /* fixed: which */
    lir_place loc;                /* after register allocation */
} lir_operand;

typedef struct lir_ins {
    uint16_t op;
    uint8_t size;               /* of what it works on, in bytes */
    uint8_t cc;                 /* condition, in the target's numbering */
    uint8_t form;               /* how the target reads the operands */
    uint8_t mem;                /* enum lir_mem */
    uint8_t scale;              /* of the index; 1, 2, 4, 8 */
    uint16_t nops;
    uint32_t ops;               /* in lir->ops; definitions first */
    int32_t disp;
    uint32_t info;              /* number of a call or exit; target's */
    int64_t imm;
} lir_ins;

/* What a memory operand starts from. */
enum lir_mem {
    LIR_MEM_REG,                /* its base and index operands, if any */
    LIR_MEM_FRAME,              /* the frame pointer */
    LIR_MEM_STACK,              /* the stack pointer: arguments of calls */
    LIR_MEM_POOL                /* the constant `imm`, behind the code */
};

typedef struct lir_edge {
    uint32_t block;
    uint32_t args, nargs;       /* in lir->args */
    uint64_t value;             /* switch: the case */
} lir_edge;

typedef struct lir_block {
    uint32_t first, end;        /* instructions */
    uint32_t params, nparams;   /* in lir->args */
    uint32_t edges, nedges;
    uint32_t preds, npreds;     /* in lir->preds; see lir_link */
    uint32_t weight;            /* how often it runs, roughly; see lir_link */
    uint8_t depth;              /* of loops around it */
    bool header;                /* of a loop */
    bool cold;
} lir_block;

typedef struct lir_vreg {
    uint8_t cls;
} lir_vreg;

/* A way out of the unit: what deoptimization has to know. */
typedef struct lir_exit {
    uint32_t state, reason;     /* of the graph */
} lir_exit;

typedef struct lir_call {
    const void *address;        /* of the callee, NULL: operands say where */
    uint32_t state;             /* of the graph; 0: none */
    uint8_t floats;             /* arguments in float registers: variadic */
    bool variadic;
    bool self;                  /* the callee is this unit */
    const char *name;           /* of the callee, or NULL */
} lir_call;

typedef struct lir {
    esp_unit *unit;
    esp_arena *arena;
    const struct esp_machine *machine;
    VEC(lir_ins) ins;
    VEC(lir_operand) ops;
    VEC(lir_block) blocks;
    VEC(lir_edge) edges;
    VEC(uint32_t) args;         /* parameters, arguments: virtual registers */
    VEC(uint32_t) preds;
    VEC(lir_vreg) vregs;        /* vregs.at[0] is none */
    VEC(lir_exit) exits;
    VEC(lir_call) calls;
    VEC(uint32_t) state_refs;   /* what graph_state_refs says of states */
    uint32_t *state_first;      /* by state of the graph: in `state_refs` */
    uint32_t frame;             /* bytes of the graph's slots, right below the
                                 * frame pointer */
    int32_t result_at;          /* where the address of the result struct is
                                 * kept, from the frame pointer; 0: none */
    uint32_t outgoing;          /* bytes for arguments of calls on the stack */
    uint32_t nslots;            /* after allocation: spill slots */
    uint64_t used;              /* after allocation: registers written */
} lir;

lir *lir_new(esp_unit *u, const struct esp_machine *m);
uint32_t lir_new_vreg(lir *l, lir_class cls);

/* Fills in the predecessors and weights of all blocks.  A weight is 1 for cold
 * blocks, LIR_WEIGHT for the entry, is shared by the arms of a branch, and is
 * eight times as much in a loop. */
enum { LIR_WEIGHT = 1024 };
void lir_link(lir *l);

static inline lir_operand *lir_ops(const lir *l, const lir_ins *i)
{
    return &l->ops.at[i->ops];
}

/* Flags and names, the target's operations included. */
unsigned lir_op_flags(const lir *l, unsigned op);
const char *lir_op_name(const lir *l, unsigned op);

/* Text form.  lir_parse returns NULL and a message with the line if the text
 * is not LIR; memory comes from the unit's arena. */
void lir_print(const lir *l, esp_text *out);
lir *lir_parse(esp_unit *u, const struct esp_machine *m, const char *text,
               esp_text *error);

/* NULL if all is well, else what is wrong, in the unit's arena. */
const char *lir_verify(const lir *l);

#endif
