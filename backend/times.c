/*
 * Where the time of compilations goes.
 */
#include "backend/times.h"

static void add(step_times *to, const esp_step_time *t)
{
    uint32_t k = 0;

    while (k < to->n && to->at[k].step != t->step)
        k++;
    if (k == UNIT_STEPS)
        return;
    to->at[k].step = t->step;
    to->at[k].ns += t->ns;
    to->n = k < to->n ? to->n : k + 1;
}

void times_add(step_times *to, esp_unit *u)
{
    unit_rest(u);
    for (uint32_t k = 0; k < u->ntimes; k++)
        add(to, &u->times[k]);
}

uint64_t times_total(const step_times *t)
{
    uint64_t ns = 0;

    for (uint32_t k = 0; k < t->n; k++)
        ns += t->at[k].ns;
    return ns;
}

void times_print(const step_times *t, bool json, esp_text *out)
{
    for (uint32_t k = 0; k < t->n; k++)
        text_printf(out, json ? "%s\"%s\": %.3f" : "%s%s %.3f",
                    k == 0 ? "" : ", ", t->at[k].step,
                    (double)t->at[k].ns / 1e6);
}
