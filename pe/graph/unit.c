/*
 * One compilation: its memory and its end.
 */
#include "pe/graph/unit.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

void unit_init(esp_unit *u, const char *name)
{
    memset(u, 0, sizeof *u);
    arena_init(&u->arena);
    arena_init(&u->scratch);
    u->arena.exhausted = u->scratch.exhausted = out_of_memory;
    u->arena.arg = u->scratch.arg = u;
    u->name = name;
    u->step = "start";
    u->max_visited = u->max_residual = UINT32_MAX;
}

void unit_free(esp_unit *u)
{
    arena_free(&u->arena);
    arena_free(&u->scratch);
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
