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
    a->born = context->engine->reading;
    a->engine = context->engine;
    a->name = name;
    a->next = context->own->assumptions;
    context->own->assumptions = a;
    /* Whoever finds it in a field, in another thread, finds it filled. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return a;
}

void esp_assumption_invalidate(esp_assumption *a, const char *why)
{
    if (!a || !a->valid)
        return;
    tier_changing(a->engine, a->dependents, why);
    /* First, so that code made from now on cannot rest on it. */
    a->valid = false;
    a->engine->stats.assumptions++;
    esp_trace(a->engine, ESP_TRACE_assume, "%s: %s", a->name, why);
    tier_invalidate(a->engine, a->dependents, why);
}

/* ---- cells ------------------------------------------------------------- */

esp_cell *esp_cell_new(esp_context *context, const char *name,
                       esp_value value)
{
    esp_cell *cell = esp_context_alloc(context, sizeof *cell);

    if (!cell)
        return NULL;
    cell->name = name;
    cell->value = cell->constant = value;
    cell->stable = esp_assumption_new(context, name);
    return cell;
}

void esp_cell_set(esp_context *context, esp_cell *cell, esp_value value)
{
    esp_assumption *old = cell->stable;

    if (cell->value.tag == value.tag && cell->value.as.i == value.as.i)
        return;
    cell->value = value;
    if (!old)
        return;
    /* Everybody who took the constant for one is gone after this. */
    esp_assumption_invalidate(old, "written");
    cell->constant = ++cell->writes < ESP_CELL_WRITES ? value : esp_nothing();
    ESP_PUBLISH(cell->stable, cell->writes < ESP_CELL_WRITES
                ? esp_assumption_new(context, cell->name) : NULL);
}
