/*
 * What the files of the evaluator share.
 *
 * eval.c walks functions and blocks; flow.c has the virtual objects and joins
 * control flow; unite.c makes one of several; memory.c answers loads and
 * stores; loop.c explodes loops or makes loops of them, merge.c both, guess.c
 * guesses their headers; call.c enters or keeps calls, and inline.c says which of
 * the guest's; intrinsics.c has the calls with a meaning of their own; frame.c
 * makes frame states; live.c reads what the guest may change; remark.c says
 * what could be better.
 */
#ifndef ESP_EVAL_INTERNAL_H
#define ESP_EVAL_INTERNAL_H

#include "pe/eval/eval.h"
#include "pe/graph/build.h"
#include "pe/graph/state.h"

/*
 * What the evaluator knows of a value: the instruction, which may be a
 * constant or the address of a virtual object, and whether it points to frozen
 * memory (ESP_FINAL_ELEMENTS).
 */
typedef uint32_t eval_val;

enum { VAL_FROZEN = 0x80000000u };

static inline esp_ref val_ref(eval_val v) { return v & ~(uint32_t)VAL_FROZEN; }

/* A word of a virtual object: the newest value stored to it. */
typedef struct eval_word {
    eval_val val;               /* 0: not written yet */
    uint8_t at;                 /* first byte within the word */
} eval_word;

/* A virtual object at one point of the control flow. */
typedef struct eval_object {
    uint32_t id;                /* in graph->vobjs */
    uint32_t owner;             /* serial of the flow that may write to it */
    esp_ref real;               /* its address, once it had to exist */
    uint32_t nwords;
    eval_word word[];
} eval_object;

/* What a branch has proved: `from` is the constant `to`.  The list is shared
 * between flows; the newest comes first. */
typedef struct eval_fact {
    esp_ref from, to;
    uint32_t length;            /* of the list from here on */
    const struct eval_fact *older;
} eval_fact;

/* All virtual objects at one point, and what is known of values there.  Copies
 * share the objects; an object is copied before the first write by another
 * owner. */
typedef struct eval_flow {
    uint32_t serial, n, cap;
    eval_object **object;
    const eval_fact *facts;
} eval_flow;

/* Control on its way to an image block: an open graph block, the objects
 * there, and the values of the target's parameters, then of its live-ins. */
typedef struct eval_edge {
    uint32_t block;             /* graph block without terminator */
    uint32_t next;              /* older edge to the same image block + 1 */
    uint32_t to;                /* image block */
    eval_flow *flow;
    eval_val *vals;
} eval_edge;

/* Control on its way out of an entered function. */
typedef struct eval_return {
    uint32_t block;
    eval_flow *flow;
    eval_val val[2];
} eval_return;

/* An entered C function.  What is noted while it is walked is in the unit's
 * scratch memory, which is given back when it is left: only its returns
 * remain.  So memory grows with the depth of calls, not with their number. */
typedef struct eval_inst {
    const esp_ifunc *fn;
    struct eval_inst *caller;
    uint32_t call;              /* instruction of the caller */
    uint32_t depth;
    uint64_t path;              /* names this activation over re-evaluations */
    const void *node;           /* guest node that is being executed */
    esp_target *target;         /* fn is a call of this: an inlined one, or the
                                 * root */
    uint32_t room, whole;       /* of a call of a target: nodes that may still
                                 * be inlined into it; and at first */
    eval_val *env;              /* by value number, behind the constants */
    esp_ref *consts;            /* of the function: eval_consts */
    uint32_t *pending;          /* by image block: newest edge + 1 */
    uint8_t *visits;            /* by image block, up to a limit */
    uint32_t end;               /* image block behind the loop, or function,
                                 * that is being walked */
    uint32_t block;             /* image block that is being walked */
    uint32_t forks;             /* walks from the same place yet to come */
    VEC(eval_edge) edges;
    VEC(eval_return) returns;
    uint32_t chain;             /* frame state of the callers; 0: not made */
    VEC(uint32_t) chain_objects;    /* virtual objects that it refers to */
} eval_inst;

/* The graph's constants for those of a function, as far as they were used. */
enum { EVAL_CONSTS = 64 };
typedef struct eval_consts {
    const esp_ifunc *fn;
    esp_ref *refs;
} eval_consts;

/* A tag that a loop's body has proved, by the place where the loop's header
 * has it. */
typedef struct eval_promise {
    uint64_t key;
    uint32_t tag;               /* + 1 */
} eval_promise;

typedef struct eval {
    esp_unit *unit;
    esp_graph *g;
    esp_image *image;
    eval_result *result;
    esp_build b;                /* where we emit */
    eval_flow *flow;            /* the objects there */
    bool open;                  /* is there control flow here at all */
    uint32_t next;              /* image block in which the walk goes on */
    uint32_t serial;
    uint64_t *widened;          /* hash set of loop guesses that failed */
    uint32_t nwidened, widened_cap;
    VEC(eval_promise) promises;
    eval_consts consts[EVAL_CONSTS];    /* by the function's address */
    VEC(esp_ref) tags;          /* parameters: tags of guest variables that
                                 * differ between the ways that meet */
    eval_inst *inst;            /* innermost, for messages */
    const eval_object *borrowed;    /* as it was on entry, or NULL */
    bool merged;                /* iterations of a loop jump to earlier ones */
} eval;

/* ---- flow.c ---- */
eval_flow *flow_new(eval *e);
eval_flow *flow_share(eval *e, eval_flow *f);
eval_object *flow_find(const eval_flow *f, uint32_t id);
eval_object *flow_write(eval *e, eval_flow *f, uint32_t id);
eval_object *flow_add(eval *e, eval_flow *f, uint32_t id, uint32_t size);
void flow_drop(eval_flow *f, uint32_t id);

void flow_learn(eval *e, eval_flow *f, esp_ref from, esp_ref to);
/* The constant that a ref is known to be here, or itself. */
esp_ref flow_known(const eval *e, esp_ref r);

/* The same for a condition; that may also follow from what was compared. */
esp_ref flow_decided(eval *e, esp_ref cond);

/* Is this the address of an object, or of a part of one, virtual or not? */
bool eval_address(const esp_graph *g, eval_val v, uint32_t *id,
                  int64_t *offset);
/* Can it be one?  Nearly all values are not, and this is quick. */
static inline bool eval_may_be_address(const esp_graph *g, eval_val v)
{
    uint8_t op = graph_at(g, val_ref(v))->op;

    return op == IR_vobj || op == IR_add;
}
/* Is this the address of an object that is virtual here? */
bool eval_virtual(eval *e, eval_val v, uint32_t *id, int64_t *offset);
/* The same value with addresses of objects that exist by now replaced. */
eval_val eval_resolve(eval *e, const eval_flow *f, eval_val v);
/* Makes the object exist; returns its address. */
esp_ref eval_materialize(eval *e, uint32_t id);
/* A ref for use by an instruction that is kept: nothing virtual in it. */
esp_ref eval_real(eval *e, eval_val v);

/* Edges that meet.  vals[i][0..nvals) are the values of each; what the C
 * functions further out have is known there while `at` of `outer` runs. */
typedef struct eval_join_spec {
    eval_inst *outer;
    uint32_t at;
    uint32_t n;
    const uint32_t *blocks;
    eval_flow **flows;
    eval_val **vals;
    uint32_t nvals;
} eval_join_spec;

/* Joins edges to one place, which becomes the current one; the joined values
 * go to out. */
void eval_join(eval *e, const eval_join_spec *spec, eval_val *out);

/* ---- unite.c ---- */
enum { NO_OBJECT = UINT32_MAX };

/* Where all edges have a virtual object in one place, these become one. */
void eval_unite(eval *e, const eval_join_spec *spec);

/* A back edge, seen from the start of the loop. */
typedef struct eval_back {
    eval_inst *in;
    uint32_t header;            /* image block */
    const eval_flow *before;    /* objects at the header */
    eval_flow *flow;            /* on the edge */
    eval_val *vals;
} eval_back;

/* The header has the object `was` where the edge brings `is`: true if the new
 * one takes the place of the old one from here on. */
bool eval_unite_back(eval *e, const eval_back *x, eval_val was, eval_val is);

/* Is it a virtual object that the loop has made? */
bool eval_is_made_in(eval *e, const eval_back *x, eval_val is);

/* ---- memory.c ---- */
eval_val eval_load(eval *e, eval_inst *in, uint32_t at, esp_type ty,
                   eval_val addr, int64_t offset, uint16_t flags);
void eval_store(eval *e, eval_val addr, int64_t offset, eval_val v,
                uint16_t flags);
bool word_read(eval *e, const eval_object *o, int64_t offset, esp_type ty,
               eval_val *v);
bool word_write(eval *e, eval_object *o, int64_t offset, eval_val v);
bool eval_copy(eval *e, eval_inst *in, uint32_t at, eval_val to, eval_val from,
               uint64_t n);
bool eval_fill(eval *e, eval_val to, uint8_t byte, uint64_t n);

/* ---- eval.c ---- */
eval_val eval_get(eval *e, eval_inst *in, uint32_t value);
void eval_block(eval *e, eval_inst *in, uint32_t block, uint32_t from);
void eval_range(eval *e, eval_inst *in, uint32_t first, uint32_t end);
/* Makes room for an entered function's notes. */
void eval_open(eval *e, eval_inst *in);
void eval_function(eval *e, eval_inst *in);
uint32_t eval_pending(eval *e, eval_inst *in, uint32_t block);
void eval_enter_block(eval *e, eval_inst *in, uint32_t block);
/* The same by these edges, which are not pending. */
void eval_enter_edges(eval *e, eval_inst *in, uint32_t block,
                      eval_edge *const *edges, uint32_t n);
void eval_take_pending(eval *e, eval_inst *in, uint32_t block,
                       eval_edge **edges, uint32_t n);
void eval_remark_at(eval *e, eval_inst *in, uint32_t at, int kind,
                    const char *name);

/* ---- loop.c ---- */
void eval_loop(eval *e, eval_inst *in, uint32_t header);
/* The blocks of a loop, once, from here. */
void eval_iteration(eval *e, eval_inst *in, uint32_t header);

/* ---- merge.c ---- */
/* Do the iterations of an exploded loop have keys?  Then which parameter of
 * its header is the key. */
bool eval_merge_key(eval *e, const eval_inst *in, uint32_t header,
                    uint32_t *key);
void eval_merge(eval *e, eval_inst *in, uint32_t header, uint32_t key);

/* ---- call.c ---- */
/* Evaluates a call and everything after it in its block. */
void eval_call(eval *e, eval_inst *in, uint32_t block, uint32_t at);
void eval_keep_call(eval *e, eval_inst *in, uint32_t at);

/* ---- inline.c ---- */
enum { EVAL_ROOM = 320 };       /* nodes that may be inlined into a unit */
bool eval_worth_inlining(eval *e, eval_inst *in, esp_target *t);
/* The room of the guest function that this C function runs for. */
uint32_t *eval_room(eval_inst *in);
/* When a guest function is entered and left. */
void eval_take_room(eval_inst *in, eval_inst *callee);
void eval_give_room(eval_inst *in, const eval_inst *callee);

/* ---- live.c ---- */
/* Before the first look at a target's tree. */
void eval_claim(eval *e, esp_target *t);
/* Is it valid?  Then the unit rests on it. */
bool eval_rests_on(eval *e, esp_assumption *a);
/* The tag of all results of a target, and the unit rests on that; or
 * ESP_RETURNS_NOTHING_YET: not known. */
uint64_t eval_result_tag(eval *e, const esp_target *t);
/* Gives up when somebody has asked for it. */
void eval_look_for_stop(eval *e);
/* Words of `size` bytes, 1 to 8; and what is at an address that may be a
 * node's, or anything's. */
uint64_t eval_read(const void *p, uint32_t size);
const esp_node_class *eval_class_at(const void *p);
/* Has a target hardly run?  `than`: as the root of the unit has. */
bool eval_is_cold(const esp_target *t, const esp_target *than,
                  uint32_t times);

/* ---- remark.c ---- */
/* Is a word of an object the tag of a guest variable? */
bool eval_is_tag(const eval *e, uint32_t object, uint32_t word);
/* A variable's tag has become a parameter. */
void eval_note_tag(eval *e, uint32_t object, uint32_t word, esp_ref param);
/* A branch on this condition remains. */
void eval_note_branch(eval *e, eval_inst *in, uint32_t at, esp_ref cond);

/* ---- intrinsics.c ---- */
enum intrinsic {
    INTRINSIC_none,
#define INTRINSIC(name, meaning) INTRINSIC_##name,
#include "pe/eval/intrinsics.def"
#undef INTRINSIC
    INTRINSIC_COUNT
};
/* False: an ordinary call after all. */
bool eval_intrinsic(eval *e, eval_inst *in, uint32_t at);

/* ---- frame.c ---- */
/* The frame state after the call `at`, which returned r0, r1 (0: none yet). */
uint32_t eval_state(eval *e, eval_inst *in, uint32_t at, esp_ref r0,
                    esp_ref r1);
/* The state at the start of an image block: its code runs again. */
uint32_t eval_state_at_block(eval *e, eval_inst *in, uint32_t block);
void eval_forget_chains(eval *e, eval_inst *in, uint32_t first_state);

#endif
