/*
 * The queue of a compile thread.  It is short, so it is an array that is looked
 * through: what counts changes with every call anyhow.
 */
#include "backend/queue.h"

#include <stdlib.h>

enum {
    PATIENCE = 2,               /* turns of others before a cold one leaves */
    INTERPRETED = 8             /* how much more an event counts there */
};

void queue_free(compile_queue *q)
{
    free(q->at);
    *q = (compile_queue){ 0 };
}

bool queue_add(compile_queue *q, esp_target *t, int tier)
{
    if (q->n == q->cap) {
        uint32_t cap = q->cap ? 2 * q->cap : 16;
        queue_entry *room = realloc(q->at, cap * sizeof *room);

        if (!room)
            return false;
        q->at = room;
        q->cap = cap;
    }
    q->at[q->n++] = (queue_entry){ t, tier, t->heat, 0 };
    if (q->most < q->n)
        q->most = q->n;
    return true;
}

static void drop(compile_queue *q, uint32_t i)
{
    q->at[i] = q->at[--q->n];
}

/* Calls and iterations since it asked; counting starts anew when code is
 * discarded. */
static uint32_t ran(const queue_entry *e)
{
    uint32_t heat = e->target->heat;

    return heat >= e->heat ? heat - e->heat : heat;
}

static uint64_t weight(const queue_entry *e)
{
    return (1 + (uint64_t)ran(e)) * (e->tier == 1 ? INTERPRETED : 1);
}

esp_target *queue_take(compile_queue *q, int *tier, bool *dead)
{
    uint32_t best = 0;
    queue_entry e;

    if (!q->n)
        return NULL;
    for (uint32_t i = 0; i < q->n; i++) {
        if (weight(&q->at[i]) > weight(&q->at[best]))
            best = i;
        if (q->at[i].turns++ >= PATIENCE && !ran(&q->at[i])) {
            best = i;
            break;
        }
    }
    e = q->at[best];
    drop(q, best);
    *tier = e.tier;
    *dead = e.turns > PATIENCE && !ran(&e);
    return e.target;
}

void queue_remove(compile_queue *q, const esp_target *t)
{
    for (uint32_t i = 0; i < q->n; i++)
        if (q->at[i].target == t) {
            drop(q, i);
            return;
        }
}

void queue_leave(compile_queue *q, const esp_context *context)
{
    for (uint32_t i = q->n; i-- > 0;)
        if (q->at[i].target->context == context)
            drop(q, i);
}
