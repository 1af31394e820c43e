/*
 * One compilation, from a hot target to code that can be installed.
 *
 *     guest's thread         any thread              guest's thread
 *     job_new ─────────────▶ job_work ─────────────▶ job_finish
 *                            evaluates the tree;     is it still right?
 *                            optimizes, selects,     then it is installed
 *                            allocates, emits
 *
 * Only the evaluator looks at the guest program.  Beside the guest that is a
 * reading (framework/tier.h): it claims targets and assumptions, and what is
 * claimed does not change before the job has been told to stop, and has.  The
 * claims hold until the job is finished; so what the unit rests on is then as it
 * was when it was evaluated, and the heap objects it refers to are alive, for
 * the tree has them.  Then the unit is put on the lists of what it rests on.
 *
 * A target whose readings are ended by changes again and again is evaluated on
 * the guest's thread, where it stands still.
 */
#include "backend/jit_private.h"

#include "pe/graph/props.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_NODES = 150 << 10,      /* of the tree of one compilation */
    MAX_VISITED = 8 << 20,      /* image instructions of one compilation */
    MAX_RESIDUAL = 400 << 10,   /* graph instructions of one compilation */
    SOON = 100, LATER = 1 << 16,    /* events before another attempt */
    PATIENCE = 2                /* readings that changes may end */
};

struct job {
    jit *jit;
    request q;                  /* frame: a copy, as it was in the beginning */
    worker *worker;             /* job_work runs in its thread; or NULL */
    bool evaluated;
    esp_unit unit;
    eval_result result;
    esp_code *code;
    uint64_t eval_ns;
    esp_text dumps;             /* made beside: printed at the end */
    bool stop;                  /* read by job_work without a lock */
    char spoilt[64];            /* why it is of no use; empty: it is */
};

/* ---- evaluating ---------------------------------------------------------- */

static void dump(void *arg, const char *step, const char *name,
                 const char *text)
{
    job *b = arg;

    if (!esp_settings_dumps(b->jit->settings, step, name))
        return;
    if (b->worker)
        text_printf(&b->dumps, "; %s %s\n%s\n", name, step, text);
    else
        esp_printf(b->jit->engine, "; %s %s\n%s\n", name, step, text);
}

static void set_up(job *b)
{
    jit *j = b->jit;
    esp_unit *u = &b->unit;
    const esp_target *t = b->q.target;

    unit_init(u, t->name ? t->name : "?");
    unit_take_memory(u, &j->memory);
    u->tier = b->q.tier;
    u->counts = b->q.tier < (int)j->settings->tier;
    u->check = (int)j->settings->check;
    u->seed = j->settings->seed;
    u->max_nodes = MAX_NODES;
    u->max_visited = MAX_VISITED;
    u->max_residual = MAX_RESIDUAL;
    u->loops_vary = t->tiering->loops_vary;
    u->inlining = j->settings->inlining == OPT_inlining_off ? INLINE_NONE
                : j->settings->inlining == OPT_inlining_all ? INLINE_ALL
                                                            : INLINE_SMALL;
    if (b->worker && SETTING_HAS(j->settings, stress, delay))
        u->dawdle = jit_random(j, UINT32_MAX);
    if (SETTING_HAS(j->settings, stress, deopt))
        u->stress = &j->stress_cell;
}

/* The collector looks neither into graphs nor into code. */
static void *keep_constants(const esp_graph *g)
{
    VEC(uint64_t) found = { 0 };

    for (esp_ref r = 1; r < g->ins.n; r++)
        if (graph_is_const(g, r) && graph_at(g, r)->ty == TY_i64 &&
            graph_const(g, r) >= 4096)
            VEC_PUSH(&g->unit->scratch, &found, graph_const(g, r));
    return esp_keep(found.at, found.n);
}

/* Puts the unit on the lists of what it rests on. */
static void depend(job *b, owner *o)
{
    const eval_result *r = &b->result;
    uint32_t n = 1 + r->targets.n + r->assumptions.n;
    esp_dependents **at = ARENA_ARRAY(&b->code->arena, esp_dependents *, n);

    o->depends = at;
    if (!at)
        unit_bail(&b->unit, BAIL_memory, "no memory for a unit of code");
    *at++ = esp_target_dependents(b->q.target);
    for (uint32_t i = 0; i < r->targets.n; i++)
        *at++ = esp_target_dependents(r->targets.at[i]);
    for (uint32_t i = 0; i < r->assumptions.n; i++)
        *at++ = esp_assumption_dependents(r->assumptions.at[i]);
    for (; o->ndepends < n; o->ndepends++)
        if (!esp_depend(o->depends[o->ndepends], b->code))
            unit_bail(&b->unit, BAIL_memory, "no memory for a list");
}

static void own(job *b)
{
    const eval_result *r = &b->result;
    esp_arena *a = &b->code->arena;
    owner *o = ARENA_NEW(a, owner);

    if (!o)
        unit_bail(&b->unit, BAIL_memory, "no memory for a unit of code");
    b->code->owner = o;
    *o = (owner){ .jit = b->jit, .target = b->q.target, .loop = b->q.loop,
                  .kept = keep_constants(r->graph) };
    o->finals = ARENA_ARRAY(a, eval_final, r->finals.n);
    o->exit_counts = ARENA_ARRAY(a, uint32_t, b->code->nexits + 1);
    if (!o->kept || !o->finals || !o->exit_counts)
        unit_bail(&b->unit, BAIL_memory, "no memory for a unit of code");
    o->nfinals = r->finals.n;
    if (r->finals.n)
        memcpy(o->finals, r->finals.at, r->finals.n * sizeof *r->finals.at);
    depend(b, o);
}

static void evaluate(job *b)
{
    const request *q = &b->q;
    void *native = q->loop ? (void *)q->loop->class->execute
                           : esp_target_run(q->target);
    const esp_ifunc *fn = image_function(b->jit->image, native);
    eval_arg args[SIG_MAX_ARGS] = { { true, (uintptr_t)q->target, NULL } };
    uint64_t start = jit_now();

    if (!fn)
        unit_bail(&b->unit, BAIL_no_image, "%s",
                  q->loop ? q->loop->class->name : "esp_run");
    if (q->loop) {
        args[0].bits = (uintptr_t)q->loop;
        args[1].frame = q->frame;
    }
    eval_root(&b->unit, b->jit->image, fn, args, q->target, &b->result);
    unit_rest(&b->unit);
    b->eval_ns = jit_now() - start;
    b->evaluated = true;
}

/* The frame of a loop that goes on meanwhile. */
static void copy_frame(job *b)
{
    size_t size = b->q.frame->layout->size;
    esp_frame *copy = arena_alloc(&b->unit.arena, size);

    if (!copy)
        unit_bail(&b->unit, BAIL_memory, "no memory for a frame");
    b->q.frame = memcpy(copy, b->q.frame, size);
}

/* What has to be done on the guest's thread before the evaluation. */
static void prepare(job *b)
{
    b->unit.name = arena_strdup(&b->unit.arena, b->unit.name);
    if (b->q.frame)
        copy_frame(b);
    b->code = code_new(b->jit->cache, b->unit.name, b->q.tier);
    if (!b->code)
        unit_bail(&b->unit, BAIL_memory, "no memory for a unit of code");
    if (!b->worker || b->q.target->tiering->abandoned >= PATIENCE)
        evaluate(b);
    unit_rest(&b->unit);        /* the wait for the worker is no work */
}

/* ---- the end of a job ---------------------------------------------------- */

static void free_job(job *b)
{
    if (b->code)
        reclaim_now(b->jit, b->code);
    text_free(&b->dumps);
    times_add(&b->jit->tier[b->unit.tier].times, &b->unit);
    unit_keep_memory(&b->unit, &b->jit->memory);
    image_rest(b->jit->image);
    free(b);
}

static void where(const request *q, char *to, size_t n)
{
    const esp_target *t = q->target;
    esp_section at = q->loop ? esp_node_section(q->loop) : t->section;

    snprintf(to, n, "tier %d  %s:%u%s", q->tier, t->name ? t->name : "?",
             esp_section_position(at).line, q->loop ? " loop" : "");
}

/* What failed because of a change is asked for again soon. */
static void declined(job *b)
{
    jit *j = b->jit;
    const esp_unit *u = &b->unit;
    esp_target *t = b->q.target;
    char text[160];

    j->bailouts[u->bailout]++;
    if (b->worker && u->bailout == BAIL_changed && t->tiering->abandoned < 255)
        t->tiering->abandoned++;
    if (u->bailout == BAIL_code_cache)
        j->next_reclaim = j->survived + FIRST_RECLAIM;
    if (bailout_permanent(u->bailout)) {
        t->tiering->never = true;
        t->hot = UINT32_MAX;
    } else {
        t->hot = t->heat + (u->bailout == BAIL_changed ? SOON : LATER);
    }
    where(&b->q, text, sizeof text);
    esp_trace(j->engine, ESP_TRACE_compile, "%s  declined: %s: %s", text,
              bailout_name(u->bailout), u->detail);
}

static void count(job *b)
{
    const eval_result *r = &b->result;
    jit_counts *c = &b->jit->tier[b->code->tier];

    c->compilations++;
    c->nodes += r->nodes;
    c->visited += r->visited;
    c->ir += r->graph->ins.n;
    c->bytes += b->code->size;
}

static void trace_compiled(job *b)
{
    const eval_result *r = &b->result;
    uint32_t kind = b->q.loop ? ESP_TRACE_osr : ESP_TRACE_compile;
    step_times times = { 0 };
    char text[160];

    if (!esp_tracing(b->jit->engine, kind))
        return;
    times_add(&times, &b->unit);
    where(&b->q, text, sizeof text);
    esp_trace(b->jit->engine, kind,
              "%s  %u nodes  visited %u  ir %u  %u bytes  %.2f ms, "
              "%.2f evaluating", text, r->nodes, r->visited,
              r->graph->ins.n, b->code->size,
              (double)times_total(&times) / 1e6, (double)b->eval_ns / 1e6);
}

/* A loop that was evaluated twice decides twice. */
static bool said_before(const eval_result *r, uint32_t i)
{
    const eval_inline *x = &r->inlines.at[i];

    for (uint32_t k = 0; k < i; k++) {
        const eval_inline *y = &r->inlines.at[k];

        if (x->target == y->target && x->node == y->node &&
            x->why_not == y->why_not)
            return true;
    }
    return false;
}

static void trace_inlining(job *b)
{
    const eval_result *r = &b->result;
    char text[160];

    if (!esp_tracing(b->jit->engine, ESP_TRACE_inline))
        return;
    where(&b->q, text, sizeof text);
    for (uint32_t i = 0; i < r->inlines.n; i++) {
        const eval_inline *x = &r->inlines.at[i];

        if (said_before(r, i))
            continue;
        esp_trace(b->jit->engine, ESP_TRACE_inline,
                  "%s  line %u calls %s, %u nodes: %s%s", text,
                  jit_line(x->node), x->target->name,
                  esp_node_count(x->target->body),
                  x->why_not ? "kept: " : "inlined",
                  x->why_not ? x->why_not : "");
    }
}

static void show_remarks(job *b)
{
    const eval_result *r = &b->result;
    jit *j = b->jit;

    if (j->settings->remarks == OPT_remarks_off)
        return;
    props_need(r->graph, PROP_PREDS | PROP_USES);
    for (uint32_t i = 0; i < r->remarks.n; i++) {
        const eval_remark *m = &r->remarks.at[i];

        if (!eval_remark_holds(r, m))
            continue;
        esp_printf(j->engine, "remark: %s: %s in %s:%u, guest line %u%s%s\n",
                   b->unit.name, remark_name(m->kind), m->fn, m->line,
                   jit_line(m->node),
                   m->name ? ": " : "", m->name ? m->name : "");
        j->remarks++;
    }
}

/* ---- the parts of a job -------------------------------------------------- */

/* False: declined. */
static bool prepared(job *b)
{
    if (setjmp(b->unit.declined))
        return false;
    prepare(b);
    return true;
}

job *job_new(jit *j, const request *q, worker *w)
{
    job *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->jit = j;
    b->q = *q;
    b->worker = w;
    set_up(b);
    b->unit.stop = &b->stop;
    if (w)
        b->unit.reading = esp_reading_begin(j->engine);
    if (prepared(b))
        return b;
    if (w)
        esp_reading_end(j->engine);
    declined(b);
    free_job(b);
    return NULL;
}

/* Whoever did not wait because it had not begun relies on that it does not
 * begin. */
static void evaluate_if_wanted(job *b)
{
    if (b->evaluated)
        return;
    if (__atomic_load_n(&b->stop, __ATOMIC_RELAXED))
        unit_bail(&b->unit, BAIL_changed, "no longer wanted");
    evaluate(b);
}

void job_work(void *job)
{
    struct job *b = job;
    struct compile_env env = {
        .cache = b->jit->cache, .settings = b->jit->settings,
        .dump = b->jit->settings->dump.n ? dump : NULL, .dump_arg = b,
        .deopt_entry = (void *)jit_leave, .code = b->code, .stop = &b->stop,
        .few = SETTING_HAS(b->jit->settings, stress, spill) ? 2 : 0
    };

    if (!setjmp(b->unit.declined)) {
        evaluate_if_wanted(b);
        if (b->worker)
            worker_aside(b->worker);
        compile_graph(&b->unit, b->result.graph, &env);
        deopt_keep_states(b->code, b->result.graph);
    }
    unit_rest(&b->unit);
}

/* Is there code, and is it as good as when it was begun? */
static bool finished(job *b)
{
    if (*b->spoilt) {
        b->unit.bailout = BAIL_changed;
        snprintf(b->unit.detail, sizeof b->unit.detail, "%s", b->spoilt);
    }
    if (b->unit.bailout || setjmp(b->unit.declined))
        return false;
    own(b);
    if (b->unit.check && !jit_check_finals(b->jit, b->code)) {
        b->unit.bailout = BAIL_changed;
        b->code = NULL;         /* discarded */
        return false;
    }
    return true;
}

esp_code *job_finish(jit *j, job *b)
{
    esp_code *code = NULL;

    if (b->dumps.n)
        esp_write(j->engine, text_get(&b->dumps), b->dumps.n);
    if (!b->q.target) {         /* forgotten */
        free_job(b);
        return NULL;
    }
    if (finished(b)) {
        code = b->code;
        b->q.target->tiering->abandoned = 0;
        count(b);
        trace_compiled(b);
        trace_inlining(b);
        show_remarks(b);
        if (j->perf)
            perf_add(j->perf, code);
        b->code = NULL;
    } else {
        declined(b);
    }
    free_job(b);
    return code;
}

/* ---- questions and answers of others ------------------------------------- */

const request *job_request(const job *b)
{
    return &b->q;
}

void job_spoil(job *b, const char *why)
{
    if (!*b->spoilt)
        snprintf(b->spoilt, sizeof b->spoilt, "%s", why);
    __atomic_store_n(&b->stop, true, __ATOMIC_RELAXED);
}

void job_forget(job *b)
{
    job_spoil(b, "context closed");
    b->q.target = NULL;
}

void job_lose(job *b)
{
    code_abandon(b->jit->cache, b->code);
}
