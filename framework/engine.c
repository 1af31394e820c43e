/*
 * Engines and contexts.
 *
 * A context has two stacks.  Guest frames of the interpreter live on a frame
 * stack, one large reservation of address space of which the host backs what
 * is used.  The C stack is the thread's; its limit is an address, computed
 * once, that every call compares with.  Both leave room below the limit: for
 * builtins and the compiler on the C stack, and for the frames that a
 * deoptimization rebuilds on the frame stack.
 */
#define _GNU_SOURCE
#include "framework/private.h"

#include "framework/base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    STACK_DEFAULT = 64 << 20,       /* at most, if nobody says otherwise */
    CHUNK = 64 << 10
};

/* ---- output ------------------------------------------------------------ */

void esp_write(esp_engine *e, const char *text, size_t n)
{
    if (e->options.write)
        e->options.write(e->options.write_arg, text, n);
    else
        fwrite(text, 1, n, stderr);
}

static void write_text(esp_engine *e, esp_text *text)
{
    esp_write(e, text_get(text), text->n);
    text_free(text);
}

void esp_printf(esp_engine *e, const char *format, ...)
{
    esp_text text = { 0 };
    va_list args;

    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    write_text(e, &text);
}

double engine_ms(const esp_engine *e)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - e->started.tv_sec) * 1e3 +
           (double)(now.tv_nsec - e->started.tv_nsec) / 1e6;
}

static const char *const trace_names[] = {
#define TRACE(name, meaning) #name,
#include "framework/base/trace.def"
#undef TRACE
};

bool esp_tracing(const esp_engine *e, uint32_t kind)
{
    return (e->options.trace & kind) != 0;
}

void esp_trace(esp_engine *e, uint32_t kind, const char *format, ...)
{
    esp_text text = { 0 };
    va_list args;

    if (!esp_tracing(e, kind))
        return;
    text_printf(&text, "[%9.3f ms] %-10s ", engine_ms(e),
                trace_names[__builtin_ctz(kind)]);
    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    text_char(&text, '\n');
    write_text(e, &text);
}

uint32_t esp_trace_kind(const char *name, size_t length)
{
    for (int i = 0; i < ESP_TRACES; i++)
        if (strlen(trace_names[i]) == length &&
            !memcmp(trace_names[i], name, length))
            return 1u << i;
    return 0;
}

/* ---- statistics -------------------------------------------------------- */

/* STAT(name, meaning), as a table. */
static const struct stat_row {
    const char *name, *meaning;
    size_t offset;
} stat_rows[] = {
#define STAT(name, meaning) { #name, meaning, offsetof(esp_stats, name) },
#include "framework/stats.def"
#undef STAT
};

enum { STATS = sizeof stat_rows / sizeof *stat_rows };

esp_stats *esp_engine_stats(esp_engine *e)
{
    return &e->stats;
}

static uint64_t stat_value(const esp_engine *e, int i)
{
    uint64_t value;

    memcpy(&value, (const char *)&e->stats + stat_rows[i].offset,
           sizeof value);
    return value;
}

void esp_stats_print(esp_engine *e)
{
    for (int i = 0; i < STATS; i++)
        esp_printf(e, "%12llu  %s\n", (unsigned long long)stat_value(e, i),
                   stat_rows[i].meaning);
}

void esp_stats_print_json(esp_engine *e)
{
    for (int i = 0; i < STATS; i++)
        esp_printf(e, "%s\"%s\": %llu", i ? ", " : "", stat_rows[i].name,
                   (unsigned long long)stat_value(e, i));
}

/* ---- engines ----------------------------------------------------------- */

static void *no_memory(char *error, size_t n)
{
    snprintf(error, n, "out of memory");
    return NULL;
}

static esp_compile_mode compile_mode(const esp_settings *s)
{
    switch (s->compile) {
    case OPT_compile_now:  return ESP_COMPILE_NOW;
    case OPT_compile_sync: return ESP_COMPILE_SYNC;
    default:               return ESP_COMPILE_BACKGROUND;
    }
}

esp_options esp_options_from(const esp_settings *s)
{
    return (esp_options){
        .tier = (int)s->tier,
        .compile = compile_mode(s),
        .heat1 = (uint32_t)s->threshold1,
        .heat2 = (uint32_t)s->threshold2,
        .trace = (uint32_t)SETTING_TRACES(s),
        .generic = SETTING_HAS(s, stress, generic),
        .collect = SETTING_HAS(s, stress, gc),
        .osr = SETTING_HAS(s, stress, osr),
        .max_stack = s->max_stack,
        .max_heap = s->max_heap,
        .max_time = s->max_time,
    };
}

esp_engine *esp_engine_new(const esp_options *options, char *error, size_t n)
{
    esp_engine *e = calloc(1, sizeof *e);

    if (!e)
        return no_memory(error, n);
    if (options)
        e->options = *options;
    if (!e->options.heat1)
        e->options.heat1 = 400;
    if (!e->options.heat2)
        e->options.heat2 = 10000;
    clock_gettime(CLOCK_MONOTONIC, &e->started);
    return e;
}

void esp_engine_free(esp_engine *e)
{
    if (e->compiler.close)
        e->compiler.close(e->compiler.self);
    free(e);
}

void esp_engine_set_compiler(esp_engine *e, const esp_compiler *c)
{
    e->compiler = *c;
}

const esp_options *esp_engine_options(const esp_engine *e)
{
    return &e->options;
}

/* ---- memory of a context ----------------------------------------------- */

struct context_chunk {
    struct context_chunk *older;
};

static void *new_chunk(struct esp_context_private *p, size_t size)
{
    struct context_chunk *chunk = lasting_alloc(size);

    if (!chunk)
        return NULL;
    chunk->older = p->chunks;
    p->chunks = chunk;
    return chunk;
}

void *esp_context_alloc(esp_context *context, size_t size)
{
    struct esp_context_private *p = context->own;
    size_t rounded = (size + 15) & ~(size_t)15;
    char *at = p->chunk_next;

    if (rounded < size || rounded > SIZE_MAX / 2)
        return NULL;
    if (rounded <= (size_t)(p->chunk_end - at)) {
        p->chunk_next = at + rounded;
        return at;
    }
    if (rounded > CHUNK / 4) {
        at = new_chunk(p, rounded + 16);
        return at ? at + 16 : NULL;
    }
    at = new_chunk(p, CHUNK);
    if (!at)
        return NULL;
    p->chunk_next = at + 16 + rounded;
    p->chunk_end = at + CHUNK;
    return at + 16;
}

static void free_chunks(struct esp_context_private *p)
{
    while (p->chunks) {
        struct context_chunk *older = p->chunks->older;

        lasting_free(p->chunks);
        p->chunks = older;
    }
}

/* ---- the C stack ------------------------------------------------------- */

/* The lowest address of the thread's C stack, guard pages left out. */
static char *stack_end(void)
{
    pthread_attr_t attributes;
    void *start;
    size_t size, guard = 0;
    char *end = NULL;

    if (pthread_getattr_np(pthread_self(), &attributes))
        return NULL;
    if (!pthread_attr_getstack(&attributes, &start, &size)) {
        pthread_attr_getguardsize(&attributes, &guard);
        end = (char *)start + guard;
    }
    pthread_attr_destroy(&attributes);
    return end;
}

/* Bytes below `here` that guest code may use.  Sets *has to what there is. */
static size_t stack_room(const esp_options *o, const char *here, size_t *has)
{
    const char *end = stack_end();

    /* Without an answer of the host, a modest guess. */
    *has = end && end < here ? (size_t)(here - end) : 1 << 20;
    *has = *has > 2 * STACK_RESERVE ? *has - STACK_RESERVE : *has / 2;
    if (o->max_stack)
        return o->max_stack;
    return *has < STACK_DEFAULT ? *has : STACK_DEFAULT;
}

/* The word last: a request that comes meanwhile raises the limit, or is seen. */
void engine_limit_stack(esp_context *c, char *limit)
{
    c->stack_limit = limit;
    __atomic_store_n(&c->enter_limit, (uintptr_t)limit, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&c->poll, __ATOMIC_SEQ_CST))
        __atomic_store_n(&c->enter_limit, UINTPTR_MAX, __ATOMIC_SEQ_CST);
}

static void limit_stack(esp_context *c, char *here, size_t room)
{
    c->own->stack_base = here;
    engine_limit_stack(c, here - room);
}

static bool attach(esp_context *c, char *here, char *error, size_t n)
{
    const esp_options *o = &c->engine->options;
    size_t has;
    size_t room = stack_room(o, here, &has);

    if (room > has) {
        snprintf(error, n, "max-stack=%llu: this thread has %llu bytes left"
                 " (see ulimit -s)", (unsigned long long)room,
                 (unsigned long long)has);
        return false;
    }
    limit_stack(c, here, room);
    return true;
}

void esp_context_attach(esp_context *context)
{
    char ignored[128];

    heap_attach(context);
    context->own->attached++;
    /* A thread with less than --max-stack gets what it has. */
    if (!attach(context, __builtin_frame_address(0), ignored,
                sizeof ignored)) {
        size_t has;

        stack_room(&context->engine->options, __builtin_frame_address(0),
                   &has);
        limit_stack(context, __builtin_frame_address(0), has);
    }
}

/* ---- the frame stack --------------------------------------------------- */

/* As large as all guest frames can get before the C stack is full: an
 * activation needs a few hundred bytes there. */
static bool map_frames(esp_context *c)
{
    struct esp_context_private *p = c->own;
    size_t room = (size_t)(p->stack_base - c->stack_limit);

    p->frames_size = 4 * room + (32 << 20) + FRAMES_RESERVE;
    p->frames = mmap(NULL, p->frames_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p->frames == MAP_FAILED) {
        p->frames = NULL;
        return false;
    }
    c->frame_next = p->frames;
    c->frame_limit = p->frames + p->frames_size - FRAMES_RESERVE;
    return true;
}

/* ---- polls ------------------------------------------------------------- */

/* The word first: whoever finds the limit raised finds the reason, too. */
void engine_ask_poll(esp_context *c, uint32_t bits)
{
    __atomic_fetch_or(&c->poll, bits, __ATOMIC_SEQ_CST);
    __atomic_store_n(&c->enter_limit, UINTPTR_MAX, __ATOMIC_SEQ_CST);
}

/* The limit first: what is asked for from here on raises it again. */
static uint32_t take_poll(esp_context *c)
{
    __atomic_store_n(&c->enter_limit, (uintptr_t)c->stack_limit,
                     __ATOMIC_SEQ_CST);
    return __atomic_exchange_n(&c->poll, 0, __ATOMIC_SEQ_CST);
}

void esp_interrupt(esp_context *context)
{
    engine_ask_poll(context, ESP_POLL_INTERRUPT);
}

static void *watchdog_run(void *arg)
{
    esp_context *c = arg;
    esp_watchdog *w = &c->own->watchdog;
    int late = 0;

    pthread_mutex_lock(&w->lock);
    while (!w->stop && late != ETIMEDOUT)
        late = pthread_cond_timedwait(&w->wake, &w->lock, &w->until);
    if (!w->stop)
        engine_ask_poll(c, ESP_POLL_TIME);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static bool watchdog_start(esp_context *c, uint64_t ms)
{
    esp_watchdog *w = &c->own->watchdog;
    pthread_condattr_t attributes;

    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    clock_gettime(CLOCK_MONOTONIC, &w->until);
    w->until.tv_sec += (time_t)(ms / 1000);
    w->until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (w->until.tv_nsec >= 1000000000) {
        w->until.tv_nsec -= 1000000000;
        w->until.tv_sec++;
    }
    w->running = !pthread_create(&w->thread, NULL, watchdog_run, c);
    return w->running;
}

static void watchdog_stop(esp_watchdog *w)
{
    if (!w->running)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
}

/* POLL(bit, error, message): what stops a guest program. */
static const struct poll_row {
    uint32_t bit;
    esp_error_kind kind;
    const char *message;
} poll_rows[] = {
    { ESP_POLL_INTERRUPT, ESP_ERROR_INTERRUPT, "interrupted" },
    { ESP_POLL_TIME, ESP_ERROR_TIME, "time limit exceeded" },
    { ESP_POLL_HEAP, ESP_ERROR_HEAP, "out of memory" },
};

bool esp_poll_slow(esp_context *context)
{
    uint32_t word = take_poll(context);
    const esp_compiler *compiler = &context->engine->compiler;

    heap_poll(context);
    if (heap_throws(context)) {
        engine_ask_poll(context, word);
        return false;
    }
    if ((word & ESP_POLL_COMPILER) && compiler->poll)
        compiler->poll(compiler->self, context);
    for (size_t i = 0; i < sizeof poll_rows / sizeof *poll_rows; i++) {
        const struct poll_row *row = &poll_rows[i];

        if (!(word & row->bit) ||
            (row->bit == ESP_POLL_HEAP && !heap_is_exhausted(context)))
            continue;
        esp_throw(context, (esp_value){
            .as.p = esp_error_new(context,
                                  context->frame ? context->frame->site : NULL,
                                  row->kind, "%s", row->message),
            .tag = ESP_ERROR });
        /* Others wait for the next poll. */
        if (word & ~row->bit)
            engine_ask_poll(context, word & ~row->bit);
        return false;
    }
    return true;
}

bool esp_enter_slow(esp_context *context, void *machine)
{
    if ((char *)machine >= context->stack_limit &&
        context->frame_next < context->frame_limit)
        return esp_poll_slow(context);
    esp_throw_overflow(context);
    return false;
}

/* ---- contexts ---------------------------------------------------------- */

static bool open_context(esp_context *c, char *here, char *error, size_t n)
{
    const esp_options *o = &c->engine->options;

    if (!attach(c, here, error, n))
        return false;
    c->own->attached = 1;
    if (!heap_open(c, o->max_heap) || !map_frames(c) ||
        !(c->own->spare = esp_context_alloc(c, sizeof *c->own->spare))) {
        no_memory(error, n);
        return false;
    }
    if (o->max_time && !watchdog_start(c, o->max_time)) {
        snprintf(error, n, "cannot start a thread for max-time");
        return false;
    }
    return true;
}

esp_context *esp_context_new(esp_engine *e, char *error, size_t n)
{
    esp_context *c = lasting_alloc(sizeof *c);
    struct esp_context_private *p = calloc(1, sizeof *p);

    if (!c || !p) {
        lasting_free(c);
        free(p);
        return no_memory(error, n);
    }
    c->engine = e;
    c->own = p;
    c->thrown = esp_nothing();
    if (!open_context(c, __builtin_frame_address(0), error, n)) {
        esp_context_free(c);
        return NULL;
    }
    return c;
}

void esp_context_free(esp_context *context)
{
    struct esp_context_private *p = context->own;

    watchdog_stop(&p->watchdog);
    heap_close(context);
    coroutine_close_all(context);
    tier_close(context);
    intern_close(context);
    source_close(context);
    if (p->frames)
        munmap(p->frames, p->frames_size);
    free_chunks(p);
    lasting_free(context);
    free(p);
}

void esp_context_set_language(esp_context *context, void *state)
{
    context->language = state;
}

void esp_context_set_shower(esp_context *context,
                            void (*show)(esp_context *, esp_value, char *,
                                         size_t))
{
    context->own->show = show;
}
