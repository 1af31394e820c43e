/*
 * The graph: SSA on a control-flow graph with block parameters.
 *
 * Instructions are 16 bytes in one array and are named by their index, an
 * esp_ref; 0 is "none".  Those with effects stand in blocks, in order.  Pure
 * ones stand nowhere: they are value-numbered over the whole graph and placed
 * by opt/schedule.c, as late as their uses allow and outside of loops.
 *
 *     b0(%1: i64, %2: i64)            blocks[0].params = { 1, 2 }
 *         guard (eq %2, 3), state 1   blocks[0].code   = { guard, jump }
 *         jump b1(%1)
 *
 * Block 0 is the entry; its parameters are the function's.
 */
#ifndef ESP_GRAPH_H
#define ESP_GRAPH_H

#include "framework/base/vec.h"
#include "pe/graph/unit.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t esp_ref;       /* an instruction; 0 is none */

typedef enum esp_type {
#define TYPE(name, bytes, meaning) TY_##name,
#include "pe/graph/types.def"
#undef TYPE
    TY_COUNT
} esp_type;

typedef enum esp_op {
    IR_none,
#define OP(name, inputs, result, flags, meaning) IR_##name,
#include "pe/graph/ops.def"
#undef OP
    IR_COUNT
} esp_op;

enum esp_op_flag {
    OP_PURE = 1, OP_COMM = 2, OP_TRAPS = 4, OP_PINNED = 8,
    OP_READS = 16, OP_WRITES = 32, OP_STATE = 64, OP_TERM = 128
};

enum esp_op_result { RESULT_SAME, RESULT_BOOL, RESULT_ANY, RESULT_VOID };

typedef struct esp_op_info {
    const char *name;
    uint8_t inputs, result, flags;
} esp_op_info;

extern const esp_op_info op_info[IR_COUNT];         /* ops.c, from ops.def */
extern const char *const type_name[TY_COUNT];
extern const uint8_t type_size[TY_COUNT];           /* bytes */
static inline bool type_is_float(esp_type t) { return t >= TY_f32; }

typedef struct esp_ins {
    uint8_t op, ty;
    uint16_t flags;
    uint32_t a, b, c;           /* inputs first; see ops.def */
} esp_ins;

enum esp_ins_flag {
    INS_VOLATILE = 1,           /* load, store: keep it, in order */
    INS_PINNED = 2,             /* a TRAPS instruction that stands in a block */
    /* load, in an image: what annotate.h says of the field */
    INS_FINAL = 4,              /* may be answered from the live object */
    INS_FROZEN = 8,             /* final, and so is what it points to */
    INS_CHILD = 16,             /* final; the result is a child node */
    INS_DEAD = 32,              /* removed */
    INS_ENTRY = 64,             /* load: an entry cell of a call target */
    INS_ELEMENT = 256,          /* load, store: of an array, and no access
                                 * without the flag is */
    INS_ORDERED = 128,          /* volatile load: acquires; store: releases */
    INS_SUNK = 512              /* only states need it: see pe/opt/sink.c */
};

/* An edge of a terminator. */
typedef struct esp_edge {
    uint32_t block;             /* target */
    uint32_t args, nargs;       /* in graph->refs; one for each parameter */
    uint64_t value;             /* switch: the case */
} esp_edge;

typedef struct esp_block {
    VEC(esp_ref) params;
    VEC(esp_ref) code;          /* pinned; the last is the terminator */
    bool cold;                  /* ends in deopt or was said to be unlikely */
    bool dead;
} esp_block;

/* How a C function is called. */
enum { SIG_MAX_ARGS = 16 };
typedef struct esp_sig {
    uint8_t nargs, nresults;
    uint8_t arg[SIG_MAX_ARGS];      /* esp_type */
    uint8_t arg_flags[SIG_MAX_ARGS];
    uint8_t result[2];
    uint8_t variadic;               /* on calls: the callee takes "..." */
    uint8_t fixed;                  /* variadic: how many named parameters */
} esp_sig;

enum esp_arg_flag {
    ARG_STACK = 1,      /* on the stack, whatever registers are left: a word of
                         * a struct passed in memory */
    ARG_SRET = 2,       /* address of the result struct */
    ARG_SEXT = 4,       /* narrower than a register: caller extends, signed */
    ARG_ZEXT = 8        /* or with zeros */
};

typedef struct esp_ccall {
    esp_ref callee;             /* address of the function */
    uint32_t args, nargs;       /* in graph->refs */
    uint32_t state;             /* while the call runs: for stack walks; 0 for
                                 * leaf calls */
    esp_sig sig;
    const char *name;           /* of the callee, when known */
    bool leaf;                  /* returns without running guest code */
    bool cold;                  /* hardly ever called */
    bool cell;                  /* through the entry cell of a known target */
    bool self;                  /* which leads to this very unit, if valid */
} esp_ccall;

/* One C function's part of a frame state: what image/exec.c needs to go on
 * after the call instruction `point` of `fn`, as if that call had returned.
 * `live` are pairs (image value, graph ref); refs may be vobj addresses.
 * States are hash-consed; the parent is the C function that called this one
 * and waits for its result at its own point. */
enum { STATE_AT_BLOCK = 0x80000000u };

typedef struct esp_state {
    uint32_t parent;            /* 0: the unit's own caller */
    const void *fn;             /* const esp_ifunc * */
    uint32_t point;             /* image instruction: a call; or a block that
                                 * starts again: number | STATE_AT_BLOCK */
    uint32_t live, nlive;       /* in graph->refs: nlive pairs */
    uint32_t objects, nobjects; /* in graph->refs: see below; innermost only */
    uint32_t result[2];         /* refs: what the call at `point` returned; 0
                                 * while it is still running (esp_ccall.state)
                                 * and for calls without result */
    uint32_t hash;              /* when it was made, for state.c */
    const void *node;           /* guest node being executed, for messages */
} esp_state;

/* An object that the evaluator keeps in registers.  In a state, each virtual
 * object that the state (or another object in it) refers to stands as a record
 * (id, n, n times (offset, ref)) in graph->refs; nobjects counts records.  One
 * that exists by then has the single pair (OBJECT_IS_REAL, its address). */
enum { OBJECT_IS_REAL = 0xffffffffu };

typedef struct esp_vobj {
    uint8_t kind;               /* enum esp_vobj_kind */
    uint32_t size;              /* bytes */
    uint32_t align;
    const void *what;           /* VOBJ_FRAME: the layout; VOBJ_NEW: the type */
    esp_ref arg[4];             /* arguments of the allocating call */
    uint32_t slot;              /* VOBJ_ALLOCA: its slot + 1, once it has one */
    uint32_t call;              /* image call that allocates it, to redo it */
    const void *fn;             /* const esp_ifunc * of the allocating call */
} esp_vobj;

enum esp_vobj_kind {
    VOBJ_ALLOCA,                /* a C variable */
    VOBJ_FRAME,                 /* a guest frame that nobody has pushed */
    VOBJ_BORROWED,              /* the caller's guest frame at address arg[0],
                                 * whose words are kept in registers */
    VOBJ_NEW
};

/* Memory in the machine frame, for C variables whose address escapes. */
typedef struct esp_slot { uint32_t size, align; } esp_slot;

struct graph_table;
struct graph_props;

typedef struct esp_graph {
    esp_unit *unit;
    esp_arena *arena;           /* unit->arena */
    VEC(esp_ins) ins;           /* ins.at[0] is none */
    VEC(esp_block) blocks;
    VEC(esp_edge) edges;
    VEC(uint32_t) refs;         /* argument lists, states */
    VEC(esp_ccall) calls;
    VEC(esp_state) states;      /* states.at[0] is none */
    VEC(esp_vobj) vobjs;
    VEC(esp_slot) slots;
    esp_sig sig;                /* of the function that this graph becomes */
    struct graph_table *numbers;    /* pure instructions: see build.c */
    struct graph_table *state_numbers;
    struct graph_props *props;  /* dominators and so on: see props.h */
    bool folded;                /* nothing is new since all was folded */
    const struct esp_assumed *assumed;  /* NULL; a pass at work: see facts.h */
} esp_graph;

esp_graph *graph_new(esp_unit *u);

/* Adds an empty block; the pointer graph->blocks.at may move. */
uint32_t graph_block(esp_graph *g, bool cold);

/* Adds a parameter to a block. */
esp_ref graph_param(esp_graph *g, uint32_t block, esp_type ty);

/* Adds an instruction as it is: not folded, not numbered, in no block. */
esp_ref graph_ins(esp_graph *g, esp_ins i);

/* Copies words into graph->refs and returns their index. */
uint32_t graph_refs(esp_graph *g, const uint32_t *refs, uint32_t n);

static inline esp_ins *graph_at(const esp_graph *g, esp_ref r)
{
    return &g->ins.at[r];
}

static inline bool graph_is_const(const esp_graph *g, esp_ref r)
{
    return g->ins.at[r].op == IR_const;
}

static inline uint64_t graph_const(const esp_graph *g, esp_ref r)
{
    return g->ins.at[r].a | (uint64_t)g->ins.at[r].b << 32;
}

/* The condition of which this one is the negation, or 0. */
esp_ref graph_negated(const esp_graph *g, esp_ref cond);

/* The terminator of a block, or 0 while it has none, and its edges. */
esp_ref graph_term(const esp_graph *g, uint32_t block);
esp_edge *graph_edges(const esp_graph *g, uint32_t block, uint32_t *n);

/* Does an instruction stand in no block? */
static inline bool graph_floats(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    return (op_info[i->op].flags & OP_PURE) && !(i->flags & INS_PINNED);
}

/* Is it made from nothing: a constant or the address of an object?  Such
 * instructions are nowhere placed or printed but where they are used. */
static inline bool graph_is_leaf(const esp_graph *g, esp_ref r)
{
    return op_info[graph_at(g, r)->op].inputs == 0 && graph_floats(g, r);
}

/* Calls `visit` for each input of an instruction: operands, arguments of calls
 * and edges, and all that its frame state refers to; repeatedly if it stands
 * there more than once.  graph_operands leaves out the state. */
typedef void graph_visit(void *arg, esp_ref input);
void graph_inputs(const esp_graph *g, esp_ref r, graph_visit *visit,
                  void *arg);
void graph_operands(const esp_graph *g, esp_ref r, graph_visit *visit,
                    void *arg);

/* The frame state of an instruction, or 0. */
uint32_t graph_state(const esp_graph *g, esp_ref r);

/* The refs that a state and its parents need at run time: neither constants
 * nor vobj addresses, each once, in a fixed order.  `out` has room for `cap`;
 * returns how many there are (which may be more). */
uint32_t graph_state_refs(const esp_graph *g, uint32_t state,
                          esp_ref *out, uint32_t cap);

/* Everything back to what it was: for loops that are evaluated again. */
typedef struct esp_graph_mark {
    uint32_t ins, blocks, edges, refs, calls, states, vobjs, slots;
    uint32_t block, code;       /* the current block and its length */
} esp_graph_mark;
esp_graph_mark graph_mark(const esp_graph *g, uint32_t block);
void graph_release(esp_graph *g, esp_graph_mark m);

/* pe/graph/verify.c: NULL if all is well, else what is wrong (in the unit's
 * arena). */
const char *graph_verify(esp_graph *g);

#endif
