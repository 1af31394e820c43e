/*
 * The order of passes has reasons, and keeps to them.
 */
#include "pe/opt/opt.h"

#include <stdio.h>
#include <string.h>

/* The first or last place of a pass, -1 if it does not run. */
static int place(const opt_pass *const *pipeline, const char *name, bool last)
{
    int at = -1;

    for (int k = 0; pipeline[k]; k++)
        if (!strcmp(pipeline[k]->name, name) && (at < 0 || last))
            at = k;
    return at;
}

int main(void)
{
    int passed = 0, failed = 0;

    for (const opt_reason *r = opt_reasons; r->first; r++)
        for (int tier = 1; tier <= 2; tier++) {
            const opt_pass *const *p = opt_pipeline(tier);
            int first = place(p, r->first, false);
            int then = place(p, r->then, true);

            if (!opt_find(r->first) || !opt_find(r->then)
                || (first >= 0 && then >= 0 && first > then)) {
                printf("FAIL tier %d: %s before %s, because %s\n", tier,
                       r->first, r->then, r->why);
                failed++;
            } else {
                passed++;
            }
        }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
