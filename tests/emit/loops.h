/*
 * Loops in plain C; see loops.c.
 */
#ifndef LOOPS_H
#define LOOPS_H

#include <stdint.h>

typedef double loop_function(int64_t n);

/* Each with how far it goes for measuring, and how often all of them do. */
enum { LOOP_TIMES = 8 };
typedef struct loop_row {
    const char *name;
    loop_function *run;
    int64_t n;
} loop_row;

extern const loop_row loop_rows[];      /* ends with a NULL */

/* Arrays that the loops work on.  loops_fill fills them with the same in each
 * program. */
enum { LOOP_CELLS = 4096, LOOP_EDGE = 64 };
struct loop_data {
    int64_t i[LOOP_CELLS];
    double x[LOOP_CELLS], y[LOOP_CELLS], z[LOOP_CELLS];
    uint8_t byte[LOOP_CELLS];
};
extern struct loop_data loop_data;
void loops_fill(void);

#endif
