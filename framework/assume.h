/*
 * assume.h: assumptions, and the code that rests on them.
 *
 * Something that is true so far, and that compiled code takes for granted.
 * When it becomes false, that code is discarded.
 */
#ifndef ESP_ASSUME_H
#define ESP_ASSUME_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

struct esp_dependents;

struct esp_assumption {
    bool valid;                         /* never comes back */
    esp_engine *engine;
    const char *name;                   /* for traces; not copied */
    struct esp_dependents *dependents;  /* framework/tier.h */
    esp_assumption *next;               /* of the context */
};

/* A valid one; lives as long as the context. */
esp_assumption *esp_assumption_new(esp_context *context, const char *name);

/* In compiled code: a constant, if the assumption itself is one. */
ESP_INTRINSIC bool esp_assumption_valid(const esp_assumption *a)
{
    return a->valid;
}

/* Makes it false.  NULL is allowed, and false already. */
ESP_BOUNDARY void esp_assumption_invalidate(esp_assumption *a,
                                            const char *why);

#endif
