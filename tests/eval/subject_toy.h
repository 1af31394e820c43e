/*
 * A toy language whose nodes are evaluated in the tests of this folder, and
 * the C functions that its trees should become.
 */
#ifndef ESP_TESTS_EVAL_TOY_H
#define ESP_TESTS_EVAL_TOY_H

#include "framework/espalier.h"

enum { TOY_INT, TOY_DOUBLE, TOY_BOOL, TOY_NULL };

esp_node *toy_int(esp_context *c, int64_t i);
esp_node *toy_get(esp_context *c, uint32_t slot);
esp_node *toy_set(esp_context *c, uint32_t slot, esp_node *value);
esp_node *toy_add(esp_context *c, esp_node *l, esp_node *r);
esp_node *toy_less(esp_context *c, esp_node *l, esp_node *r);
esp_node *toy_if(esp_context *c, esp_node *cond, esp_node *yes, esp_node *no);
esp_node *toy_choose(esp_context *c, esp_node *cond, esp_node *yes,
                     esp_node *no);
esp_node *toy_while(esp_context *c, esp_node *cond, esp_node *body);
esp_node *toy_block(esp_context *c, uint32_t n, esp_node *const *nodes);
esp_node *toy_return(esp_context *c, esp_node *value);
esp_node *toy_call(esp_context *c, esp_target *t, uint32_t n,
                   esp_node *const *args);

/* Code for a node with a dispatch loop.  Instructions for slots a and b:
 *   SET a = n   ADD a += b   PLUS a += n   JUMP to n   UNLESS a < b, to n
 *   RESULT a */
typedef enum toy_op {
    TOY_SET, TOY_ADD, TOY_PLUS, TOY_JUMP, TOY_UNLESS, TOY_RESULT
} toy_op;
typedef struct toy_ins {
    toy_op op;
    uint32_t a, b;
    int64_t n;
} toy_ins;
esp_node *toy_code(esp_context *c, const toy_ins *code);

/* Runs a body on two integers; its result's payload.  Evaluated with all but
 * a and b known, this is what the plain functions below mean. */
uint64_t toy_enter(esp_context *c, const esp_layout *layout, esp_target *t,
                   esp_node *body, uint64_t a, uint64_t b);

/* Calls one of the plain functions, so that its returns meet where those of a
 * body do. */
typedef uint64_t toy_plain(esp_context *c, const esp_layout *layout,
                           esp_target *t, esp_node *body, uint64_t a,
                           uint64_t b);
uint64_t toy_enter_plain(esp_context *c, const esp_layout *layout,
                         esp_target *t, toy_plain *plain, uint64_t a,
                         uint64_t b);

/* What trees mean, with the same parameters.  An overflow leaves compiled
 * code, and loops poll, as in the tree. */
#define PLAIN(name)                                                         \
    uint64_t plain_##name(esp_context *c, const esp_layout *layout,         \
                          esp_target *t, esp_node *body, uint64_t a,        \
                          uint64_t b);
#include "tests/eval/plain.def"
#undef PLAIN

#endif
