/*
 * Emission: fold, number, then create.
 *
 * All instructions are born here, so whoever produces a graph produces a
 * folded and value-numbered one.  A pure instruction that folds is never
 * created; one that exists already is returned again.
 */
#ifndef ESP_GRAPH_BUILD_H
#define ESP_GRAPH_BUILD_H

#include "pe/graph/graph.h"

/* A place to emit at: the end of a block. */
typedef struct esp_build {
    esp_graph *g;
    uint32_t block;
} esp_build;

esp_ref build_const(esp_graph *g, esp_type ty, uint64_t bits);
esp_ref build_f64(esp_graph *g, double d);

/* Pure instructions.  Where TRAPS cannot be excluded the instruction is pinned
 * at the end of the current block. */
esp_ref build_unary(esp_build *b, esp_op op, esp_ref x);
esp_ref build_binary(esp_build *b, esp_op op, esp_ref x, esp_ref y);
esp_ref build_convert(esp_build *b, esp_op op, esp_type to, esp_ref x);
esp_ref build_select(esp_build *b, esp_ref cond, esp_ref x, esp_ref y);
esp_ref build_not(esp_build *b, esp_ref cond);              /* i1 */
esp_ref build_offset(esp_build *b, esp_ref base, int64_t offset);
esp_ref build_vobj(esp_graph *g, uint32_t id);
esp_ref build_slot(esp_graph *g, uint32_t slot);
esp_ref build_frameaddr(esp_graph *g);
esp_ref build_second(esp_graph *g, esp_ref call, esp_type ty);

/* Any instruction by its fields; pure ones are folded and numbered. */
esp_ref build_ins(esp_build *b, esp_ins i);

/* A pure instruction of which the caller knows that it does not trap. */
esp_ref build_pure(esp_build *b, esp_ins i);

/* With effects, at the end of the current block.  Constant offsets in the
 * address move into the displacement. */
esp_ref build_load(esp_build *b, esp_type ty, esp_ref addr, int64_t offset,
                   uint16_t flags);
void build_store(esp_build *b, esp_ref addr, int64_t offset, esp_ref value,
                 uint16_t flags);

/* base + offset as the result + *offset, which fits into a displacement: what
 * is added to the base or to an index in it moves over. */
esp_ref build_address(esp_build *b, esp_ref base, int64_t *offset);
esp_ref build_call(esp_build *b, const esp_ccall *call);
void build_guard(esp_build *b, esp_ref cond, uint32_t state, uint32_t reason);
esp_ref build_valid(esp_build *b);

/* Terminators.  An edge's arguments are copied. */
void build_jump(esp_build *b, uint32_t to, const esp_ref *args, uint32_t n);
void build_br(esp_build *b, esp_ref cond,
              uint32_t to, const esp_ref *args, uint32_t n,
              uint32_t other, const esp_ref *other_args, uint32_t m);
/* `n` edges; blocks and values given, without arguments; the last is default */
void build_switch(esp_build *b, esp_ref x, const uint64_t *values,
                  const uint32_t *blocks, uint32_t n);
void build_ret(esp_build *b, esp_ref x, esp_ref y);
void build_deopt(esp_build *b, uint32_t state, uint32_t reason);
void build_unreachable(esp_build *b);

/* fold.c: the result of a pure instruction if it is simpler than creating it,
 * else 0.  May create other (simpler) pure instructions. */
esp_ref fold(esp_build *b, esp_ins i);

/* May this TRAPS instruction fault, as far as is known? */
bool fold_may_trap(esp_graph *g, esp_ins i);

/* The pure instruction with exactly these fields: numbered but not folded.
 * build_find gives 0 if there is none. */
esp_ref build_number(esp_graph *g, esp_ins i);
esp_ref build_find(const esp_graph *g, esp_ins i);
esp_ref build_find_binary(const esp_graph *g, esp_op op, esp_ref x, esp_ref y);

/* The sum, difference or product of which `r` asks whether it overflows; 0 if
 * there is none, or if `r` asks for anything else. */
esp_ref build_find_result(const esp_graph *g, esp_ref r);

/* Enters a pure instruction that was not born here (a parsed one) among those
 * that are found again. */
void build_enter(esp_graph *g, esp_ref r);

/* state.h has hash-consed frame states. */

#endif
