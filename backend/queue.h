/*
 * Targets that wait to be compiled, while the compile thread is busy.
 *
 * The one is taken that gains most: it has run most since it asked, and what
 * runs in the interpreter counts more than what runs in tier-1 code.  Who did
 * not run at all while others were compiled is not hot any more and leaves.
 */
#ifndef ESP_BACKEND_QUEUE_H
#define ESP_BACKEND_QUEUE_H

#include "framework/espalier.h"

typedef struct queue_entry {
    esp_target *target;
    int tier;
    uint32_t heat;              /* when it asked */
    uint32_t turns;             /* how often others were taken */
} queue_entry;

/* Empty when zeroed. */
typedef struct compile_queue {
    queue_entry *at;
    uint32_t n, cap;
    uint32_t most;              /* that ever waited */
} compile_queue;

void queue_free(compile_queue *q);

/* False: no memory.  A target is on the queue once. */
bool queue_add(compile_queue *q, esp_target *t, int tier);

/* The most urgent, or NULL.  One that leaves because nobody runs it is
 * returned, too, with *dead set. */
esp_target *queue_take(compile_queue *q, int *tier, bool *dead);

/* Not any longer; nothing if it is not there. */
void queue_remove(compile_queue *q, const esp_target *t);
/* The same for all targets of a context. */
void queue_leave(compile_queue *q, const esp_context *context);

#endif
