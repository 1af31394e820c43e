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
esp_node *toy_while(esp_context *c, esp_node *cond, esp_node *body);
esp_node *toy_block(esp_context *c, uint32_t n, esp_node *const *nodes);
esp_node *toy_return(esp_context *c, esp_node *value);
esp_node *toy_call(esp_context *c, esp_target *t, uint32_t n,
                   esp_node *const *args);

#endif
