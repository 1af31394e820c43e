/*
 * One compilation: its memory and its end.
 */
#include "pe/graph/unit.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEPT = 512 << 10 };      /* bytes in an arena, between compilations */

static const char *const bailout_names[BAIL_COUNT] = {
#define BAILOUT(name, permanent, meaning) #name,
#include "pe/graph/bailouts.def"
#undef BAILOUT
};

static const bool bailout_is_permanent[BAIL_COUNT] = {
#define BAILOUT(name, permanent, meaning) permanent,
#include "pe/graph/bailouts.def"
#undef BAILOUT
};

const char *bailout_name(esp_bailout reason)
{
    return bailout_names[reason];
}

bool bailout_permanent(esp_bailout reason)
{
    return bailout_is_permanent[reason];
}

static void out_of_memory(void *unit)
{
    unit_bail(unit, BAIL_memory, "no memory for the compilation");
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void own_arenas(esp_unit *u)
{
    esp_arena *const all[] = { &u->arena, &u->notes, &u->scratch };

    for (int k = 0; k < 3; k++) {
        all[k]->exhausted = out_of_memory;
        all[k]->arg = u;
    }
}

void unit_init(esp_unit *u, const char *name)
{
    memset(u, 0, sizeof *u);
    arena_init(&u->arena);
    arena_init(&u->notes);
    arena_init(&u->scratch);
    own_arenas(u);
    u->name = name;
    u->step = "start";
    u->started = now_ns();
    u->max_nodes = u->max_visited = u->max_residual = UINT32_MAX;
}

void unit_free(esp_unit *u)
{
    arena_free(&u->arena);
    arena_free(&u->notes);
    arena_free(&u->scratch);
}

void unit_trim(esp_unit *u)
{
    arena_trim(&u->notes, KEPT);
    arena_trim(&u->scratch, KEPT);
}

void unit_rest(esp_unit *u)
{
    unit_step(u, NULL);
}

void unit_step(esp_unit *u, const char *step)
{
    uint64_t now = now_ns();
    uint32_t k = 0;

    while (k < u->ntimes && u->times[k].step != u->step)
        k++;
    if (u->step && k < UNIT_STEPS) {
        u->times[k].step = u->step;
        u->times[k].ns += now - u->started;
        u->ntimes = k < u->ntimes ? u->ntimes : k + 1;
    }
    u->step = step;
    u->started = now;
}

void unit_take_memory(esp_unit *u, esp_unit_memory *from)
{
    unit_free(u);
    u->arena = from->arena;
    u->notes = from->notes;
    u->scratch = from->scratch;
    own_arenas(u);
    memset(from, 0, sizeof *from);
}

void unit_keep_memory(esp_unit *u, esp_unit_memory *to)
{
    unit_free_memory(to);
    arena_reset(&u->arena, KEPT);
    arena_reset(&u->notes, KEPT);
    arena_reset(&u->scratch, KEPT);
    to->arena = u->arena;
    to->notes = u->notes;
    to->scratch = u->scratch;
    arena_init(&u->arena);
    arena_init(&u->notes);
    arena_init(&u->scratch);
}

void unit_free_memory(esp_unit_memory *m)
{
    arena_free(&m->arena);
    arena_free(&m->notes);
    arena_free(&m->scratch);
}

void unit_bail(esp_unit *u, esp_bailout reason, const char *format, ...)
{
    va_list args;

    u->bailout = reason;
    va_start(args, format);
    vsnprintf(u->detail, sizeof u->detail, format, args);
    va_end(args);
    longjmp(u->declined, 1);
}

void unit_broken(esp_unit *u, const char *file, int line,
                 const char *cond, const char *format, ...)
{
    char words[160];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (getenv("ESP_ABORT")) {
        fprintf(stderr, "%s: %s:%d: %s: %s\n",
                u->step, file, line, cond, words);
        raise(SIGTRAP);
    }
    unit_bail(u, BAIL_internal, "%s: %s:%d: %s: %s",
              u->step, file, line, cond, words);
}
