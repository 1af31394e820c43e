/*
 * Which parts of memory may be the same, and what loops may change.
 *
 * Two parts are different if they do not overlap on the same base; if their
 * bases are different objects: slots, constants, and slots whose address
 * nobody else has against everything; or if one is an element of an array and
 * the other is not.
 */
#ifndef ESP_OPT_ALIAS_H
#define ESP_OPT_ALIAS_H

#include "framework/base/bits.h"
#include "pe/graph/graph.h"

/* Part of memory: `size` bytes at base + offset.  A base is an instruction, or
 * one of these: all constants have the same. */
enum { BASE_CONST = 0xfffffffe, BASE_VALID = 0xffffffff };

typedef struct opt_place {
    uint32_t base;
    uint32_t size : 31;
    uint32_t element : 1;       /* of an array */
    int64_t offset;
} opt_place;

/* What a loop may change. */
enum { MOST_CHANGES = 24 };
struct loop_changes {
    opt_place place[MOST_CHANGES];
    uint32_t n;
    bool all;                   /* too many places to tell */
    bool calls;                 /* all but private slots */
};

typedef struct opt_alias {
    esp_graph *g;
    esp_bits private;           /* by slot: nobody else has its address */
    esp_bits write_only;        /* by slot: and it is never loaded */
    struct loop_changes *loop;  /* by loop */
} opt_alias;

/* Looks through the graph; needs loops, and users if there are slots, for which
 * it asks itself.  Notes are in the scratch arena. */
void alias_init(opt_alias *a, esp_graph *g);

/* What a load or store is about. */
opt_place alias_of_load(const opt_alias *a, const esp_ins *load);
opt_place alias_of_store(const opt_alias *a, const esp_ins *store);

/* The valid flag of the unit, which calls may clear. */
extern const opt_place alias_valid_flag;

bool alias_overlap(const opt_alias *a, opt_place x, opt_place y);

/* Does x have all of y? */
bool alias_covers(opt_place x, opt_place y);

/* Is it in a slot whose address nobody else has; and is nothing in that slot
 * ever loaded? */
bool alias_private(const opt_alias *a, opt_place p);
bool alias_write_only(const opt_alias *a, opt_place p);

/* May the loop, or one inside of it, change it? */
bool alias_changed_in(const opt_alias *a, uint32_t loop, opt_place p);

#endif
