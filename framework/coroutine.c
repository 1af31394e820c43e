/*
 * Coroutines.
 *
 * A context has one set of fields for what runs: the newest frame, the limits
 * of both stacks, where C has entered guest code.  Going to another coroutine
 * exchanges them and the C stack, while the collector is kept from looking.
 *
 *     esp_coroutine ──▶ coroutine_stack ──▶ fiber: C stack and frame stack
 *      guest object  ◀┄┄┄ weak
 *
 * A coroutine gets its stacks when it is first resumed and loses them when its
 * body returns.  Those of a coroutine that became garbage are found by their
 * weak links to it, after a collection; when many stacks are in use, they ask
 * for one, for the collector does not know what they cost.
 */
#include "framework/private.h"
#include "framework/collector.h"

#include <stdlib.h>

/* Stacks in use that ask for a collection, at the least. */
enum { MANY_STACKS = 1024 };

/* What a coroutine's stacks take at the least: counts towards --max-heap. */
enum { STACK_COST = 12 << 10 };

typedef struct coroutine_stack {
    collector_stack *seen;      /* by the collector */
    esp_fiber *fiber;
    struct coroutine_stack *next, **at; /* among the used ones; or unused */
    void *owner;                /* a weak link */
} coroutine_stack;

struct esp_coroutine {
    esp_context *context;
    esp_coroutine_fn *fn;
    void *arg, *user;
    esp_coroutine *resumer;     /* NULL: the thread's stack, or nobody */
    coroutine_stack *stack;     /* NULL: before it starts, when it has ended */
    void *keeper;               /* of what is on its stacks */
    coroutine_activity activity;        /* while it does not run */
    esp_value passed;           /* by resume, yield or return */
    esp_coroutine_state state;
    uint32_t pins;
    bool closing;
};

static const esp_heap_type coroutine_type = {
    "coroutine", sizeof(esp_coroutine), false
};

const esp_fiber *coroutine_fiber(const esp_coroutine *co)
{
    return co->stack->fiber;
}

/* ---- stacks ------------------------------------------------------------ */

static coroutines *open_coroutines(esp_context *c)
{
    coroutines *all = c->own->coroutines;

    if (all)
        return all;
    all = esp_context_alloc(c, sizeof *all);
    if (!all)
        return NULL;
    all->fibers = fiber_pool_new();
    if (!all->fibers)
        return NULL;
    all->collect_at = MANY_STACKS;
    all->collector = heap_collector(c);
    c->own->coroutines = all;
    return all;
}

static void free_list(coroutine_stack *s)
{
    while (s) {
        coroutine_stack *next = s->next;

        free(s);
        s = next;
    }
}

void coroutine_close_all(esp_context *c)
{
    coroutines *all = c->own->coroutines;

    if (!all)
        return;
    for (coroutine_stack *s = all->used; s; s = s->next) {
        collector_weak_clear(&s->owner);
        collector_stack_close(s->seen);
    }
    fiber_pool_free(all->fibers);
    free_list(all->used);
    free_list(all->unused);
}

static void release(esp_context *c, coroutine_stack *s)
{
    coroutines *all = c->own->coroutines;
    esp_compiler *compiler = &c->engine->compiler;

    *s->at = s->next;
    if (s->next)
        s->next->at = s->at;
    all->nused--;
    if (compiler->abandon)
        compiler->abandon(compiler->self, s->fiber->low, s->fiber->base);
    collector_stack_close(s->seen);
    fiber_put(all->fibers, s->fiber);
    s->next = all->unused;
    all->unused = s;
    esp_heap_add_external(c, -STACK_COST);
}

void coroutine_sweep(esp_context *c)
{
    coroutines *all = c->own->coroutines;
    coroutine_stack *s = all ? all->used : NULL;

    while (s) {
        coroutine_stack *next = s->next;

        if (!s->owner)
            release(c, s);
        s = next;
    }
}

static void look_for_garbage(esp_context *c)
{
    coroutines *all = c->own->coroutines;

    if (all->nused < all->collect_at)
        return;
    coroutine_sweep(c);
    if (all->nused > all->collect_at / 2)
        heap_collect(c);
    all->collect_at = all->nused > MANY_STACKS / 2 ? 2 * all->nused
                                                   : MANY_STACKS;
}

static coroutine_stack *take_record(coroutines *all)
{
    coroutine_stack *s = all->unused;

    if (!s)
        return calloc(1, sizeof *s);
    all->unused = s->next;
    return s;
}

static void use(coroutines *all, coroutine_stack *s)
{
    s->next = all->used;
    s->at = &all->used;
    if (s->next)
        s->next->at = &s->next;
    all->used = s;
    all->nused++;
}

/* False: the host has no memory. */
static bool get_stack(esp_coroutine *co)
{
    esp_context *c = co->context;
    coroutines *all = c->own->coroutines;
    coroutine_stack *s;

    look_for_garbage(c);
    s = take_record(all);
    if (!s)
        return false;
    s->fiber = fiber_get(all->fibers);
    s->seen = s->fiber ? collector_stack_open(s->fiber, &co->keeper) : NULL;
    if (!s->seen || !collector_weak_set(&s->owner, co, true)) {
        if (s->seen)
            collector_stack_close(s->seen);
        if (s->fiber)
            fiber_put(all->fibers, s->fiber);
        s->next = all->unused;
        all->unused = s;
        return false;
    }
    use(all, s);
    co->stack = s;
    esp_heap_add_external(c, STACK_COST);
    return true;
}

/* Limits as in engine.c. */
static void new_activity(esp_coroutine *co)
{
    const esp_options *o = &co->context->engine->options;
    esp_fiber *f = co->stack->fiber;
    char *limit = f->low + STACK_RESERVE;

    if (o->max_stack && o->max_stack < (size_t)(f->base - limit))
        limit = f->base - o->max_stack;
    co->activity = (coroutine_activity){
        .frame_next = f->base, .frame_limit = f->end - FRAMES_RESERVE,
        .stack_limit = limit, .stack_base = f->base
    };
}

/* ---- going from one to another ----------------------------------------- */

static void save(const esp_context *c, coroutine_activity *a)
{
    *a = (coroutine_activity){
        c->frame, c->frame_next, c->frame_limit, c->stack_limit,
        c->own->stack_base, c->own->entered, c->own->loop
    };
}

static void restore(esp_context *c, const coroutine_activity *a)
{
    c->frame = a->frame;
    c->frame_next = a->frame_next;
    c->frame_limit = a->frame_limit;
    engine_limit_stack(c, a->stack_limit);
    c->own->stack_base = a->stack_base;
    c->own->entered = a->entered;
    c->own->loop = a->loop;
}

static esp_fiber *fiber_of(coroutines *all, const esp_coroutine *co)
{
    return co ? co->stack->fiber : &all->thread;
}

/* The context's fields become those of `to`, which goes on next.  The collector
 * waits until it does. */
CC_INLINE void exchange(esp_context *c, esp_coroutine *to)
{
    coroutines *all = c->own->coroutines;
    esp_coroutine *from = all->running;

    collector_leave_stack(all->collector,
                          to ? to->stack->fiber->base : NULL, !from);
    save(c, from ? &from->activity : &all->outside);
    if (from)
        from->stack->seen->frame_next = c->frame_next;
    restore(c, to ? &to->activity : &all->outside);
    all->running = to;
}

CC_INLINE void go(esp_context *c, esp_coroutine *to)
{
    coroutines *all = c->own->coroutines;
    esp_coroutine *from = all->running;

    exchange(c, to);
    fiber_switch(fiber_of(all, from), fiber_of(all, to));
    collector_on_stack(all->collector);
}

/* The body has returned; its stacks are the resumer's to release. */
static _Noreturn void end(esp_coroutine *co, esp_value result)
{
    esp_context *c = co->context;
    coroutines *all = c->own->coroutines;

    co->passed = result;
    co->state = ESP_COROUTINE_DEAD;
    exchange(c, co->resumer);
    fiber_leave(co->stack->fiber, fiber_of(all, co->resumer));
}

static void begin(void *arg)
{
    esp_coroutine *co = arg;
    esp_context *c = co->context;
    coroutines *all = c->own->coroutines;

    fiber_begin(co->stack->fiber, fiber_of(all, co->resumer));
    collector_on_stack(all->collector);
    c->own->entered = CC_FRAME_ADDRESS;
    end(co, co->fn(c, co->arg, co->passed));
}

/* Its body has returned. */
static void forget(esp_coroutine *co)
{
    collector_weak_clear(&co->stack->owner);
    release(co->context, co->stack);
    co->stack = NULL;
    co->keeper = NULL;
    co->arg = NULL;
}

void coroutine_look(esp_context *c, esp_look_fn *look, void *arg)
{
    const coroutines *all = c->own->coroutines;

    if (!all)
        return;
    if (all->running)
        look(arg, all->thread.sp, all->outside.stack_base);
    for (const coroutine_stack *s = all->used; s; s = s->next)
        if (s->fiber->sp)
            look(arg, s->fiber->sp, s->fiber->base);
}

/* ---- the interface ----------------------------------------------------- */

esp_coroutine *esp_coroutine_new(esp_context *context, esp_coroutine_fn *fn,
                                 void *arg)
{
    esp_coroutine *co = esp_new(context, &coroutine_type);

    if (!co || !open_coroutines(context)) {
        esp_throw_error(context, NULL, "no coroutines on this host");
        return NULL;
    }
    co->context = context;
    co->fn = fn;
    co->arg = arg;
    return co;
}

static esp_value cannot_resume(esp_coroutine *co, const char *why)
{
    return esp_throw_error(co->context, NULL, "cannot resume: %s", why);
}

esp_value esp_coroutine_resume(esp_coroutine *co, esp_value v)
{
    esp_context *c = co->context;
    coroutines *all = c->own->coroutines;
    esp_coroutine *from = all->running;

    if (co->state > ESP_COROUTINE_SUSPENDED)
        return cannot_resume(co, "the coroutine is not suspended");
    if (!co->stack) {
        if (!get_stack(co))
            return cannot_resume(co, "out of memory");
        new_activity(co);
        fiber_start(co->stack->fiber, begin, co);
    }
    co->resumer = from;
    co->passed = v;
    co->state = ESP_COROUTINE_RUNNING;
    if (from)
        from->state = ESP_COROUTINE_NORMAL;
    all->depth++;
    go(c, co);
    all->depth--;
    if (from)
        from->state = ESP_COROUTINE_RUNNING;
    co->resumer = NULL;
    v = co->passed;
    co->passed = esp_nothing();
    if (co->state == ESP_COROUTINE_DEAD)
        forget(co);
    return v;
}

static esp_value closed(esp_context *c)
{
    esp_error *e = esp_error_new(c, NULL, ESP_ERROR_CLOSED,
                                 "the coroutine is closed");

    return esp_throw(c, (esp_value){ .as.p = e, .tag = ESP_ERROR });
}

esp_value esp_coroutine_suspend(esp_context *context, esp_value v)
{
    esp_coroutine *co = esp_coroutine_running(context);

    co->passed = v;
    co->state = ESP_COROUTINE_SUSPENDED;
    go(context, co->resumer);
    return co->passed;
}

esp_value esp_coroutine_yield(esp_context *context, esp_value v)
{
    esp_coroutine *co = esp_coroutine_running(context);

    if (!esp_coroutine_can_yield(context))
        return esp_throw_error(context, NULL, co ? "cannot yield here"
                               : "cannot yield outside of coroutines");
    v = esp_coroutine_suspend(context, v);
    return co->closing ? closed(context) : v;
}

esp_value esp_coroutine_close(esp_coroutine *co)
{
    esp_context *c = co->context;
    esp_error *e;

    if (co->state == ESP_COROUTINE_NEW)
        co->state = ESP_COROUTINE_DEAD;
    if (co->state == ESP_COROUTINE_DEAD)
        return esp_nothing();
    co->closing = true;
    if (!esp_is_abrupt(esp_coroutine_resume(co, esp_nothing())))
        return esp_nothing();
    e = esp_thrown_error(c);
    if (!e || e->kind != ESP_ERROR_CLOSED)
        return esp_abrupt(ESP_THROW);
    esp_catch(c);
    return esp_nothing();
}

esp_coroutine_state esp_coroutine_state_of(const esp_coroutine *co)
{
    return co->state;
}

esp_coroutine *esp_coroutine_running(esp_context *context)
{
    const coroutines *all = context->own->coroutines;

    return all ? all->running : NULL;
}

uint32_t esp_coroutine_depth(esp_context *context)
{
    const coroutines *all = context->own->coroutines;

    return all ? all->depth : 0;
}

void *esp_coroutine_user(const esp_coroutine *co)
{
    return co->user;
}

void esp_coroutine_set_user(esp_coroutine *co, void *user)
{
    co->user = user;
}

void esp_coroutine_pin(esp_context *context)
{
    esp_coroutine *co = esp_coroutine_running(context);

    if (co)
        co->pins++;
}

void esp_coroutine_unpin(esp_context *context)
{
    esp_coroutine *co = esp_coroutine_running(context);

    if (co)
        co->pins--;
}

bool esp_coroutine_can_yield(esp_context *context)
{
    esp_coroutine *co = esp_coroutine_running(context);

    return co && !co->pins && !co->closing;
}

void esp_coroutine_walk(esp_context *context, esp_coroutine *co,
                        esp_access access, esp_activation_fn *visit,
                        void *arg)
{
    coroutines *all = context->own->coroutines;
    const coroutine_activity *a;

    if (co == esp_coroutine_running(context)) {
        esp_walk(context, access, visit, arg);
        return;
    }
    if (co && !co->stack)
        return;
    a = co ? &co->activity : &all->outside;
    if (co && co->state == ESP_COROUTINE_NEW)
        return;
    throw_walk(context, fiber_frame(fiber_of(all, co)), a->frame, a->entered,
               access, visit, arg);
}
