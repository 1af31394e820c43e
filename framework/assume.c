/*
 * Assumptions.
 */
#include "framework/private.h"

esp_assumption *esp_assumption_new(esp_context *context, const char *name)
{
    esp_assumption *a = esp_context_alloc(context, sizeof *a);

    if (!a)
        return NULL;
    a->dependents = esp_context_alloc(context, sizeof *a->dependents);
    if (!a->dependents)
        return NULL;
    a->valid = true;
    a->engine = context->engine;
    a->name = name;
    a->next = context->own->assumptions;
    context->own->assumptions = a;
    return a;
}

void esp_assumption_invalidate(esp_assumption *a, const char *why)
{
    if (!a || !a->valid)
        return;
    /* First, so that code made from now on cannot rest on it. */
    a->valid = false;
    a->engine->stats.assumptions++;
    esp_trace(a->engine, ESP_TRACE_assume, "%s: %s", a->name, why);
    tier_invalidate(a->engine, a->dependents, why);
}
