/*
 * Memory of code that nobody can enter any more.
 *
 * Code is retired when it was discarded, or when a better tier has taken its
 * place.  It is freed when no machine frame is in it.  To find that out, the C
 * stacks are looked through word by word, as a collector does: a word that could
 * be an address in a retired unit keeps it.  Frame pointers would be quicker
 * to follow, but the C library and others do not keep them, and one lost frame
 * is a crash.  It is done when twice as many units are retired as stayed the
 * last time, and some more for each page of stack that has to be looked at.
 */
#include "backend/jit_private.h"

#include "framework/base/cc.h"

enum { STACK_PER_UNIT = 8 << 10 };      /* bytes to look at, at most */

static owner *owner_of(const esp_code *code)
{
    return code->owner;
}

void reclaim_now(jit *j, esp_code *code)
{
    owner *o = owner_of(code);

    if (o) {
        for (uint32_t i = 0; i < o->ndepends; i++)
            esp_undepend(o->depends[i], code);
        esp_unkeep(o->kept);
    }
    code_free(j->cache, code);
}

void reclaim_later(jit *j, esp_code *code)
{
    owner *o = owner_of(code);

    if (o->retired)
        return;
    o->retired = true;
    o->next = j->retired;
    j->retired = code;
    j->nretired++;
}

/* Marks the retired units that words of the stack point into. */
static CC_READS_ANYTHING void
mark_from_stack(void *arg, const void *newest, const void *oldest)
{
    jit *j = arg;
    const uintptr_t *from = newest, *to = oldest;
    uintptr_t base = (uintptr_t)j->cache->base;

    for (; from < to; from++) {
        esp_code *code;

        if (*from - base >= j->cache->size)
            continue;
        code = code_find(j->cache, (const void *)*from);
        if (code && code->owner && owner_of(code)->retired)
            owner_of(code)->in_use = true;
    }
}

/* Frees the retired units of the context that are not marked. */
static void sweep(jit *j, const esp_context *context)
{
    esp_code **at = &j->retired, *code;

    while ((code = *at)) {
        owner *o = owner_of(code);

        if (o->in_use || o->target->context != context) {
            o->in_use = false;
            at = &o->next;
            continue;
        }
        *at = o->next;
        j->nretired--;
        j->reclaimed++;
        reclaim_now(j, code);
    }
}

/* The registers that a function has to preserve are on the stack while another
 * one runs: this is the other one. */
static CC_NOINLINE void look_through(jit *j, esp_context *context)
{
    if (esp_look_at_stacks(context, CC_FRAME_ADDRESS, mark_from_stack, j))
        sweep(j, context);
}

static void add_size(void *arg, const void *newest, const void *oldest)
{
    size_t *bytes = arg;

    *bytes += (size_t)((const char *)oldest - (const char *)newest);
}

/* Are there enough retired units to make it worth while? */
static bool is_due(const jit *j, esp_context *context)
{
    size_t bytes = 0;

    if (SETTING_HAS(j->settings, stress, reclaim))
        return true;
    return j->nretired >= j->next_reclaim &&
           esp_look_at_stacks(context, CC_FRAME_ADDRESS, add_size, &bytes) &&
           j->nretired >= j->next_reclaim + bytes / STACK_PER_UNIT;
}

void reclaim(jit *j, esp_context *context)
{
    if (!j->nretired || !is_due(j, context))
        return;
    CC_SAVE_REGISTERS();
    look_through(j, context);
    j->survived = j->nretired;
    j->next_reclaim = 2 * j->survived + FIRST_RECLAIM;
}

void reclaim_all(jit *j, const esp_context *context)
{
    for (esp_code *code = j->retired; code; code = owner_of(code)->next)
        owner_of(code)->in_use = false;
    sweep(j, context);
}
