/*
 * Tiers: when a target is compiled, and what happens when its code or what
 * that rests on changes.
 */
#include "framework/tier.h"
#include "framework/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOP_PATIENCE = 100,        /* iterations between two questions */
    TIER1_PATIENCE = 64,        /* iterations in tier-1 code for one leaving */
    CALL_HEAT = 16              /* of a call of compiled code */
};

/* ---- dependents -------------------------------------------------------- */

bool esp_depend(esp_dependents *d, void *code)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (d->code[i] == code)
            return true;
    if (d->n == d->cap) {
        uint32_t cap = d->cap ? 2 * d->cap : 4;
        void **room = realloc(d->code, cap * sizeof *room);

        if (!room)
            return false;
        d->code = room;
        d->cap = cap;
    }
    d->code[d->n++] = code;
    return true;
}

void esp_undepend(esp_dependents *d, const void *code)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (d->code[i] == code) {
            d->code[i] = d->code[--d->n];
            return;
        }
}

esp_dependents *esp_target_dependents(esp_target *t)
{
    return &t->tiering->dependents;
}

esp_dependents *esp_assumption_dependents(esp_assumption *a)
{
    return a->dependents;
}

/* ---- reading beside the guest ------------------------------------------ */

uint32_t esp_reading_begin(esp_engine *e)
{
    if (++e->readings == 0)
        e->readings = 1;
    return e->reading = e->readings;
}

void esp_reading_end(esp_engine *e)
{
    e->reading = 0;
}

/* Each side writes its own word first, and then reads the other's: in the one
 * order that all of these have, one of them is last and sees both. */
bool esp_claim(esp_dependents *d, uint32_t reading)
{
    __atomic_store_n(&d->claimed, reading, __ATOMIC_SEQ_CST);
    return __atomic_load_n(&d->changed, __ATOMIC_SEQ_CST) != reading;
}

void esp_unclaim(esp_dependents *d)
{
    __atomic_store_n(&d->claimed, 0, __ATOMIC_SEQ_CST);
}

bool esp_claimed(const esp_dependents *d, uint32_t reading)
{
    return __atomic_load_n(&d->claimed, __ATOMIC_SEQ_CST) == reading;
}

void tier_changing(esp_engine *e, esp_dependents *d, const char *why)
{
    if (!e->reading)
        return;
    __atomic_store_n(&d->changed, e->reading, __ATOMIC_SEQ_CST);
    if (esp_claimed(d, e->reading))
        e->compiler.stop(e->compiler.self, why);
}

void tier_stop_reading(esp_engine *e, const char *why)
{
    if (e->reading)
        e->compiler.stop(e->compiler.self, why);
}

/* ---- discarding --------------------------------------------------------- */

/* Discarding may take other code off this list, or put some on it. */
void tier_invalidate(esp_engine *e, esp_dependents *d, const char *why)
{
    while (d->n) {
        void *code = d->code[--d->n];

        e->stats.invalidations++;
        e->compiler.discard(e->compiler.self, code, why);
    }
}

bool esp_target_compiled(const esp_target *t)
{
    return t->tiering->code != NULL;
}

void esp_target_invalidate(esp_target *t, const char *why)
{
    tier_invalidate(t->context->engine, &t->tiering->dependents, why);
}

/* ---- heat -------------------------------------------------------------- */

/* The heat at which a target without code is compiled.  One that lost its code
 * again and again has to be hotter each time. */
static uint32_t first_heat(const esp_engine *e, const esp_tiering *tiering)
{
    uint32_t again = tiering->invalidations;

    if (!e->compiler.compile || !e->options.tier || tiering->never)
        return UINT32_MAX;
    if (e->options.compile == ESP_COMPILE_NOW || e->options.osr)
        return 1;
    return e->options.heat1 << (again < 6 ? again / 2 : 3);
}

/* options.osr: a loop asks at each back edge, but calls do not count for more
 * than they did. */
static bool only_for_loops(esp_target *t)
{
    const esp_options *o = &t->context->engine->options;

    if (!o->osr || t->heat >= o->heat1)
        return false;
    t->hot = t->heat + 1;
    return true;
}

static uint32_t next_heat(const esp_engine *e, int tier)
{
    return tier < e->options.tier ? e->options.heat2 : UINT32_MAX;
}

bool esp_target_hot(esp_target *t)
{
    esp_engine *e = t->context->engine;
    esp_tiering *tiering = t->tiering;
    int tier = tiering->code ? tiering->tier + 1 : 1;
    esp_answer answer;
    bool waited;

    if (!e->compiler.compile || tiering->never || tier > e->options.tier) {
        /* Nothing more to come; the counter must not run over for long. */
        t->heat = 0;
        t->hot = UINT32_MAX;
        return false;
    }
    if (only_for_loops(t))
        return false;
    waited = tiering->waiting;
    answer = e->compiler.compile(e->compiler.self, t, tier);
    e->stats.compilations +=
        !waited && (answer != ESP_LATER || tiering->waiting);
    if (answer != ESP_DECLINED)
        return answer == ESP_COMPILED;
    e->stats.declined++;
    if (t->hot <= t->heat)
        t->hot = UINT32_MAX;
    return false;
}

/* Loops nest: not when half of the stack is used up. */
static bool room_to_enter(const esp_context *c)
{
    char *here = __builtin_frame_address(0);

    return here - c->stack_limit > (c->own->stack_base - c->stack_limit) / 2;
}

/* To leave tier-1 code takes as long as many iterations there.  So a loop that
 * is short but often begun mostly stays, until the whole target has better
 * code; t->hot must not change for that, since others look at it, too. */
static bool too_short(esp_target *t)
{
    return !t->context->engine->options.osr &&
           ++t->tiering->asked % TIER1_PATIENCE != 0;
}

bool esp_loop_due(esp_target *t, const esp_node *loop, bool tier1)
{
    const esp_compiler *c = &t->context->engine->compiler;

    if (tier1 && too_short(t))
        return false;
    if (!c->loop_due || c->loop_due(c->self, t, loop))
        return true;
    t->hot = t->heat + LOOP_PATIENCE;
    return false;
}

/* Compiled code for a loop, or NULL.  A loop is compiled in the highest tier at
 * once: it will not be called again to be compiled once more.  When it has
 * ended, the next back edge is that of the loop around it, whose turn it is
 * then. */
static esp_execute_fn *compiled_loop(esp_target *t, esp_node *loop,
                                     esp_frame *frame)
{
    esp_engine *e = t->context->engine;
    void *code = NULL;

    if (e->compiler.compile_loop && e->options.tier && !t->tiering->never &&
        room_to_enter(t->context))
        code = e->compiler.compile_loop(e->compiler.self, t, loop, frame,
                                        e->options.tier);
    if (!t->tiering->never)
        t->hot = t->heat + (code || e->options.osr ? 1 : e->options.heat1);
    return (esp_execute_fn *)code;
}

/* What a loop does that left compiled code, when it is hot again: the code that
 * it left returns this to run_loop. */
static esp_value go_round(esp_node *loop, esp_frame *frame)
{
    (void)loop;
    (void)frame;
    return esp_abrupt(ESP_CONTINUE);
}

/*
 * Runs a loop in compiled code.  If that is left, the IR interpreter goes on
 * with the loop on top of the machine frame, until the loop asks for compiled
 * code again: then it gets go_round, returns here, and enters from here.  So it
 * does not pile up on the C stack however often it is left.
 */
static esp_value run_loop(esp_node *loop, esp_frame *frame)
{
    esp_target *t = frame->target;
    struct esp_context_private *own = t->context->own;
    struct entered_loop outer = own->loop;
    esp_execute_fn *code = own->loop_code;
    esp_value v;

    own->loop = (struct entered_loop){ loop, frame };
    do {
        v = code ? code(loop, frame) : esp_execute(loop, frame);
        if (v.tag == ESP_CONTINUE)
            code = compiled_loop(t, loop, frame);
    } while (v.tag == ESP_CONTINUE);
    own->loop = outer;
    return v;
}

esp_execute_fn *esp_loop_hot(esp_target *t, esp_node *loop, esp_frame *frame)
{
    struct esp_context_private *own = t->context->own;

    if (own->loop.node == loop && own->loop.frame == frame)
        return go_round;
    own->loop_code = compiled_loop(t, loop, frame);
    return own->loop_code ? run_loop : NULL;
}

void esp_tier_ring(void *context)
{
    engine_ask_poll(context, ESP_POLL_COMPILER);
}

const esp_compiler *esp_engine_compiler(const esp_engine *e)
{
    return e->compiler.self ? &e->compiler : NULL;
}

/* ---- code -------------------------------------------------------------- */

void esp_tier_install(esp_target *t, void *code, void *entry, int tier)
{
    t->tiering->code = code;
    t->tiering->tier = tier;
    t->tiering->compilations++;
    t->call_heat = CALL_HEAT;
    t->hot = next_heat(t->context->engine, tier);
    call_set_entry(t, entry);
}

void esp_tier_remove(esp_target *t)
{
    t->tiering->code = NULL;
    t->tiering->tier = 0;
    t->tiering->invalidations++;
    t->heat = 0;
    t->call_heat = 0;
    t->hot = first_heat(t->context->engine, t->tiering);
    call_set_entry(t, esp_target_run(t));
}

bool tier_open_target(esp_target *t)
{
    t->tiering = esp_context_alloc(t->context, sizeof *t->tiering);
    if (!t->tiering)
        return false;
    t->hot = first_heat(t->context->engine, t->tiering);
    return true;
}

static void close_dependents(esp_engine *e, esp_dependents *d)
{
    while (d->n)
        e->compiler.discard(e->compiler.self, d->code[--d->n], NULL);
    free(d->code);
    *d = (esp_dependents){ 0 };
}

/* ---- for the compiler -------------------------------------------------- */

void *esp_keep(const uint64_t *words, uint32_t n)
{
    void *kept = lasting_alloc((n + 1) * sizeof *words);

    return kept && n ? memcpy(kept, words, n * sizeof *words) : kept;
}

void esp_unkeep(void *kept)
{
    lasting_free(kept);
}

bool esp_look_at_stacks(esp_context *context, const void *here,
                        esp_look_fn *look, void *arg)
{
    const char *base = context->own->stack_base;

    if (context->own->attached != 1 || (const char *)here > base)
        return false;
    look(arg, here, base);
    coroutine_look(context, look, arg);
    return true;
}

/* Code that rests on this context goes with it: nobody can call it. */
void tier_close(esp_context *c)
{
    for (esp_target *t = c->own->targets; t; t = t->next)
        close_dependents(c->engine, &t->tiering->dependents);
    for (esp_assumption *a = c->own->assumptions; a; a = a->next)
        close_dependents(c->engine, a->dependents);
    if (c->engine->compiler.leave)
        c->engine->compiler.leave(c->engine->compiler.self, c);
}

esp_target *esp_context_targets(esp_context *context)
{
    return context->own->targets;
}

/* ---- words ------------------------------------------------------------- */

void esp_show(esp_context *context, esp_value v, char *to, size_t n)
{
    if (context->own->show)
        context->own->show(context, v, to, n);
    else
        snprintf(to, n, "{%lld, tag %llu}", (long long)v.as.i,
                 (unsigned long long)v.tag);
}

void esp_target_where(const esp_target *t, char *to, size_t n)
{
    snprintf(to, n, "%s:%u", t->name ? t->name : "?",
             esp_section_position(t->section).line);
}
