/*
 * Running passes.
 */
#include "pe/opt/opt.h"

#include <string.h>

const opt_pass opt_passes[] = {
#define PASS(name, needs, breaks, meaning) { #name, opt_##name, needs, breaks },
#include "pe/opt/passes.def"
#undef PASS
    { NULL, NULL, 0, 0 }
};

const opt_pass *opt_find(const char *name)
{
    const opt_pass *p = opt_passes;

    while (p->name && strcmp(p->name, name))
        p++;
    return p->name ? p : NULL;
}

void opt_run(esp_graph *g, const opt_pass *pass)
{
    const char *wrong;

    g->unit->step = pass->name;
    props_need(g, pass->needs);
    pass->run(g);
    props_forget(g, pass->breaks);
    if (!g->unit->check)
        return;
    wrong = graph_verify(g);
    unit_assert(g->unit, !wrong, "after %s: %s", pass->name, wrong);
}
