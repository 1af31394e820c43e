/*
 * Instruction selection: from a scheduled graph to LIR.
 *
 * Blocks and instructions are visited from the last to the first.  So when an
 * instruction is met, it is known whether anything that has been selected
 * needs its value (`sel_is_used`), and what its users have not taken into
 * themselves is the only thing that is made: fusion and dead code need no pass
 * of their own.  What is selected for one instruction is written in its
 * natural order.
 *
 * This part knows the graph; what the target does with an instruction is in
 * its own folder.
 */
#ifndef ESP_LIR_SELECT_H
#define ESP_LIR_SELECT_H

#include "backend/target.h"
#include "pe/graph/graph.h"
#include "pe/opt/schedule.h"

/* A block of LIR to be: a block of the graph, or one on a critical edge. */
typedef struct sel_block {
    uint32_t block;             /* of the graph; on an edge: where it is from */
    uint32_t edge;              /* in graph->edges; NO_EDGE */
    bool cold;
} sel_block;

enum { NO_EDGE = 0xffffffff };

/* A constant that is wanted in front of a loop, or in a block. */
typedef struct sel_wanted {
    uint64_t bits;
    uint16_t op;                /* LIR_imm or LIR_fimm */
    uint8_t size;
    uint32_t v, next;
} sel_wanted;

typedef struct selector {
    esp_unit *unit;
    esp_graph *g;
    const esp_schedule *s;
    const esp_isa *isa;
    lir *l;
    esp_arena *a;               /* scratch */
    const uint8_t *valid;       /* flag of the code that is being made */

    uint32_t *vreg;             /* by ref: 0 while nobody needs it */
    uint8_t *uses;              /* by ref; states count for many */
    uint32_t *level;            /* by ref: how many writes stand before it in
                                 * its block */
    uint32_t *index;            /* by ref: place in the schedule's list */
    bool *done;                 /* by ref: already selected further down */
    bool *fused;                /* by ref: a load that its user has taken in; a
                                 * division whose rest is wanted instead */
    esp_ref *alias;             /* by ref: parameters of blocks with one
                                 * predecessor */
    int32_t *slot_at;           /* by slot: offset from the frame pointer */
    int32_t result_at;          /* where the address of the result is kept, or 0 */

    VEC(sel_block) blocks;
    uint32_t *number;           /* by graph block: in `blocks` */
    uint32_t *split;            /* by edge: in `blocks`, or NO_EDGE */
    uint32_t *state_n;          /* by state: how many in `l->state_refs` */

    VEC(sel_wanted) wanted;     /* [0] is none */
    uint32_t *wanted_in;        /* by graph block: first of them */
    uint32_t wanted_here;       /* first for the block in hand alone */
    bool *calls_in;             /* by loop: does no register survive a turn? */

    VEC(lir_ins) out;           /* backwards */
    lir_ins draft;
    VEC(lir_operand) draft_ops;
    uint32_t here;              /* graph block in hand */
    uint32_t now;               /* place in the list of what is selected */
    uint32_t now_level;         /* loads of this level may be done here */
    bool again;                 /* what is selected now may be once more */
} selector;

/* Selects a whole graph. */
lir *select_graph(esp_graph *g, const esp_schedule *s, const esp_isa *isa,
                  const uint8_t *valid);

/* Fills in `blocks`, `number` and `split`: blocks.c. */
void sel_plan_blocks(selector *s);

/* ------------------------------------------------- what the graph says */

/* How many edges lead to a block of the graph. */
uint32_t sel_preds(const selector *s, uint32_t block);

static inline esp_ins *sel_at(const selector *s, esp_ref r)
{
    return graph_at(s->g, r);
}

static inline esp_type sel_type(const selector *s, esp_ref r)
{
    return (esp_type)graph_at(s->g, r)->ty;
}

/* The bits of a constant, with its sign; false if it is none. */
bool sel_const(const selector *s, esp_ref r, int64_t *value);

/* The same if it fits 32 bits with sign, once cut to the type. */
bool sel_small(const selector *s, esp_ref r, int32_t *value);

/* The instruction that really makes the value: behind copies, truncations and
 * extensions that cost nothing. */
esp_ref sel_value(const selector *s, esp_ref r);

bool sel_is_used(const selector *s, esp_ref r);

/* Is this used by something selected already, and so stays alive? */
bool sel_lives_on(const selector *s, esp_ref r);

/* Does the unit want its k-th argument?  Calls of itself leave others out. */
bool sel_wants_param(const selector *s, uint32_t k);

/* May the only user, which is selected now, take this into itself? */
bool sel_only_use(const selector *s, esp_ref r);
bool sel_can_fuse_load(const selector *s, esp_ref r);
void sel_fuse(selector *s, esp_ref r);

/* Are the bits above the type's width zero in its register? */
bool sel_is_clean(const selector *s, esp_ref r);

/* The sum that goes with a question for overflow, if it can be made here. */
esp_ref sel_twin(const selector *s, esp_ref r);

/* Below negations: what is asked, and whether the answer is turned around. */
esp_ref sel_condition(const selector *s, esp_ref r, bool *negated);

/* -------------------------------------------------------------- values */

/* The virtual register of a value, for reading; makes constants and addresses
 * of slots, so call it before ins_start. */
uint32_t sel_use(selector *s, esp_ref r);

/* The virtual register that this instruction has to define. */
uint32_t sel_def(selector *s, esp_ref r);

uint32_t sel_temp(selector *s, lir_class c);
/* A constant in a register; in a loop it is made outside, if the target says
 * that this is worth it. */
uint32_t sel_imm(selector *s, uint64_t bits);
lir_class sel_class(const selector *s, esp_ref r);

/* ----------------------------------------------------------- addresses */

typedef struct sel_address {
    uint32_t base, index;       /* virtual registers; 0: none */
    uint8_t scale;
    uint8_t mem;                /* enum lir_mem */
    int32_t disp;
} sel_address;

/* -------------------------------------------------------- instructions */

/* One instruction: start, operands, end. */
lir_ins *ins_start(selector *s, unsigned op, unsigned size, unsigned form);
void ins_def(selector *s, uint32_t v);
void ins_def_at(selector *s, uint32_t v, unsigned reg);
void ins_reuse(selector *s, uint32_t def, uint32_t use);
void ins_use(selector *s, uint32_t v, lir_part part);
void ins_use_any(selector *s, uint32_t v, lir_part part);
void ins_use_at(selector *s, uint32_t v, unsigned reg);
void ins_late(selector *s, uint32_t v, lir_part part);
void ins_temp(selector *s, lir_class c);
void ins_clobber(selector *s, unsigned reg);
void ins_address(selector *s, const sel_address *m);
void ins_end(selector *s);

/* Frame states.  sel_state makes what a state needs, before ins_start;
 * ins_state adds the operands. */
void sel_state(selector *s, uint32_t state);
void ins_state(selector *s, uint32_t state, lir_role role, lir_need need);
uint32_t sel_exit(selector *s, uint32_t state, uint32_t reason);

/* The edges of the block in hand, for its terminator. */
void sel_edges(selector *s);

/* Selects an instruction by the target's rules: rules.c. */
void sel_ins(selector *s, esp_ref r);

/* Parameters, calls and results: call.c.  sel_params makes the entry
 * instruction. */
void sel_params(selector *s);
void sel_call(selector *s, esp_ref r);
void sel_ret(selector *s, esp_ref r);

/* Divisions: divide.c. */
void sel_divide(selector *s, esp_ref r);

/* Multiplication instead of division by a constant d: x / d is
 * (high(x * factor) [+ x]) >> shift, for `bits` wide numbers. */
typedef struct sel_magic {
    uint64_t factor;
    unsigned shift;
    bool add;                   /* the factor has one bit more */
} sel_magic;
sel_magic sel_magic_unsigned(uint64_t d, unsigned bits);
sel_magic sel_magic_signed(int64_t d, unsigned bits);

#endif
