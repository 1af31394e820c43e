/*
 * Leaving compiled code: what is counted, what is learned, and the way back.
 *
 *     exit stub ─▶ jit_leave ─▶ deopt_finish (IR interpreter) ─▶ the caller
 */
#include "backend/jit_private.h"

#include "framework/base/cc.h"

#include "pe/graph/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* It may have been changed behind the code's back. */
bool jit_check_finals(jit *j, esp_code *code)
{
    owner *o = code->owner;

    if (!code->valid)
        return true;
    for (uint32_t i = 0; i < o->nfinals; i++) {
        const eval_final *f = &o->finals[i];
        uint64_t bits = 0;

        memcpy(&bits, f->address, f->size);
        if (bits == f->bits)
            continue;
        esp_printf(j->engine, "check: %s: a final field that %s reads in line "
                   "%u changed from %#" PRIx64 " to %#" PRIx64
                   " without invalidation\n", code->name, f->fn, f->line,
                   f->bits, bits);
        jit_discard(j, code, "a final field changed without invalidation");
        return false;
    }
    return true;
}

/* ---- lessons ------------------------------------------------------------- */

enum {
    MOST_EXITS = 1000,          /* at one exit, before a target is given up */
    MOST_FAILURES = 16          /* of one speculation, over all compilations */
};

static void trace_deopt(jit *j, const esp_code *code, const esp_point *p,
                        const deopt_place *at, uint32_t times)
{
    const owner *o = code->owner;

    if (!esp_tracing(j->engine, ESP_TRACE_deopt))
        return;
    esp_trace(j->engine, ESP_TRACE_deopt,
              "tier %d  %s  %s  in %s line %u  C %s:%u  %u times here",
              code->tier, o->target->name, reason_name(p->reason),
              at->node ? at->node->class->name : "?", jit_line(at->node),
              at->fn->name, at->line, times);
}

/* Exits are of one unit; a site is the same after the next compilation. */
static deopt_site *find_site(jit *j, const deopt_place *at)
{
    deopt_site new = { at->node, at->fn, at->line, 0 };

    for (uint32_t i = 0; i < j->sites.n; i++) {
        deopt_site *s = &j->sites.at[i];

        if (s->node == at->node && s->fn == at->fn && s->line == at->line)
            return s;
    }
    VEC_PUSH(&j->arena, &j->sites, new);
    return &j->sites.at[j->sites.n - 1];
}

/* The same speculation fails after each compilation, and nothing is learned
 * from it: from now on the code stays, and leaves there without being thrown
 * away.  An interpreter that forgets to note what it has seen does this. */
static void report_cycle(jit *j, esp_target *t, const deopt_place *at)
{
    char text[256];

    j->cycles++;
    snprintf(text, sizeof text, "%s  in %s line %u  C %s:%u: "
             "fails after each compilation, %u times", t->name,
             at->node ? at->node->class->name : "?", jit_line(at->node),
             at->fn->name, at->line, MOST_FAILURES);
    if (j->settings->check)
        esp_printf(j->engine, "check: deopt cycle: %s\n", text);
    esp_trace(j->engine, ESP_TRACE_deopt, "cycle  %s", text);
}

/* A speculation failed.  Is the code to be thrown away? */
static bool speculation_failed(jit *j, esp_target *t, const deopt_place *at)
{
    deopt_site *s = find_site(j, at);

    if (++s->times == MOST_FAILURES)
        report_cycle(j, t, at);
    return s->times < MOST_FAILURES;
}

static void learn(jit *j, esp_code *code, const esp_point *p,
                  const deopt_place *at, uint32_t times)
{
    owner *o = code->owner;
    esp_target *t = o->target;

    if (p->reason == REASON_stress) {
        j->stress_cell = jit_random(j, STRESS_INTERVAL);
        return;
    }
    if (p->reason == REASON_rare)
        return;
    t->tiering->deopts++;
    if (p->reason == REASON_loop)
        t->tiering->loops_vary = true;
    if ((p->reason == REASON_invalidate || p->reason == REASON_loop) &&
        speculation_failed(j, t, at)) {
        jit_discard(j, code, "a speculation failed");
        esp_engine_stats(j->engine)->invalidations++;
    } else if (p->reason != REASON_invalid && times > MOST_EXITS) {
        jit_discard(j, code, "it deoptimizes too often");
        jit_give_up(j, t, "one exit was taken too often");
    }
}

/* ---- the way back -------------------------------------------------------- */

/* Guest code cannot go on from here: ends the program with an error. */
esp_exec_result jit_broken(esp_target *t, const char *why)
{
    esp_value v = { .as.p = esp_error_new(t->context, NULL, ESP_ERROR_INTERNAL,
                                          "%s", why),
                    .tag = ESP_ERROR };

    esp_throw(t->context, v);
    return (esp_exec_result){ { 0, ESP_THROW } };
}

struct deopt_result jit_leave(const struct deopt_regs *regs, void *machine,
                              esp_code *code, uint32_t exit)
{
    owner *o = code->owner;
    jit *j = o->jit;
    const esp_point *p = &code->exits[exit];
    code_regs r = { regs->gpr, regs->fpr };
    deopt_stop stop = { code, p, &r, machine };
    esp_exec x = { .image = j->image };
    esp_exec_result result;
    uint32_t times = ++o->exit_counts[exit];
    deopt_place at = deopt_where(code, p->state);

    j->deopts++;
    trace_deopt(j, code, p, &at, times);
    if (j->settings->check)
        jit_check_finals(j, code);
    learn(j, code, p, &at, times);
    result = deopt_finish(&stop, o->target->context, j->kept, &x);
    jit_drop_kept(j, CC_FRAME_ADDRESS, machine);
    if (x.error)
        result = jit_broken(o->target, x.error);
    return (struct deopt_result){ result.r[0], result.r[1] };
}
