/*
 * Reading a program that goes on meanwhile.
 *
 * When the evaluation runs beside the guest (unit->reading), this is what it
 * reads of memory that the guest writes, and why it may.  All of it is here,
 * but for trees that are walked over (framework/node.c); the protocol is that of
 * framework/tier.h, and docs/lifecycle.md explains it.
 *
 * Final and frozen memory belongs to a target, which is claimed before, or is
 * guarded by an assumption.  The guest does not write it while it is claimed:
 * it has us stopped first.  What is read too early, before the assumption has
 * been claimed, may be old or new, but never torn: so only pointers are, and the
 * word that says what results have for a tag.  If they were new, the assumption
 * was born in this reading, and we give up.
 *
 * Counters may be anything: they only decide what is worth its while.
 */
#include "pe/eval/internal.h"

#include "framework/base/cc.h"
#include "framework/tier.h"

#include <string.h>
#include <time.h>

/* ---- giving up ----------------------------------------------------------- */

void eval_look_for_stop(eval *e)
{
    if (e->unit->stop && __atomic_load_n(e->unit->stop, __ATOMIC_RELAXED))
        unit_bail(e->unit, BAIL_changed, "no longer wanted");
}

/* --stress=delay: sleeps now and then, so that more changes meanwhile. */
static void dawdle(esp_unit *u)
{
    struct timespec t = { 0, 0 };

    if (!u->dawdle)
        return;
    u->dawdle = u->dawdle * 6364136223846793005u + 1442695040888963407u;
    t.tv_nsec = (long)(u->dawdle >> 44);        /* up to a millisecond */
    if (t.tv_nsec & 1)
        nanosleep(&t, NULL);
}

/* ---- claims -------------------------------------------------------------- */

static bool claim(eval *e, esp_dependents *d)
{
    bool unchanged = esp_claim(d, e->unit->reading);

    dawdle(e->unit);
    return unchanged;
}

void eval_claim(eval *e, esp_target *t)
{
    if (e->unit->reading && !claim(e, esp_target_dependents(t)))
        unit_bail(e->unit, BAIL_changed, "%s changed", t->name);
}

/* One that was born in this reading may stand for something that we have read
 * before that changed. */
bool eval_rests_on(eval *e, esp_assumption *a)
{
    uint32_t reading = e->unit->reading;

    if (reading && a->born == reading)
        unit_bail(e->unit, BAIL_changed, "%s: new", a->name);
    if (reading && !claim(e, esp_assumption_dependents(a)))
        return false;
    if (!a->valid)
        return false;
    VEC_PUSH(e->g->arena, &e->result->assumptions, a);
    return true;
}

uint64_t eval_result_tag(eval *e, const esp_target *t)
{
    uint64_t tag = __atomic_load_n(&t->returns, __ATOMIC_ACQUIRE);

    if (tag >= ESP_ABRUPT)
        return tag;
    if (e->unit->reading && t->steady->born == e->unit->reading)
        return ESP_RETURNS_NOTHING_YET;
    return eval_rests_on(e, t->steady) ? tag : ESP_RETURNS_MANY;
}

/* ---- memory -------------------------------------------------------------- */

/* Both targets are little-endian, and read an aligned word at once. */
uint64_t eval_read(const void *p, uint32_t size)
{
    uint64_t bits = 0;

    if ((uintptr_t)p % size) {
        memcpy(&bits, p, size);
        return bits;
    }
    switch (size) {
    case 1: return __atomic_load_n((const uint8_t *)p, __ATOMIC_ACQUIRE);
    case 2: return __atomic_load_n((const uint16_t *)p, __ATOMIC_ACQUIRE);
    case 4: return __atomic_load_n((const uint32_t *)p, __ATOMIC_ACQUIRE);
    default: return __atomic_load_n((const uint64_t *)p, __ATOMIC_ACQUIRE);
    }
}

/* Only compared with addresses of constants: an object that is no node, and
 * that somebody writes, gives another answer, but no wrong one. */
CC_READS_ANYTHING const esp_node_class *eval_class_at(const void *p)
{
    return ((const esp_node *)p)->class;
}

/* The guest counts in C and in compiled code, without care: a count that is
 * missed now is seen by the next compilation. */
CC_READS_ANYTHING bool eval_is_cold(const esp_target *t,
                                    const esp_target *than, uint32_t times)
{
    return !t->tiering->compilations && t->heat < than->heat / times;
}
