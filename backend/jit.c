/*
 * The compiler of an engine: when something is compiled, and in which thread.
 *
 *     a target is hot ──┬─ sync, now ───────────────▶ job ─▶ entry cell
 *                       └─ background ─▶ queue ─▶ job ┈┈┈┈┈▶ entry cell
 *                                                 compile thread
 *     code is discarded ─▶ entry cell back, valid flag cleared, retired
 *
 * In the background there is one compile thread, which has one job at a time.
 * Everything else happens at safepoints of the guest's thread: when something
 * gets hot, and at a poll after the compile thread has rung.  So the queue, the
 * heap and the entry cells are never shared.  Trees are, while they are
 * evaluated: see framework/tier.h, and docs/lifecycle.md for how.
 */
#include "backend/jit_private.h"

#include "backend/target.h"

#include <stdlib.h>
#include <time.h>

enum {
    MAX_COMPILATIONS = 60,      /* of one target */
    LEARNING = 50,              /* iterations before a loop is compiled again */
    LOAD = 8,                   /* so many waiting double the thresholds */
    GRACE = 64                  /* polls that a loop has to come back in */
};

uint64_t jit_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void jit_paused(jit *j, uint64_t since)
{
    uint64_t ns = jit_now() - since;

    j->pauses += ns;
    if (j->longest_pause < ns)
        j->longest_pause = ns;
}

uint32_t jit_line(const esp_node *node)
{
    return node ? esp_section_position(esp_node_section(node)).line : 0;
}

uint32_t jit_random(jit *j, uint32_t n)
{
    j->random = j->random * 6364136223846793005u + 1442695040888963407u;
    return 1 + (uint32_t)(j->random >> 33) % n;
}

/* ---- limits -------------------------------------------------------------- */

void jit_give_up(jit *j, esp_target *t, const char *why)
{
    t->tiering->never = true;
    t->hot = UINT32_MAX;
    j->bailouts[BAIL_deopts]++;
    esp_trace(j->engine, ESP_TRACE_compile, "%s  given up: %s", t->name, why);
}

static bool too_often(jit *j, esp_target *t)
{
    if (t->tiering->compilations < MAX_COMPILATIONS ||
        esp_engine_options(j->engine)->compile == ESP_COMPILE_NOW)
        return false;
    jit_give_up(j, t, "compiled too often");
    return true;
}

/* ---- installing ---------------------------------------------------------- */

static void install_target(jit *j, esp_target *t, esp_code *code)
{
    if (t->tiering->code)       /* of a lower tier */
        reclaim_later(j, t->tiering->code);
    esp_tier_install(t, code, (void *)code->entry, code->tier);
}

static loop_code **find_loop(jit *j, const esp_node *loop)
{
    loop_code **at = &j->loops;

    while (*at && (*at)->loop != loop)
        at = &(*at)->next;
    return at;
}

/* The next back edge enters it. */
static bool install_loop(jit *j, const request *q, esp_code *code)
{
    loop_code *l = malloc(sizeof *l);

    if (!l) {
        jit_discard(j, code, "out of memory");
        return false;
    }
    *l = (loop_code){ j->loops, q->loop, code };
    j->loops = l;
    j->osr++;
    q->target->tiering->compilations++;
    q->target->hot = q->target->heat;
    return true;
}

static bool install(jit *j, const request *q, esp_code *code)
{
    if (!code)
        return false;
    if (q->loop)
        return install_loop(j, q, code);
    install_target(j, q->target, code);
    return true;
}

/* ---- at once ------------------------------------------------------------- */

static bool finish(jit *j, job *b)
{
    request q = *job_request(b);

    return install(j, &q, job_finish(j, b));
}

static bool compile_now(jit *j, const request *q)
{
    job *b = job_new(j, q, NULL);

    if (!b)
        return false;
    job_work(b);
    return finish(j, b);
}

/* ---- beside the guest ---------------------------------------------------- */

/* The thread has done a job. */
static bool end(jit *j, job *b)
{
    bool installed = finish(j, b);

    j->running = NULL;
    esp_reading_end(j->engine);
    return installed;
}

/* Something that the job rests on is about to change. */
static void jit_stop(void *self, const char *why)
{
    jit *j = self;
    uint64_t start = jit_now();

    if (!j->running)
        return;
    job_spoil(j->running, why);
    worker_wait(j->worker);
    jit_paused(j, start);
}

/* A language has written before it told. */
static void jit_told_late(void *self, const esp_node *node, const char *why)
{
    jit *j = self;
    char where[160];

    if (!j->settings->check)
        return;
    esp_node_where(node, where, sizeof where);
    esp_printf(j->engine, "check: %s: %s: not told before it changed\n",
               where, why);
}

/* Hands a job to the idle compile thread.  True: compiled at once after all. */
static bool begin(jit *j, const request *q)
{
    job *b = job_new(j, q, j->worker);
    esp_context *context = q->target->context;

    if (!b)
        return false;
    j->running = b;
    if (!worker_give(j->worker, b, context)) {
        job_work(b);
        return end(j, b);
    }
    if (!q->loop)
        q->target->tiering->waiting = true;
    if (SETTING_HAS(j->settings, stress, delay))
        j->delay = jit_random(j, STRESS_INTERVAL);
    return false;
}

/* The job was lost in a fork. */
static void ask_again(jit *j, job *b, esp_target *t)
{
    job_lose(b);
    j->running = NULL;
    esp_reading_end(j->engine);
    if (t)
        t->hot = t->heat + LEARNING;
}

/* Takes what the compile thread has done, if it has.  Who asks counts like a
 * poll: a job that was lost rings nobody. */
static void collect(jit *j)
{
    bool lost = false;
    esp_target *t;
    job *b;

    j->delay -= j->delay > 0;
    b = j->delay ? NULL : worker_take(j->worker, &lost);
    if (!b)
        return;
    t = job_request(b)->target;
    if (t && !job_request(b)->loop)
        t->tiering->waiting = false;
    if (lost)
        ask_again(j, b, t);
    else if (!end(j, b))
        esp_engine_stats(j->engine)->declined++;
}

static int next_tier(const esp_target *t)
{
    return t->tiering->code ? t->tiering->tier + 1 : 1;
}

/* The most urgent of those that wait; others leave the queue on the way. */
static void begin_next(jit *j)
{
    esp_target *t;
    bool dead;
    int tier;

    while (worker_idle(j->worker) &&
           (t = queue_take(&j->queue, &tier, &dead))) {
        request q = { t, NULL, NULL, tier };

        t->tiering->waiting = false;
        if (dead)
            esp_trace(j->engine, ESP_TRACE_compile,
                      "tier %d  %s  not hot any more", tier, t->name);
        if (!dead && !t->tiering->never && tier == next_tier(t))
            begin(j, &q);
    }
}

/* The more are waiting, the hotter others have to be. */
static bool hot_enough(const jit *j, esp_target *t, int tier)
{
    const esp_options *o = esp_engine_options(j->engine);
    uint64_t heat = tier == 1 ? o->heat1 : o->heat2;

    heat = heat * (LOAD + j->queue.n) / LOAD;
    if (t->heat >= heat)
        return true;
    t->hot = (uint32_t)heat;
    return false;
}

/* Asks for it; asks again from time to time while it waits, which keeps what
 * was collected from lying about. */
static esp_answer compile_later(jit *j, esp_target *t, int tier)
{
    request q = { t, NULL, NULL, tier };

    collect(j);
    if (t->tiering->code && t->tiering->tier >= tier)
        return ESP_COMPILED;
    if (worker_idle(j->worker) && !t->tiering->waiting) {
        if (begin(j, &q))
            return ESP_COMPILED;
        if (!t->tiering->waiting)
            return ESP_DECLINED;
    } else if (!t->tiering->waiting) {
        if (!hot_enough(j, t, tier))
            return ESP_LATER;
        t->tiering->waiting = queue_add(&j->queue, t, tier);
        esp_trace(j->engine, ESP_TRACE_compile, "tier %d  %s  waits, one of %u",
                  tier, t->name, j->queue.n);
    }
    t->hot = t->heat + esp_engine_options(j->engine)->heat1;
    return ESP_LATER;
}

static esp_answer compile(jit *j, esp_target *t, int tier)
{
    request q = { t, NULL, NULL, tier };

    if (too_often(j, t))
        return ESP_DECLINED;
    reclaim(j, t->context);
    if (j->worker)
        return compile_later(j, t, tier);
    return compile_now(j, &q) ? ESP_COMPILED : ESP_DECLINED;
}

static esp_answer jit_compile(void *self, esp_target *t, int tier)
{
    jit *j = self;
    uint64_t start = jit_now();
    esp_answer answer = compile(j, t, tier);

    jit_paused(j, start);
    return answer;
}

static void loop_later(jit *j, const request *q)
{
    if (!worker_idle(j->worker))
        return;
    j->loop_waits = NULL;
    begin(j, q);
}

/* A loop is compiled for its frame as it is at a back edge, and that would be
 * old in a queue: it comes back, and the compile thread is kept free for it for
 * a while. */
static bool jit_loop_due(void *self, esp_target *t, const esp_node *loop)
{
    jit *j = self;
    const loop_code *l = *find_loop(j, loop);

    if (!j->worker || l || worker_idle(j->worker))
        return true;
    if (!j->running || job_request(j->running)->loop != loop) {
        j->loop_waits = t;
        j->grace = GRACE;
    }
    return false;
}

static void *compile_loop(jit *j, esp_target *t, esp_node *loop,
                          esp_frame *frame, int tier)
{
    request q = { t, loop, frame, tier };
    loop_code *l;

    reclaim(j, t->context);
    if (j->worker)
        collect(j);
    l = *find_loop(j, loop);
    if (l && l->code->tier >= tier)
        return (void *)l->code->entry;
    if (l)
        jit_discard(j, l->code, "a better tier is due");
    if (t->tiering->never || too_often(j, t))
        return NULL;
    if (j->worker)
        loop_later(j, &q);
    else
        compile_now(j, &q);
    l = *find_loop(j, loop);
    return l ? (void *)l->code->entry : NULL;
}

static void *jit_compile_loop(void *self, esp_target *t, esp_node *loop,
                              esp_frame *frame, int tier)
{
    jit *j = self;
    uint64_t start = jit_now();
    void *code = compile_loop(j, t, loop, frame, tier);

    jit_paused(j, start);
    return code;
}

static void poll(jit *j, esp_context *context)
{
    if (j->delay) {
        j->delay--;
        esp_tier_ring(context);
        return;
    }
    collect(j);
    if (j->loop_waits && j->grace && worker_idle(j->worker)) {
        j->loop_waits->hot = j->loop_waits->heat;
        j->grace--;
        esp_tier_ring(context);
        return;
    }
    j->loop_waits = NULL;
    begin_next(j);
}

/* The compile thread has rung. */
static void jit_poll(void *self, esp_context *context)
{
    jit *j = self;
    uint64_t start = jit_now();

    poll(j, context);
    jit_paused(j, start);
}

/* ---- discarding ---------------------------------------------------------- */

static void forget_loop(jit *j, const esp_code *code)
{
    const owner *o = code->owner;
    loop_code **at = find_loop(j, o->loop), *l = *at;

    if (l && l->code == code) {
        *at = l->next;
        free(l);
    }
}

void jit_discard(void *self, void *which, const char *why)
{
    jit *j = self;
    esp_code *code = which;
    owner *o = code->owner;
    esp_target *t = o->target;

    if (!code->valid)
        return;
    code_invalidate(code);
    if (o->loop) {
        forget_loop(j, code);
        t->hot = t->heat + LEARNING;
    } else if (t->tiering->code == code) {
        esp_tier_remove(t);
    }
    reclaim_later(j, code);
    if (why)
        esp_trace(j->engine, ESP_TRACE_invalidate, "tier %d  %s:%u%s  %s",
                  code->tier, t->name,
                  esp_section_position(t->section).line,
                  o->loop ? " loop" : "", why);
}

/* ---- start and stop ------------------------------------------------------ */

static void jit_context_closes(void *self, esp_context *context)
{
    jit *j = self;
    const esp_target *t;

    queue_leave(&j->queue, context);
    if (j->loop_waits && j->loop_waits->context == context)
        j->loop_waits = NULL;
    t = j->running ? job_request(j->running)->target : NULL;
    if (t && t->context == context)
        job_forget(j->running);
    if (j->worker)
        worker_forget(j->worker, context);
    reclaim_all(j, context);
    j->sites.n = 0;             /* their nodes may be gone */
}

static void close_worker(jit *j)
{
    job *b;

    if (!j->worker)
        return;
    if (j->running)
        job_spoil(j->running, "engine closed");
    b = worker_close(j->worker);
    if (b)
        end(j, b);
    queue_free(&j->queue);
}

static void close_parts(jit *j)
{
    if (j->perf)
        perf_close(j->perf);
    if (j->cache)
        code_cache_free(j->cache);
    unit_free_memory(&j->memory);
    image_close(j->image);
    arena_free(&j->arena);
    embed_free_settings(j->own);
    free(j);
}

static void jit_close(void *self)
{
    jit *j = self;

    close_worker(j);
    while (j->loops) {
        loop_code *l = j->loops;

        j->loops = l->next;
        free(l);
    }
    jit_drop_kept(j, NULL, (const char *)UINTPTR_MAX);
    close_parts(j);
}

/* --stress=image: guest code runs in the IR interpreter, whoever enters it. */
static esp_value jit_enter(void *self, esp_target *t, uint64_t argc,
                           const esp_value *args)
{
    jit *j = self;
    const esp_ifunc *fn = image_function(j->image, (void *)esp_call_any);
    uint64_t words[] = { (uintptr_t)t, argc, (uintptr_t)args };
    esp_exec x = { .image = j->image, .everything = true };
    esp_exec_result r;

    if (!fn)
        return esp_call_any(t, argc, args);
    r = exec_call(&x, fn, words);
    if (x.error)
        r = jit_broken(t, x.error);
    return (esp_value){ .as.i = (int64_t)r.r[0], .tag = r.r[1] };
}

static bool open_parts(jit *j, esp_text *error)
{
    const char *why = NULL;

    j->image = image_open(error);
    if (!j->image)
        return false;
    j->cache = code_cache_new(j->settings->code_cache, &why);
    if (!j->cache) {
        text_printf(error, "%s", why);
        return false;
    }
    if (esp_engine_options(j->engine)->compile == ESP_COMPILE_BACKGROUND) {
        pthread_mutex_t *const locks[] = { &j->cache->lock,
                                           image_lock(j->image) };

        j->worker = worker_new(job_work, esp_tier_ring, locks);
        if (!j->worker) {
            text_printf(error, "out of memory");
            return false;
        }
    }
    if (j->settings->perf_map && isa_here())
        j->perf = perf_open(PERF_MAP, isa_here()->assembler, error);
    return true;
}

/* What the framework asks for; with --stress=image, only to interpret. */
static esp_compiler compiler(jit *j, const esp_settings *settings)
{
    bool image = SETTING_HAS(settings, stress, image);

    return (esp_compiler){
        .self = j,
        .compile = image ? NULL : jit_compile,
        .enter = image ? jit_enter : NULL,
        .compile_loop = jit_compile_loop, .loop_due = jit_loop_due,
        .poll = jit_poll, .stop = jit_stop, .told_late = jit_told_late,
        .discard = jit_discard, .walk = jit_walk,
        .abandon = jit_abandon, .leave = jit_context_closes,
        .close = jit_close
    };
}

jit *jit_open(esp_engine *engine, const esp_settings *settings,
              esp_text *error)
{
    jit *j = calloc(1, sizeof *j);
    esp_compiler c = compiler(j, settings);

    if (!j) {
        text_printf(error, "out of memory");
        return NULL;
    }
    j->engine = engine;
    j->settings = settings;
    arena_init(&j->arena);
    j->next_reclaim = FIRST_RECLAIM;
    j->random = settings->seed * 2 + 1;
    j->stress_cell = jit_random(j, STRESS_INTERVAL);
    if (!open_parts(j, error)) {
        close_parts(j);
        return NULL;
    }
    esp_engine_set_compiler(engine, &c);
    return j;
}
