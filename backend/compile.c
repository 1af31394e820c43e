/*
 * The compiler behind the evaluator, top to bottom.
 *
 *     graph ─ passes ─▶ graph ─ schedule ─ select ─▶ LIR ─ ra ─▶ LIR ─ emit ─▶ code
 *
 * Each step can be printed (--dump) and is verified under --check.
 */
#include "backend/compile.h"

#include "backend/disasm.h"
#include "backend/emit.h"
#include "backend/lir/select.h"
#include "backend/ra/ra.h"
#include "pe/graph/print.h"
#include "pe/opt/opt.h"
#include "pe/opt/schedule.h"

#include <string.h>

const esp_isa *isa_here(void)
{
#if defined(__x86_64__)
    return &x64_isa;
#elif defined(__aarch64__)
    return &a64_isa;
#else
    return NULL;
#endif
}

typedef struct compiler {
    esp_unit *u;
    esp_graph *g;
    const struct compile_env *env;
    const esp_isa *isa;
    esp_code *code;
} compiler;

static void dump(const compiler *c, const char *step, esp_text *t)
{
    c->env->dump(c->env->dump_arg, step, c->u->name, text_get(t));
    text_free(t);
}

static void dump_graph(const compiler *c, const char *step)
{
    esp_text t = { 0 };

    if (!c->env->dump)
        return;
    graph_print(c->g, &t);
    dump(c, step, &t);
}

static void dump_lir(const compiler *c, const char *step, const lir *l)
{
    esp_text t = { 0 };

    if (!c->env->dump)
        return;
    lir_print(l, &t);
    dump(c, step, &t);
}

static void dump_code(const compiler *c)
{
    esp_text t = { 0 };

    if (!c->env->dump)
        return;
    disasm_print(c->code, c->isa->assembler, &t);
    dump(c, "code", &t);
}

/* Passes are short, so looking between them is often enough. */
static void look_for_stop(compiler *c)
{
    if (c->env->stop && __atomic_load_n(c->env->stop, __ATOMIC_RELAXED))
        unit_bail(c->u, BAIL_changed, "not wanted any more");
}

/* Does the pass make code of this target better, and does nobody want to see
 * how it is without it? */
static bool is_wanted(const compiler *c, const opt_pass *p)
{
    if (p->run == opt_pair && !c->isa->pairs)
        return false;
    return !c->env->settings
        || !esp_settings_without(c->env->settings, p->name);
}

static void optimize(compiler *c)
{
    const opt_pass *const *pipeline = opt_pipeline(c->u->tier);

    for (const opt_pass *p = *pipeline; p; p = *++pipeline) {
        if (c->env->as_it_is)
            return;
        if (!is_wanted(c, p))
            continue;
        look_for_stop(c);
        opt_run(c->g, p);
        dump_graph(c, p->name);
    }
}

static esp_schedule *schedule(compiler *c)
{
    esp_schedule *s;
    const char *wrong;
    esp_text t = { 0 };

    unit_step(c->u, "schedule");
    s = opt_schedule(c->g);
    if (c->env->dump) {
        schedule_print(c->g, s, &t);
        dump(c, "schedule", &t);
    }
    wrong = c->u->check ? schedule_verify(c->g, s) : NULL;
    unit_assert(c->u, !wrong, "%s", wrong);
    return s;
}

static lir *select_and_allocate(compiler *c)
{
    const esp_schedule *s = schedule(c);
    const char *wrong;
    lir *l;

    unit_step(c->u, "select");
    l = select_graph(c->g, s, c->isa, (const uint8_t *)&c->code->valid);
    dump_lir(c, "select", l);
    wrong = c->u->check ? lir_verify(l) : NULL;
    unit_assert(c->u, !wrong, "%s", wrong);

    unit_step(c->u, "ra");
    ra_run(l, c->env->few);
    dump_lir(c, "ra", l);
    wrong = c->u->check ? ra_check(l) : NULL;
    unit_assert(c->u, !wrong, "%s", wrong);
    return l;
}

static void run(compiler *c)
{
    const lir *l;

    if (!c->isa)
        unit_bail(c->u, BAIL_signature, "no code for this machine");
    dump_graph(c, "eval");
    optimize(c);
    look_for_stop(c);
    l = select_and_allocate(c);
    look_for_stop(c);
    unit_step(c->u, "emit");
    emit_code(l, c->g, c->isa, c->env->cache, c->code, c->env->deopt_entry);
    dump_code(c);
}

esp_code *compile_graph(esp_unit *u, esp_graph *g,
                        const struct compile_env *env)
{
    compiler c = { .u = u, .g = g, .env = env, .isa = isa_here() };
    jmp_buf declined;

    c.code = env->code ? env->code : code_new(env->cache, u->name, u->tier);
    if (!c.code)
        unit_bail(u, BAIL_memory, "no memory for a unit of code");
    memcpy(&declined, &u->declined, sizeof declined);
    if (setjmp(u->declined)) {
        if (!env->code)
            code_free(env->cache, c.code);
        memcpy(&u->declined, &declined, sizeof declined);
        longjmp(u->declined, 1);
    }
    run(&c);
    unit_step(u, "keep");
    memcpy(&u->declined, &declined, sizeof declined);
    return c.code;
}
