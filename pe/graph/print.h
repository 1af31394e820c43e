/*
 * The text form of a graph.
 *
 *     graph "sum" (i64, i64) -> i64
 *     slot0: size 16, align 8
 *     vobj0: frame, size 24, align 8
 *     state 1: point 7, fn 0x5566, live 3 = %1, 4 = i32 2, vobj0 { 0 = %2 }
 *
 *     b0(%1: i64, %2: i64):
 *         %5: i1 = slt %1, 10
 *         guard %5, state 1
 *         br %5, b1(%1, 0), b2
 *
 * Values are %N, N being their number in the graph.  Constants stand where
 * they are used, with their type unless it is i64; so do vobjN, slotN and
 * frameaddr.  Pure instructions are printed in the first block that needs
 * them, and those that nothing needs not at all.
 */
#ifndef ESP_GRAPH_PRINT_H
#define ESP_GRAPH_PRINT_H

#include "framework/base/text.h"
#include "pe/graph/graph.h"

void graph_print(const esp_graph *g, esp_text *out);

/* An operand, and one instruction, as in the text form; without indentation and
 * newline. */
void graph_print_ref(const esp_graph *g, esp_ref r, esp_text *out);
void graph_print_ins(const esp_graph *g, esp_ref r, esp_text *out);

/* The lines above the blocks, and the first line of a block, for other forms
 * of the same text (schedules). */
void graph_print_head(const esp_graph *g, esp_text *out);
void graph_print_block(const esp_graph *g, uint32_t block, esp_text *out);

/* Flags and kinds by the words that the text has for them. */
struct graph_word { uint32_t value; const char *word; };
extern const struct graph_word graph_ins_flags[], graph_arg_flags[],
                               graph_vobj_kinds[];      /* end with NULL */

/* A graph from its text: nothing is folded, numbers are kept.  On an error
 * NULL, and line, column and what is wrong in `error`. */
esp_graph *graph_parse(esp_unit *u, const char *text, esp_text *error);

/* Are these the same graph but for numbers, the order of pure instructions,
 * and the numbers of blocks?  If not, `why` says where they differ.  With
 * `states` frame states have to be equal, too. */
bool graph_equal(const esp_graph *a, const esp_graph *b, bool states,
                 esp_text *why);

#endif
