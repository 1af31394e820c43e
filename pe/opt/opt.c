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

enum pass_number {
#define PASS(name, needs, breaks, meaning) PASS_##name,
#include "pe/opt/passes.def"
#undef PASS
};

#define RUN(name) &opt_passes[PASS_##name]

/* Quick, for code that soon is replaced if it matters.  Memory was here, and
 * took a twentieth of the time without making the code any better. */
static const opt_pass *const pipeline_1[] = {
    RUN(cleanup), RUN(dce), NULL
};

static const opt_pass *const pipeline_2[] = {
    RUN(cleanup), RUN(memory), RUN(branch), RUN(cleanup),
    RUN(reenter), RUN(licm), RUN(peel), RUN(cleanup), RUN(memory), RUN(carry),
    RUN(branch), RUN(widen), RUN(unroll), RUN(cleanup), RUN(gvn), RUN(kinds),
    RUN(pair), RUN(dce), RUN(edges), RUN(sink), NULL
};

const opt_pass *const *opt_pipeline(int tier)
{
    return tier < 2 ? pipeline_1 : pipeline_2;
}

const opt_reason opt_reasons[] = {
    { "cleanup", "memory", "a value behind a parameter that is a copy of it "
      "is not seen to be the same" },
    { "memory", "branch", "guards on what was loaded twice are on one value" },
    { "branch", "peel", "what is known anyhow is no reason to copy a loop" },
    { "branch", "reenter", "slow paths that are not taken need no copies" },
    { "reenter", "licm", "loads and guards leave a loop that has no call" },
    { "licm", "peel", "what has moved out is no reason to copy a loop" },
    { "peel", "memory", "the loads of a loop find what the first iteration "
      "has loaded" },
    { "peel", "branch", "its guards are known from there" },
    { "branch", "widen", "sums that cannot overflow need no guard to ask" },
    { "peel", "unroll", "the first iteration of a loop is copied once" },
    { "peel", "carry", "the first iteration has written what is carried" },
    { "memory", "carry", "what is carried has one address" },
    { "carry", "branch", "fields that are variables have ranges" },
    { "carry", "unroll", "and count" },
    { "memory", "unroll", "bounds that the first iteration has loaded do not "
      "change in the loop" },
    { "unroll", "cleanup", "copies are joined with those before them" },
    { "branch", "cleanup", "decided branches leave empty blocks" },
    { "gvn", "dce", "divisions that were equal are not needed" },
    { "memory", "kinds", "a load of another type is not seen to be equal" },
    { "gvn", "kinds", "casts of casts are gone" },
    { "gvn", "sink", "what is sunk is not found again" },
    { "dce", "sink", "parameters that nothing needs have no arguments" },
    { "unroll", "pair", "the copies of a loop's body read neighbours" },
    { "gvn", "pair", "addresses that are equal are one" },
    { "kinds", "pair", "loads of different types are no pair" },
    { "cleanup", "edges", "empty blocks are what cleanup removes" },
    { NULL, NULL, NULL }
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

    unit_step(g->unit, pass->name);
    if (g->unit->check > 1)
        opt_shuffle(g);
    props_need(g, pass->needs);
    pass->run(g);
    props_forget(g, pass->breaks);
    if (!g->unit->check)
        return;
    wrong = graph_verify(g);
    unit_assert(g->unit, !wrong, "after %s: %s", pass->name, wrong);
}
