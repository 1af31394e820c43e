/*
 * The compiler of an engine: compiles targets, installs and discards code,
 * takes over when a guard fails, and finds the frames of compiled code.
 *
 *     esp_compiler.compile ─▶ eval_root ─▶ compile_graph ─▶ entry cell
 *     exit stub            ─▶ deopt_entry ─▶ deopt_finish (IR interpreter)
 *     esp_compiler.discard ─▶ entry cell back, valid flag cleared
 *
 * Discarded code stays in memory until the engine is closed: an activation may
 * still be inside.
 */
#include "backend/jit.h"

#include "backend/code.h"
#include "backend/compile.h"
#include "backend/deopt.h"
#include "backend/perf.h"
#include "framework/tier.h"
#include "pe/eval/eval.h"
#include "pe/graph/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_VISITED = 8 << 20,      /* image instructions of one compilation */
    MAX_RESIDUAL = 400 << 10,   /* graph instructions of one compilation */
    MAX_DEOPTS = 20,            /* at one exit, before a target is given up */
    MAX_COMPILATIONS = 60,      /* of one target */
    STRESS_INTERVAL = 61        /* --stress=deopt: longest way between two */
};

typedef struct jit_counts {
    uint64_t compilations, ns, nodes, visited, ir, bytes;
} jit_counts;

typedef struct jit {
    esp_engine *engine;
    const esp_settings *settings;
    esp_image *image;
    esp_code_cache *cache;
    deopt_kept *kept;           /* frames given away by stack walks */
    uint64_t random;            /* --stress=deopt */
    uint32_t stress_cell;
    jit_counts tier[3];
    uint64_t deopts, invalidations, bailouts[BAIL_COUNT];
    uint64_t remarks;
    int perf_fd;
} jit;

/* What a unit belongs to: esp_code.owner. */
typedef struct owner {
    jit *jit;
    esp_target *target;
    uint32_t *exit_counts;      /* by exit */
    eval_final *finals;         /* --check */
    uint32_t nfinals;
} owner;

/* ---- compiling ------------------------------------------------------------------ */

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint32_t random_interval(jit *j)
{
    j->random = j->random * 6364136223846793005u + 1442695040888963407u;
    return 1 + (uint32_t)(j->random >> 33) % STRESS_INTERVAL;
}

static void dump(void *arg, const char *step, const char *name,
                 const char *text)
{
    jit *j = arg;

    if (esp_settings_dumps(j->settings, step, name))
        esp_printf(j->engine, "; %s %s\n%s\n", name, step, text);
}

static void set_up(jit *j, esp_unit *u, esp_target *t, int tier)
{
    unit_init(u, t->name ? t->name : "?");
    u->tier = tier;
    u->check = (int)j->settings->check;
    u->seed = j->settings->seed;
    u->max_visited = MAX_VISITED;
    u->max_residual = MAX_RESIDUAL;
    if (OPTION_HAS(j->settings, stress, deopt))
        u->stress = &j->stress_cell;
}

static void *context_copy(esp_target *t, const void *from, size_t size)
{
    void *to = size ? esp_context_alloc(t->context, size) : NULL;

    return to ? memcpy(to, from, size) : NULL;
}

static void own(jit *j, esp_target *t, esp_code *code, const eval_result *r)
{
    owner *o = ARENA_NEW(&code->arena, owner);

    o->jit = j;
    o->target = t;
    o->exit_counts = ARENA_ARRAY(&code->arena, uint32_t, code->nexits);
    o->nfinals = r->finals.n;
    o->finals = ARENA_ARRAY(&code->arena, eval_final, r->finals.n);
    if (r->finals.n)
        memcpy(o->finals, r->finals.at, r->finals.n * sizeof *r->finals.at);
    code->owner = o;
}

/* The collector does not scan code: what it refers to is listed for it. */
static void keep_constants(esp_target *t, const esp_graph *g)
{
    VEC(uint64_t) found = { 0 };

    for (esp_ref r = 1; r < g->ins.n; r++)
        if (graph_is_const(g, r) && graph_at(g, r)->ty == TY_i64 &&
            graph_const(g, r) >= 4096)
            VEC_PUSH(&g->unit->scratch, &found, graph_const(g, r));
    context_copy(t, found.at, found.n * sizeof *found.at);
}

static void show_remarks(jit *j, const char *name, const eval_result *r)
{
    if (j->settings->remarks == OPT_remarks_off)
        return;
    for (uint32_t i = 0; i < r->remarks.n; i++) {
        const eval_remark *m = &r->remarks.at[i];
        const esp_node *node = m->node;
        uint32_t line = node ? esp_section_line(esp_node_section(node)) : 0;

        esp_printf(j->engine, "remark: %s: %s in %s:%u, guest line %u%s%s\n",
                   name, remark_name(m->kind), m->fn, m->line, line,
                   m->name ? ": " : "", m->name ? m->name : "");
        j->remarks++;
    }
}

static esp_code *compile_unit(jit *j, esp_unit *u, esp_target *t, int tier,
                              eval_result *r)
{
    struct compile_env env = { .cache = j->cache, .settings = j->settings,
                               .dump = dump, .dump_arg = j,
                               .deopt_entry = (void *)deopt_entry };
    const esp_ifunc *fn = image_function(j->image, esp_target_run(t));
    eval_arg args[SIG_MAX_ARGS] = { { true, (uintptr_t)t } };
    esp_code *code;

    if (!fn)
        unit_bail(u, BAIL_no_image, "esp_run");
    eval_root(u, j->image, fn, args, r);
    code = compile_graph(u, r->graph, &env);
    deopt_keep_states(code, r->graph);
    own(j, t, code, r);
    keep_constants(t, r->graph);
    code->tier = (uint8_t)tier;
    return code;
}

static void count(jit *j, const eval_result *r, const esp_code *code,
                  uint64_t ns)
{
    jit_counts *c = &j->tier[code->tier];

    c->compilations++;
    c->ns += ns;
    c->nodes += r->nodes;
    c->visited += r->visited;
    c->ir += r->graph->ins.n;
    c->bytes += code->size;
}

static void install(jit *j, esp_target *t, esp_code *code,
                    const eval_result *r)
{
    (void)j;
    esp_depend_target(t, code);
    for (uint32_t i = 0; i < r->targets.n; i++)
        esp_depend_target(r->targets.at[i], code);
    for (uint32_t i = 0; i < r->assumptions.n; i++)
        esp_depend_assumption(r->assumptions.at[i], code);
    t->tiering->code = code;
    t->tiering->tier = code->tier;
    t->tiering->compilations++;
    esp_target_set_entry(t, (void *)code->entry);
}

static void declined(jit *j, esp_unit *u, esp_target *t)
{
    j->bailouts[u->bailout]++;
    if (bailout_permanent(u->bailout)) {
        t->tiering->never = true;
        t->hot = UINT32_MAX;
    } else {
        t->hot = t->heat + (1u << 16);
    }
    esp_trace(j->engine, ESP_TRACE_compile, "tier %d %s declined: %s: %s",
              u->tier, u->name, bailout_name(u->bailout), u->detail);
}

static void trace_compiled(jit *j, esp_target *t, const eval_result *r,
                           const esp_code *code, uint64_t ns)
{
    esp_trace(j->engine, ESP_TRACE_compile,
              "tier %d %s:%u  %u nodes  visited %u  ir %u  %u bytes  %.2f ms",
              code->tier, t->name, esp_section_line(t->section), r->nodes,
              r->visited, r->graph->ins.n, code->size, (double)ns / 1e6);
}

static bool jit_compile(void *self, esp_target *t, int tier)
{
    jit *j = self;
    esp_unit u;
    eval_result r;
    esp_code *volatile code = NULL;
    uint64_t start = now_ns(), ns;

    if (t->tiering->compilations >= MAX_COMPILATIONS) {
        t->tiering->never = true;
        t->hot = UINT32_MAX;
        esp_trace(j->engine, ESP_TRACE_compile, "tier %d %s declined: deopts: "
                  "compiled %u times", tier, t->name, MAX_COMPILATIONS);
        return false;
    }
    set_up(j, &u, t, tier);
    if (setjmp(u.declined)) {
        declined(j, &u, t);
        unit_free(&u);
        return false;
    }
    code = compile_unit(j, &u, t, tier, &r);
    ns = now_ns() - start;
    install(j, t, code, &r);
    count(j, &r, code, ns);
    trace_compiled(j, t, &r, code, ns);
    show_remarks(j, u.name, &r);
    if (j->settings->perf_map)
        perf_map_add(j->perf_fd, code);
    unit_free(&u);
    return true;
}

/* ---- discarding ------------------------------------------------------------------- */

static void jit_discard(void *self, void *which, const char *why)
{
    jit *j = self;
    esp_code *code = which;
    owner *o = code->owner;
    esp_target *t = o->target;

    if (!code->valid)
        return;
    code_invalidate(code);
    j->invalidations++;
    t->tiering->invalidations++;
    if (t->tiering->code == code) {
        t->tiering->code = NULL;
        t->tiering->tier = 0;
        esp_target_set_entry(t, NULL);
        esp_target_cool(t);
    }
    esp_trace(j->engine, ESP_TRACE_invalidate, "tier %d %s:%u  %s", code->tier,
              t->name, esp_section_line(t->section), why);
}

/* ---- leaving compiled code ---------------------------------------------------------- */

/* --check: was what the code took for final changed behind its back? */
static void check_finals(jit *j, esp_code *code)
{
    owner *o = code->owner;

    if (!code->valid)
        return;
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
        return;
    }
}

static void trace_deopt(jit *j, esp_code *code, const esp_point *p,
                        uint32_t times)
{
    owner *o = code->owner;
    deopt_place at;

    if (!esp_tracing(j->engine, ESP_TRACE_deopt))
        return;
    at = deopt_where(code, p->state);
    esp_trace(j->engine, ESP_TRACE_deopt,
              "tier %d %s  %s  in %s line %u  C %s:%u  %u times here",
              code->tier, o->target->name, reason_name(p->reason),
              at.node ? at.node->class->name : "?",
              at.node ? esp_section_line(esp_node_section(at.node)) : 0,
              at.fn->name, at.line, times);
}

/* A site that keeps failing: better no code than this code. */
static void give_up(jit *j, esp_code *code)
{
    owner *o = code->owner;

    j->bailouts[BAIL_deopts]++;
    jit_discard(j, code, "it deoptimizes too often");
    o->target->tiering->never = true;
    o->target->hot = UINT32_MAX;
}

static void learn(jit *j, esp_code *code, const esp_point *p, uint32_t times)
{
    owner *o = code->owner;

    if (p->reason == REASON_stress) {
        j->stress_cell = random_interval(j);
        return;
    }
    o->target->tiering->deopts++;
    if (p->reason == REASON_invalidate)
        jit_discard(j, code, "a speculation failed");
    else if (p->reason == REASON_deopt && times > MAX_DEOPTS * 50)
        give_up(j, code);
}

static void drop_kept(jit *j, const char *machine)
{
    deopt_kept **at = &j->kept;

    while (*at) {
        deopt_kept *k = *at;

        if (k->machine <= machine) {
            *at = k->next;
            free(k->frame);
            free(k);
        } else {
            at = &k->next;
        }
    }
}

/* Guest code cannot go on from here: ends the program with an error. */
static esp_exec_result broken(esp_target *t, const char *why)
{
    esp_value v = { .as.p = esp_error_new(t->context, NULL, ESP_ERROR_INTERNAL,
                                          "%s", why),
                    .tag = ESP_ERROR };

    esp_throw(t->context, v);
    return (esp_exec_result){ { 0, ESP_THROW } };
}

struct deopt_result deopt_entry(const struct deopt_regs *regs, void *machine,
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

    j->deopts++;
    trace_deopt(j, code, p, times);
    if (j->settings->check)
        check_finals(j, code);
    learn(j, code, p, times);
    result = deopt_finish(&stop, o->target->context, j->kept, &x);
    drop_kept(j, machine);
    if (x.error)
        result = broken(o->target, x.error);
    return (struct deopt_result){ result.r[0], result.r[1] };
}

/* ---- stack walks ----------------------------------------------------------------------- */

typedef struct walk {
    jit *jit;
    esp_code *code;
    char *machine;
    bool keep;
    bool (*found)(void *arg, esp_frame *frame);
    void *arg;
} walk;

static deopt_kept *find_kept(jit *j, const char *machine, uint32_t object)
{
    deopt_kept *k = j->kept;

    while (k && (k->machine != machine || k->object != object))
        k = k->next;
    return k;
}

static bool visit_frame(void *arg, esp_frame *copy, uint32_t object)
{
    walk *w = arg;
    deopt_kept *k = find_kept(w->jit, w->machine, object);
    bool more;

    if (k) {
        free(copy);
        return w->found(w->arg, k->frame);
    }
    if (w->keep) {
        k = malloc(sizeof *k);
        if (!k)
            return false;
        *k = (deopt_kept){ w->jit->kept, w->machine, object, copy };
        w->jit->kept = k;
        jit_discard(w->jit, w->code, "somebody writes to its frame");
        return w->found(w->arg, copy);
    }
    more = w->found(w->arg, copy);
    free(copy);
    return more;
}

/* One machine frame, if it is of compiled code. */
static bool walk_frame(walk *w, void *return_address)
{
    const esp_point *p;
    deopt_stop stop;

    w->code = code_find(w->jit->cache, return_address);
    if (!w->code)
        return true;
    p = code_call_at(w->code, return_address);
    if (!p || !p->state)
        return true;
    stop = (deopt_stop){ w->code, p, NULL, w->machine };
    return deopt_frames(&stop, visit_frame, w);
}

/* All our C, and all compiled code, keeps frame pointers: a frame begins with
 * the caller's frame pointer, then the address to return to. */
static void jit_walk(void *self, void *from, void *to, bool keep,
                     bool (*found)(void *arg, esp_frame *frame), void *arg)
{
    walk w = { self, NULL, NULL, keep, found, arg };
    void **fp = from;

    while (fp && (!to || (char *)fp < (char *)to)) {
        void *return_address = fp[1];

        w.machine = fp[0];
        if (w.machine <= (char *)fp || (uintptr_t)w.machine % 8)
            return;
        if (!walk_frame(&w, return_address))
            return;
        fp = (void **)w.machine;
    }
}

/* ---- start and stop ------------------------------------------------------------------------ */

static void jit_close(void *self)
{
    jit *j = self;

    drop_kept(j, (const char *)UINTPTR_MAX);
    code_cache_free(j->cache);
    image_close(j->image);
    free(j);
}

static jit *jit_of(esp_engine *engine)
{
    const esp_compiler *c = esp_engine_compiler(engine);

    return c ? c->self : NULL;
}

static bool open_parts(jit *j, esp_text *error)
{
    const char *why = NULL;

    j->image = image_open(error);
    if (!j->image)
        return false;
    j->cache = code_cache_new(j->settings->code_cache, &why);
    if (j->cache)
        return true;
    text_printf(error, "%s", why);
    image_close(j->image);
    return false;
}

bool esp_jit_attach(esp_engine *engine, const esp_settings *settings,
                    esp_text *error)
{
    jit *j = calloc(1, sizeof *j);
    esp_compiler c = { j, jit_compile, jit_discard, jit_walk, jit_close };

    if (!j) {
        text_printf(error, "out of memory");
        return false;
    }
    j->engine = engine;
    j->settings = settings;
    j->random = settings->seed * 2 + 1;
    j->stress_cell = random_interval(j);
    if (!open_parts(j, error)) {
        free(j);
        return false;
    }
    esp_engine_set_compiler(engine, &c);
    return true;
}
