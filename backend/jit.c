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
#include "backend/target.h"
#include "backend/times.h"
#include "framework/call.h"
#include "framework/tier.h"
#include "pe/eval/eval.h"
#include "pe/graph/props.h"
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
    LEARNING = 50,              /* iterations before a loop is compiled again */
    STRESS_INTERVAL = 61        /* --stress=deopt: longest way between two */
};

typedef struct jit_counts {
    uint64_t compilations, nodes, visited, ir, bytes;
    step_times times;           /* of those declined, too */
} jit_counts;

typedef struct loop_code {
    struct loop_code *next;
    const esp_node *loop;
    esp_code *code;
} loop_code;

typedef struct jit {
    esp_engine *engine;
    const esp_settings *settings;
    esp_image *image;
    esp_code_cache *cache;
    loop_code *loops;           /* that can be entered while they run */
    deopt_kept *kept;           /* frames given away by stack walks */
    uint64_t random;            /* --stress=deopt */
    uint32_t stress_cell;
    jit_counts tier[3];
    uint64_t deopts, invalidations, osr, bailouts[BAIL_COUNT];
    uint64_t remarks;
    esp_unit_memory memory;     /* of the last compilation, for the next */
    esp_perf *perf;             /* --perf-map, or NULL */
} jit;

/* What a unit belongs to: esp_code.owner. */
typedef struct owner {
    jit *jit;
    esp_target *target;
    esp_node *loop;             /* entered on the stack: this loop; or NULL */
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
    unit_take_memory(u, &j->memory);
    u->tier = tier;
    u->counts = tier < (int)j->settings->tier;
    u->check = (int)j->settings->check;
    u->seed = j->settings->seed;
    u->max_visited = MAX_VISITED;
    u->max_residual = MAX_RESIDUAL;
    u->loops_vary = t->tiering->loops_vary;
    if (SETTING_HAS(j->settings, stress, deopt))
        u->stress = &j->stress_cell;
}

static void *context_copy(esp_target *t, const void *from, size_t size)
{
    void *to = size ? esp_context_alloc(t->context, size) : NULL;

    return to ? memcpy(to, from, size) : NULL;
}

static deopt_function deopt_entry;

/* What is compiled: a target, or a loop of it that is running in a frame. */
typedef struct request {
    esp_target *target;
    esp_node *loop;
    esp_frame *frame;
    int tier;
} request;

static void own(jit *j, const request *q, esp_code *code,
                const eval_result *r)
{
    owner *o = ARENA_NEW(&code->arena, owner);

    o->jit = j;
    o->target = q->target;
    o->loop = q->loop;
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
    props_need(r->graph, PROP_PREDS | PROP_USES);
    for (uint32_t i = 0; i < r->remarks.n; i++) {
        const eval_remark *m = &r->remarks.at[i];
        const esp_node *node = m->node;
        uint32_t line = node ? esp_section_position(esp_node_section(node)).line : 0;

        if (!eval_remark_holds(r, m))
            continue;
        esp_printf(j->engine, "remark: %s: %s in %s:%u, guest line %u%s%s\n",
                   name, remark_name(m->kind), m->fn, m->line, line,
                   m->name ? ": " : "", m->name ? m->name : "");
        j->remarks++;
    }
}

static esp_code *compile_unit(jit *j, esp_unit *u, const request *q,
                              eval_result *r)
{
    struct compile_env env = { .cache = j->cache, .settings = j->settings,
                               .dump = j->settings->dump.n ? dump : NULL,
                               .dump_arg = j,
                               .deopt_entry = (void *)deopt_entry };
    void *native = q->loop ? (void *)q->loop->class->execute
                           : esp_target_run(q->target);
    const esp_ifunc *fn = image_function(j->image, native);
    eval_arg args[SIG_MAX_ARGS] = { { true, (uintptr_t)q->target, NULL } };
    esp_code *code;

    if (!fn)
        unit_bail(u, BAIL_no_image, "%s",
                  q->loop ? q->loop->class->name : "esp_run");
    if (q->loop) {
        args[0].bits = (uintptr_t)q->loop;
        args[1].frame = q->frame;
    }
    eval_root(u, j->image, fn, args, q->target, r);
    code = compile_graph(u, r->graph, &env);
    deopt_keep_states(code, r->graph);
    own(j, q, code, r);
    keep_constants(q->target, r->graph);
    code->tier = (uint8_t)q->tier;
    return code;
}

static void count(jit *j, const eval_result *r, const esp_code *code)
{
    jit_counts *c = &j->tier[code->tier];

    c->compilations++;
    c->nodes += r->nodes;
    c->visited += r->visited;
    c->ir += r->graph->ins.n;
    c->bytes += code->size;
}

/* Notes what the code rests on, so that it is discarded in time. */
static bool depend(esp_target *t, esp_code *code, const eval_result *r)
{
    bool ok = esp_depend(esp_target_dependents(t), code);

    for (uint32_t i = 0; i < r->targets.n; i++)
        ok &= esp_depend(esp_target_dependents(r->targets.at[i]), code);
    for (uint32_t i = 0; i < r->assumptions.n; i++)
        ok &= esp_depend(esp_assumption_dependents(r->assumptions.at[i]),
                         code);
    return ok;
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

static void trace_compiled(jit *j, const request *q, const eval_result *r,
                           const esp_code *code, uint64_t ns)
{
    esp_section at = q->loop ? esp_node_section(q->loop) : q->target->section;

    esp_trace(j->engine, q->loop ? ESP_TRACE_osr : ESP_TRACE_compile,
              "tier %d %s:%u%s  %u nodes  visited %u  ir %u  %u bytes  "
              "%.2f ms", code->tier, q->target->name,
              esp_section_position(at).line, q->loop ? " loop" : "", r->nodes,
              r->visited, r->graph->ins.n, code->size, (double)ns / 1e6);
}

/* Returns published code that nobody can reach yet, or NULL. */
static esp_code *compile(jit *j, const request *q)
{
    esp_target *t = q->target;
    esp_unit u;
    eval_result r;
    esp_code *code;
    uint64_t start = now_ns(), ns;

    set_up(j, &u, t, q->tier);
    if (setjmp(u.declined)) {
        declined(j, &u, t);
        times_add(&j->tier[q->tier].times, &u);
        unit_keep_memory(&u, &j->memory);
        return NULL;
    }
    code = compile_unit(j, &u, q, &r);
    ns = now_ns() - start;
    count(j, &r, code);
    trace_compiled(j, q, &r, code, ns);
    show_remarks(j, u.name, &r);
    if (j->perf)
        perf_add(j->perf, code);
    if (!depend(t, code, &r))
        code = NULL;
    times_add(&j->tier[q->tier].times, &u);
    unit_keep_memory(&u, &j->memory);
    return code;
}

static void jit_discard(void *self, void *which, const char *why);

static bool too_often(jit *j, esp_target *t)
{
    if (t->tiering->compilations < MAX_COMPILATIONS ||
        j->settings->compile == OPT_compile_now)
        return false;
    t->tiering->never = true;
    t->hot = UINT32_MAX;
    j->bailouts[BAIL_deopts]++;
    esp_trace(j->engine, ESP_TRACE_compile, "%s declined: deopts: "
              "compiled %u times", t->name, MAX_COMPILATIONS);
    return true;
}

static bool jit_compile(void *self, esp_target *t, int tier)
{
    jit *j = self;
    request q = { t, NULL, NULL, tier };
    esp_code *code = too_often(j, t) ? NULL : compile(j, &q);

    if (code)
        esp_tier_install(t, code, (void *)code->entry, tier);
    return code != NULL;
}

/* Code for a loop is kept in a short list: a program has few loops that run
 * so long that they have to be entered on the stack. */
static loop_code **find_loop(jit *j, const esp_node *loop)
{
    loop_code **at = &j->loops;

    while (*at && (*at)->loop != loop)
        at = &(*at)->next;
    return at;
}

static void *jit_compile_loop(void *self, esp_target *t, esp_node *loop,
                              esp_frame *frame, int tier)
{
    jit *j = self;
    request q = { t, loop, frame, tier };
    loop_code *l = *find_loop(j, loop);
    esp_code *code;

    if (l && l->code->tier >= tier)
        return (void *)l->code->entry;
    if (l)
        jit_discard(j, l->code, "a better tier is due");
    if (t->tiering->never || too_often(j, t))
        return NULL;
    code = compile(j, &q);
    l = code ? malloc(sizeof *l) : NULL;
    if (!l)
        return NULL;
    *l = (loop_code){ j->loops, loop, code };
    j->loops = l;
    j->osr++;
    t->tiering->compilations++;
    return (void *)code->entry;
}

static void forget_loop(jit *j, const esp_code *code)
{
    owner *o = code->owner;
    loop_code **at = find_loop(j, o->loop), *l = *at;

    if (l && l->code == code) {
        *at = l->next;
        free(l);
    }
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
    if (o->loop) {
        forget_loop(j, code);
        t->hot = t->heat + LEARNING;
    } else if (t->tiering->code == code)
        esp_tier_remove(t);
    esp_trace(j->engine, ESP_TRACE_invalidate, "tier %d %s:%u  %s", code->tier,
              t->name, esp_section_position(t->section).line, why);
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
              at.node ? esp_section_position(esp_node_section(at.node)).line : 0,
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
    if (p->reason == REASON_loop)
        o->target->tiering->loops_vary = true;
    if (p->reason == REASON_invalidate || p->reason == REASON_loop)
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
            if (k->object != DEOPT_BORROWED)
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

static struct deopt_result deopt_entry(const struct deopt_regs *regs,
                                       void *machine, esp_code *code,
                                       uint32_t exit)
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

static bool keep(walk *w, esp_frame *frame, uint32_t object)
{
    deopt_kept *k = malloc(sizeof *k);

    if (!k)
        return false;
    *k = (deopt_kept){ w->jit->kept, w->machine, object, frame };
    w->jit->kept = k;
    jit_discard(w->jit, w->code, "somebody writes to its frame");
    return true;
}

/* A borrowed frame is on the frame stack, where the walk finds it, too. */
static bool visit_borrowed(walk *w, esp_frame *frame)
{
    return !w->keep || find_kept(w->jit, w->machine, DEOPT_BORROWED) ||
           keep(w, frame, DEOPT_BORROWED);
}

static bool visit_frame(void *arg, esp_frame *copy, uint32_t object)
{
    walk *w = arg;
    deopt_kept *k;
    bool more;

    if (object == DEOPT_BORROWED)
        return visit_borrowed(w, copy);
    k = find_kept(w->jit, w->machine, object);
    if (k) {
        free(copy);
        return w->found(w->arg, k->frame);
    }
    if (w->keep)
        return keep(w, copy, object) && w->found(w->arg, copy);
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
    return deopt_frames(&stop, w->jit->kept, visit_frame, w);
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

    while (j->loops) {
        loop_code *l = j->loops;

        j->loops = l->next;
        free(l);
    }

    drop_kept(j, (const char *)UINTPTR_MAX);
    if (j->perf)
        perf_close(j->perf);
    unit_free_memory(&j->memory);
    code_cache_free(j->cache);
    image_close(j->image);
    free(j);
}

static jit *jit_of(esp_engine *engine)
{
    const esp_compiler *c = esp_engine_compiler(engine);

    return c ? c->self : NULL;
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
        r = broken(t, x.error);
    return (esp_value){ .as.i = (int64_t)r.r[0], .tag = r.r[1] };
}

bool esp_jit_interpret_image(esp_engine *engine)
{
    jit *j = jit_of(engine);
    esp_compiler c;

    if (!j)
        return false;
    c = *esp_engine_compiler(engine);
    c.compile = NULL;
    c.enter = jit_enter;
    esp_engine_set_compiler(engine, &c);
    return true;
}

/* ---- statistics ---------------------------------------------------------------------------- */

static void tier_json(const jit_counts *c, int tier, esp_text *out)
{
    text_printf(out, "\"tier%d\": {\"compilations\": %" PRIu64
                ", \"ms\": %.3f, \"ast_nodes\": %" PRIu64 ", \"visited\": %"
                PRIu64 ", \"ir\": %" PRIu64 ", \"bytes\": %" PRIu64
                ", \"steps\": {", tier, c->compilations,
                (double)times_total(&c->times) / 1e6, c->nodes, c->visited,
                c->ir, c->bytes);
    times_print(&c->times, true, out);
    text_printf(out, "}}, ");
}

static void tier_lines(const jit_counts *c, int tier, esp_text *out)
{
    uint64_t ns = times_total(&c->times);

    if (!ns)
        return;
    text_printf(out, "%12" PRIu64 "  compilations in tier %d: %.3f ms, %"
                PRIu64 " nodes, %" PRIu64 " instructions, %" PRIu64
                " bytes\n", c->compilations, tier, (double)ns / 1e6, c->nodes,
                c->ir, c->bytes);
    text_printf(out, "%12.3f  microseconds for a node in tier %d: ",
                c->nodes ? (double)ns / 1e3 / (double)c->nodes : 0.0, tier);
    times_print(&c->times, false, out);
    text_printf(out, " ms\n");
}

static void tier_stats(const jit_counts *c, int tier, bool json, esp_text *out)
{
    if (json)
        tier_json(c, tier, out);
    else
        tier_lines(c, tier, out);
}

static void bailout_stats(const jit *j, bool json, esp_text *out)
{
    const char *comma = "";

    for (int i = 1; i < BAIL_COUNT; i++) {
        if (!j->bailouts[i])
            continue;
        if (json)
            text_printf(out, "%s\"%s\": %" PRIu64, comma,
                        bailout_name((esp_bailout)i), j->bailouts[i]);
        else
            text_printf(out, "%12" PRIu64 "  declined: %s\n", j->bailouts[i],
                        bailout_name((esp_bailout)i));
        comma = ", ";
    }
}

void esp_jit_stats(esp_engine *engine, bool json, esp_text *out)
{
    static const jit none;
    const jit *j = jit_of(engine);

    if (!j)
        j = &none;
    tier_stats(&j->tier[1], 1, json, out);
    tier_stats(&j->tier[2], 2, json, out);
    text_printf(out, json ? "\"osr\": %" PRIu64 ", \"deopts\": %" PRIu64
                            ", \"bailouts\": {"
                          : "%12" PRIu64 "  loops entered while running\n"
                            "%12" PRIu64 "  deoptimizations\n",
                j->osr, j->deopts);
    bailout_stats(j, json, out);
    if (json)
        text_printf(out, "}");
}

/* ---- attaching ------------------------------------------------------------------------------ */

static bool open_parts(jit *j, esp_text *error)
{
    const char *why = NULL;

    j->image = image_open(error);
    if (!j->image)
        return false;
    j->cache = code_cache_new(j->settings->code_cache, &why);
    if (j->cache && j->settings->perf_map && isa_here())
        j->perf = perf_open(PERF_MAP, isa_here()->assembler, error);
    if (j->cache)
        return true;
    text_printf(error, "%s", why);
    if (j->perf)
        perf_close(j->perf);
    image_close(j->image);
    return false;
}

bool esp_jit_attach(esp_engine *engine, const esp_settings *settings,
                    esp_text *error)
{
    jit *j = calloc(1, sizeof *j);
    esp_compiler c = { j, jit_compile, jit_compile_loop, jit_discard,
                       jit_walk, jit_close, NULL };

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
