/*
 * Calling: the interpreter's entries, adapters, tail calls.
 *
 * esp_run0..3 and esp_runn are evaluated like every execute function: what
 * they do is what compiled code does, minus what folds.  The frame is virtual
 * there, the body known, and tier 2 does not count.
 */
#include "framework/private.h"

/* ---- the interpreter --------------------------------------------------- */

/* Counts a call.  True: there is compiled code now, use that. */
ESP_INLINE bool counted_hot(esp_target *t)
{
    return esp_profiling() && ESP_UNLIKELY(++t->heat >= t->hot) &&
           esp_target_hot(t);
}

/* Something that is neither a value nor allowed to leave a function. */
ESP_BOUNDARY static esp_value escaped(esp_target *t, uint64_t tag)
{
    esp_error *e = esp_error_new(t->context, t->body, ESP_ERROR_INTERNAL,
                                 "%s outside of a loop",
                                 tag == ESP_BREAK ? "break" : "continue");

    return esp_throw(t->context, (esp_value){ .as.p = e, .tag = ESP_ERROR });
}

/* The first result, or one that callers were told would not come: their code,
 * and perhaps the caller of this, is invalid now. */
ESP_BOUNDARY static void new_result(esp_target *t, uint64_t tag)
{
    if (t->returns != ESP_RETURNS_NOTHING_YET || tag >= ESP_ABRUPT) {
        ESP_PUBLISH(t->returns, ESP_RETURNS_MANY);
        esp_assumption_invalidate(t->steady, "another kind of result");
        return;
    }
    t->steady = esp_assumption_new(t->context, t->name);
    if (t->steady)
        ESP_PUBLISH(t->returns, tag);
}

/* Nearly all functions return one kind of value, and callers that know need
 * not ask.  Errors do not count, tail calls may lead to anything. */
ESP_INLINE void note_result(esp_target *t, uint64_t tag)
{
    uint64_t before = esp_result_tag(t);

    if (before == ESP_RETURNS_NOTHING_YET)
        before = t->returns;
    if (before != ESP_RETURNS_MANY && tag != before && tag != ESP_THROW) {
        esp_deopt_rare();
        new_result(t, tag);
    }
}

/* From the body's result to the function's; the frame ends. */
ESP_INLINE esp_value finish(esp_context *c, esp_target *t, esp_frame *frame,
                            esp_value v)
{
    if (esp_is_abrupt(v)) {
        if (ESP_LIKELY(v.tag == ESP_RETURN))
            v = frame->result;
        else if (ESP_UNLIKELY(v.tag < ESP_RETURN))
            v = escaped(t, v.tag);
    }
    esp_frame_pop(c, frame);
    note_result(t, v.tag);
    return v;
}

/* An argument is a value, never a way to leave. */
ESP_INLINE esp_value argument(uint64_t payload, uint64_t tag)
{
    esp_value v = ESP_VALUE(payload, tag);

    esp_assume(!esp_is_abrupt(v));
    return v;
}

esp_value esp_run0(esp_target *t)
{
    esp_context *c = t->context;
    esp_frame *frame;

    if (counted_hot(t))
        return t->call0(t);
    if (!esp_inlined() && !esp_enter(c, __builtin_frame_address(0)))
        return esp_abrupt(ESP_THROW);
    frame = esp_frame_push(c, t->layout, t);
    return finish(c, t, frame, esp_execute(t->body, frame));
}

esp_value esp_run1(esp_target *t, uint64_t p0, uint64_t t0)
{
    esp_context *c = t->context;
    esp_frame *frame;

    if (counted_hot(t))
        return t->call1(t, p0, t0);
    if (!esp_inlined() && !esp_enter(c, __builtin_frame_address(0)))
        return esp_abrupt(ESP_THROW);
    frame = esp_frame_push(c, t->layout, t);
    frame->slots[0] = argument(p0, t0);
    return finish(c, t, frame, esp_execute(t->body, frame));
}

esp_value esp_run2(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                   uint64_t t1)
{
    esp_context *c = t->context;
    esp_frame *frame;

    if (counted_hot(t))
        return t->call2(t, p0, t0, p1, t1);
    if (!esp_inlined() && !esp_enter(c, __builtin_frame_address(0)))
        return esp_abrupt(ESP_THROW);
    frame = esp_frame_push(c, t->layout, t);
    frame->slots[0] = argument(p0, t0);
    frame->slots[1] = argument(p1, t1);
    return finish(c, t, frame, esp_execute(t->body, frame));
}

esp_value esp_run3(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                   uint64_t t1, uint64_t p2, uint64_t t2)
{
    esp_context *c = t->context;
    esp_frame *frame;

    if (counted_hot(t))
        return t->call3(t, p0, t0, p1, t1, p2, t2);
    if (!esp_inlined() && !esp_enter(c, __builtin_frame_address(0)))
        return esp_abrupt(ESP_THROW);
    frame = esp_frame_push(c, t->layout, t);
    frame->slots[0] = argument(p0, t0);
    frame->slots[1] = argument(p1, t1);
    frame->slots[2] = argument(p2, t2);
    return finish(c, t, frame, esp_execute(t->body, frame));
}

esp_value esp_runn(esp_target *t, uint64_t argc, const esp_value *args)
{
    esp_context *c = t->context;
    esp_frame *frame;

    if (counted_hot(t))
        return t->calln(t, argc, args);
    if (!esp_inlined() && !esp_enter(c, __builtin_frame_address(0)))
        return esp_abrupt(ESP_THROW);
    frame = esp_frame_push(c, t->layout, t);
    frame->argc = argc;
    frame->args = args;
    for (uint32_t i = 0; i < t->arity; i++) {
        ESP_EXPLODE;
        if (i < argc)
            frame->slots[i] = args[i];
        else
            frame->slots[i] = t->layout->missing;
    }
    return finish(c, t, frame, esp_execute(t->body, frame));
}

/* ---- adapters ---------------------------------------------------------- */

/* Too few arguments or too many, for a target with a cell of its own. */
ESP_EVAL static esp_value fit(esp_target *t, uint64_t argc,
                              const esp_value *args)
{
    esp_value a[3];

    for (uint32_t i = 0; i < t->arity; i++) {
        ESP_EXPLODE;
        a[i] = i < argc ? args[i] : t->layout->missing;
    }
    return esp_call(t, t->arity, a);
}

static esp_value fit0(esp_target *t)
{
    return fit(t, 0, NULL);
}

static esp_value fit1(esp_target *t, uint64_t p0, uint64_t t0)
{
    esp_value a[] = { ESP_VALUE(p0, t0) };

    return fit(t, 1, a);
}

static esp_value fit2(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                      uint64_t t1)
{
    esp_value a[] = { ESP_VALUE(p0, t0), ESP_VALUE(p1, t1) };

    return fit(t, 2, a);
}

static esp_value fit3(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                      uint64_t t1, uint64_t p2, uint64_t t2)
{
    esp_value a[] = { ESP_VALUE(p0, t0), ESP_VALUE(p1, t1),
                      ESP_VALUE(p2, t2) };

    return fit(t, 3, a);
}

/* The same for targets that take an array. */
static esp_value pack0(esp_target *t)
{
    return t->calln(t, 0, NULL);
}

static esp_value pack1(esp_target *t, uint64_t p0, uint64_t t0)
{
    esp_value a[] = { ESP_VALUE(p0, t0) };

    return t->calln(t, 1, a);
}

static esp_value pack2(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                       uint64_t t1)
{
    esp_value a[] = { ESP_VALUE(p0, t0), ESP_VALUE(p1, t1) };

    return t->calln(t, 2, a);
}

static esp_value pack3(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                       uint64_t t1, uint64_t p2, uint64_t t2)
{
    esp_value a[] = { ESP_VALUE(p0, t0), ESP_VALUE(p1, t1),
                      ESP_VALUE(p2, t2) };

    return t->calln(t, 3, a);
}

/* ---- entry cells ------------------------------------------------------- */

/* 0-3: the cell for so many arguments; 4: the one for an array. */
static uint32_t home_cell(const esp_target *t)
{
    return t->variadic || t->arity > 3 ? 4 : t->arity;
}

void *esp_target_run(const esp_target *t)
{
    switch (home_cell(t)) {
    case 0: return (void *)esp_run0;
    case 1: return (void *)esp_run1;
    case 2: return (void *)esp_run2;
    case 3: return (void *)esp_run3;
    default: return (void *)esp_runn;
    }
}

void *esp_target_cell(esp_target *t)
{
    switch (home_cell(t)) {
    case 0: return &t->call0;
    case 1: return &t->call1;
    case 2: return &t->call2;
    case 3: return &t->call3;
    default: return &t->calln;
    }
}

/* Only the home cell ever changes after the first time, and that in one
 * store, so a caller finds one entry or the other. */
void call_set_entry(esp_target *t, void *entry)
{
    uint32_t home = home_cell(t);

    if (!t->call0) {
        t->call0 = home == 4 ? pack0 : fit0;
        t->call1 = home == 4 ? pack1 : fit1;
        t->call2 = home == 4 ? pack2 : fit2;
        t->call3 = home == 4 ? pack3 : fit3;
        t->calln = fit;
    }
    switch (home) {
    case 0: t->call0 = (esp_value (*)(esp_target *))entry; break;
    case 1: __atomic_store_n((void **)&t->call1, entry, __ATOMIC_RELEASE);
            break;
    case 2: __atomic_store_n((void **)&t->call2, entry, __ATOMIC_RELEASE);
            break;
    case 3: __atomic_store_n((void **)&t->call3, entry, __ATOMIC_RELEASE);
            break;
    default: __atomic_store_n((void **)&t->calln, entry, __ATOMIC_RELEASE);
    }
}

/* ---- targets ----------------------------------------------------------- */

esp_layout *esp_layout_new(esp_context *context, uint32_t nslots,
                           esp_value initial, esp_value missing,
                           const char *const *names)
{
    esp_layout *layout = esp_context_alloc(context, sizeof *layout);

    if (!layout || nslots > ESP_MOST_SLOTS)
        return NULL;
    layout->nslots = nslots;
    layout->size = (uint32_t)(sizeof(esp_frame) + nslots * sizeof(esp_value));
    layout->initial = initial;
    layout->missing = missing;
    layout->names = names;
    return layout;
}

esp_target *esp_target_new(esp_context *context, const esp_target_spec *spec)
{
    esp_target *t = esp_context_alloc(context, sizeof *t);

    if (!t || spec->layout->nslots < spec->arity)
        return NULL;
    t->context = context;
    t->body = spec->body;
    t->layout = spec->layout;
    t->arity = spec->arity;
    t->variadic = spec->variadic;
    t->returns = ESP_RETURNS_NOTHING_YET;
    t->name = spec->name;
    t->user = spec->user;
    t->section = spec->section;
    if (!tier_open_target(t))
        return NULL;
    call_set_entry(t, esp_target_run(t));
    t->body->parent = NULL;
    t->body->target = t;
    esp_node_adopt(t->body);
    t->next = context->own->targets;
    context->own->targets = t;
    context->engine->stats.targets++;
    return t;
}

esp_target *esp_target_clone(const esp_target *t)
{
    esp_target_spec spec = {
        .name = t->name, .section = t->section, .arity = t->arity,
        .variadic = t->variadic, .layout = t->layout, .user = t->user,
        .body = esp_node_clone(t->context, t->body)
    };

    return spec.body ? esp_target_new(t->context, &spec) : NULL;
}

/* ---- calls that are more than a call ----------------------------------- */

esp_value esp_tail_call(esp_context *context, esp_target *t, uint64_t argc,
                        const esp_value *args)
{
    if (argc > context->tail.cap) {
        uint64_t cap = argc < 8 ? 16 : 2 * argc;
        esp_value *room = ESP_CONTEXT_ARRAY(context, esp_value, cap);

        if (!room)
            return esp_throw_error(context, NULL, "out of memory");
        context->tail.args = room;
        context->tail.cap = cap;
    }
    for (uint64_t i = 0; i < argc; i++)
        context->tail.args[i] = args[i];
    context->tail.target = t;
    context->tail.argc = argc;
    return esp_abrupt(ESP_TAIL);
}

/* The array of arguments is used again by the next tail call, so what is
 * passed on is a copy: few in a fixed array, many in the heap. */
static esp_value call_tail(esp_context *context)
{
    enum { FEW = 16 };
    esp_target *t = context->tail.target;
    uint64_t argc = context->tail.argc;
    esp_value few[FEW], *args = few;

    if (argc > FEW) {
        args = esp_alloc(context, argc * sizeof *args);
        if (!args)
            return esp_abrupt(ESP_THROW);
    }
    for (uint64_t i = 0; i < argc; i++)
        args[i] = context->tail.args[i];
    return esp_call(t, argc, args);
}

esp_value esp_finish_tail(esp_context *context)
{
    esp_value v;

    do
        v = call_tail(context);
    while (v.tag == ESP_TAIL);
    return v;
}

esp_value esp_call_any(esp_target *t, uint64_t argc, const esp_value *args)
{
    return esp_called(t, esp_call(t, argc, args));
}

static esp_value enter(esp_target *t, uint64_t argc, const esp_value *args)
{
    const esp_compiler *c = &t->context->engine->compiler;
    struct esp_context_private *own = t->context->own;
    char *here = __builtin_frame_address(0);

    if (here > own->stack_base)     /* stack walks end here, not below */
        own->stack_base = here;
    return c->enter ? c->enter(c->self, t, argc, args)
                    : esp_call_any(t, argc, args);
}

esp_value esp_enter_guest(esp_target *t, uint64_t argc, const esp_value *args)
{
    struct esp_context_private *own = t->context->own;
    char *outer = own->entered;
    esp_value v;

    if (!outer)
        own->entered = __builtin_frame_address(0);
    v = enter(t, argc, args);
    own->entered = outer;
    return v;
}

void esp_callees_miss(esp_callees *c, esp_node *node, esp_target *t)
{
    esp_callee *e;

    for (esp_cached *old = c->cache.first; old; old = old->next)
        if (old->key == t)
            return;
    e = esp_context_alloc(t->context, sizeof *e);
    if (!e)
        return;
    e->base.key = t;
    esp_icache_add(&c->cache, node, &e->base, ESP_CALLEES_LIMIT);
}
