/*
 * Tiers, with a compiler that only pretends: its "code" is C functions.
 */
#include "framework/tier.h"
#include "tests/framework/mini.h"

#include <string.h>

/* Code of a target; `target` is NULL when it was discarded. */
typedef struct unit {
    esp_target *target;
    esp_value (*entry)(esp_target *, uint64_t, uint64_t);
} unit;

typedef struct fake {
    unit units[16];
    uint32_t n;
    uint32_t compiles, discards, closes;
    int tier;
    bool decline;
    uint32_t stops, late;       /* of a reading; and changes told late */
    uint32_t hot;               /* what a declined target gets */
    const char *why;
} fake;

static esp_value compiled1(esp_target *t, uint64_t p, uint64_t tag)
{
    (void)t, (void)tag;
    return mini_int((int64_t)p + 1000);
}

static esp_answer compile(void *self, esp_target *t, int tier)
{
    fake *f = self;
    unit *u;

    f->compiles++;
    f->tier = tier;
    if (f->decline || f->n == 16) {
        t->hot = f->hot;
        return ESP_DECLINED;
    }
    if (t->tiering->code)
        ((unit *)t->tiering->code)->target = NULL;
    u = &f->units[f->n++];
    *u = (unit){ t, compiled1 };
    esp_depend(esp_target_dependents(t), u);
    esp_tier_install(t, u, (void *)u->entry, tier);
    return ESP_COMPILED;
}

static void discard(void *self, void *code, const char *why)
{
    fake *f = self;
    unit *u = code;

    f->discards++;
    f->why = why;
    if (u->target && u->target->tiering->code == u)
        esp_tier_remove(u->target);
    u->target = NULL;
}

static void stop(void *self, const char *why)
{
    fake *f = self;

    f->stops++;
    f->why = why;
}

static void told_late(void *self, const esp_node *node, const char *why)
{
    (void)node, (void)why;
    ((fake *)self)->late++;
}

static void close_fake(void *self)
{
    ((fake *)self)->closes++;
}

static esp_context *start(fake *f, const esp_options *options)
{
    char error[200];
    esp_engine *e = esp_engine_new(options, error, sizeof error);
    esp_compiler compiler = { .self = f, .compile = compile,
                              .discard = discard, .stop = stop,
                              .told_late = told_late, .close = close_fake };

    esp_engine_set_compiler(e, &compiler);
    return mini_open(e);
}

/* ---- when -------------------------------------------------------------- */

static void thresholds(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 2 };
    esp_context *c = start(&f, &options);
    esp_target *t;

    mini_define(c, "(def id (x) x)");
    t = mini_find(c, "id")->target;
    for (int i = 1; i < 400; i++)
        CHECK_INT(mini_run1(c, "id", i), i);
    CHECK(f.compiles == 0);
    CHECK_INT(mini_run1(c, "id", 1), 1001);
    CHECK(f.compiles == 1 && f.tier == 1);
    CHECK(t->hot == 10000);
    CHECK(t->tiering->code == &f.units[0] && t->tiering->tier == 1);
    CHECK(esp_engine_stats(c->engine)->compilations == 1);

    /* What tier-1 code would do. */
    t->heat = 10000;
    CHECK(esp_target_hot(t));
    CHECK(f.compiles == 2 && f.tier == 2 && t->hot == UINT32_MAX);
    CHECK(!esp_target_hot(t));
    CHECK(f.compiles == 2);
    mini_close(c);
    CHECK(f.closes == 1);
}

static void loops_are_hot(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .heat1 = 50 };
    esp_context *c = start(&f, &options);

    mini_define(c, "(def l (n) (set i 0)"
                  "    (while (< i n) (set i (+ i 1))) i)");
    CHECK_INT(mini_run1(c, "l", 48), 48);
    CHECK(f.compiles == 0);
    CHECK_INT(mini_run1(c, "l", 7), 1007);
    CHECK(f.compiles == 1 && f.tier == 1);
    CHECK(mini_find(c, "l")->target->hot == UINT32_MAX);
    mini_close(c);
}

/* Who calls compiled code is sooner hot than who calls the interpreter. */
static void calls_are_hot(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .heat1 = 50 };
    esp_context *c = start(&f, &options);
    esp_target *caller;

    mini_define(c, "(def id (x) x) (def call (x) (id x))");
    caller = mini_find(c, "call")->target;
    CHECK_INT(mini_run1(c, "call", 1), 1);
    CHECK(caller->heat == 1);
    while (f.compiles == 0)
        mini_run1(c, "id", 1);
    CHECK_INT(mini_run1(c, "call", 1), 1001);
    CHECK(caller->heat > 8 && caller->heat < 50 && f.compiles == 1);
    while (f.compiles == 1)
        mini_run1(c, "call", 1);
    CHECK(caller->tiering->code == &f.units[1] && caller->heat < 80);
    mini_close(c);
}

static void at_once(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .compile = ESP_COMPILE_NOW };
    esp_context *c = start(&f, &options);

    mini_define(c, "(def id (x) x)");
    CHECK_INT(mini_run1(c, "id", 1), 1001);
    CHECK(f.compiles == 1);
    mini_close(c);
}

static void never(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 0, .heat1 = 1 };
    esp_context *c = start(&f, &options);
    esp_target *t;

    mini_define(c, "(def id (x) x)");
    for (int i = 0; i < 100; i++)
        CHECK_INT(mini_run1(c, "id", i), i);
    CHECK(f.compiles == 0);
    t = mini_find(c, "id")->target;
    t->heat = UINT32_MAX - 1;
    CHECK_INT(mini_run1(c, "id", 1), 1);
    CHECK(t->heat == 0 && t->hot == UINT32_MAX);
    mini_close(c);

    /* No compiler at all. */
    options = (esp_options){ .tier = 2, .compile = ESP_COMPILE_NOW };
    c = mini_start(&options);
    mini_define(c, "(def id (x) x)");
    CHECK_INT(mini_run1(c, "id", 1), 1);
    mini_close(c);
}

static void declined(void)
{
    fake f = { .decline = true, .hot = 20 };
    esp_options options = { .tier = 1, .heat1 = 10 };
    esp_context *c = start(&f, &options);
    esp_target *t;

    mini_define(c, "(def id (x) x)");
    t = mini_find(c, "id")->target;
    for (int i = 0; i < 19; i++)
        CHECK_INT(mini_run1(c, "id", i), i);
    CHECK(f.compiles == 1 && t->hot == 20);
    /* A compiler that forgets to say when is not asked for ever. */
    for (int i = 0; i < 50; i++)
        CHECK_INT(mini_run1(c, "id", i), i);
    CHECK(f.compiles == 2 && t->hot == UINT32_MAX);
    CHECK(esp_engine_stats(c->engine)->declined == 2);
    mini_close(c);
}

/* ---- invalidation ------------------------------------------------------ */

static void changes_discard(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .heat1 = 3 };
    esp_context *c = start(&f, &options);
    esp_target *t;
    esp_node *body;
    uint32_t version;

    mini_define(c, "(def id (x) (do x))");
    t = mini_find(c, "id")->target;
    for (int i = 0; i < 3; i++)
        mini_run1(c, "id", i);
    CHECK_INT(mini_run1(c, "id", 1), 1001);
    version = t->tiering->version;
    body = t->body;
    esp_node_replace(esp_node_child(body, 0),
                     mini_literal(c, body->section, mini_int(5)), "test");
    CHECK(f.discards == 1 && !strcmp(f.why, "test"));
    CHECK(t->tiering->version == version + 1);
    CHECK(t->tiering->code == NULL && t->heat == 0 && t->hot == 3);
    CHECK(t->tiering->dependents.n == 0);
    CHECK_INT(mini_run1(c, "id", 1), 5);
    CHECK_INT(mini_run1(c, "id", 1), 5);
    CHECK_INT(mini_run1(c, "id", 1), 1001);
    CHECK(f.compiles == 2);

    /* Code that had the tree inlined goes, too. */
    esp_depend(esp_target_dependents(t), &f.units[8]);
    esp_depend(esp_target_dependents(t), &f.units[8]);
    esp_depend(esp_target_dependents(t), &f.units[9]);
    esp_undepend(esp_target_dependents(t), &f.units[9]);
    CHECK(t->tiering->dependents.n == 2);
    esp_node_changing(body);
    esp_node_changed(body, "test");
    CHECK(f.discards == 3);
    CHECK(esp_engine_stats(c->engine)->invalidations == 3);
    mini_close(c);
}

static void patience(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .heat1 = 10 };
    esp_context *c = start(&f, &options);
    esp_target *t;
    uint32_t hot[8];

    mini_define(c, "(def id (x) x)");
    t = mini_find(c, "id")->target;
    for (int i = 0; i < 8; i++) {
        hot[i] = t->hot;
        while (!t->tiering->code)
            mini_run1(c, "id", 1);
        esp_node_changing(t->body);
        esp_node_changed(t->body, "test");
    }
    CHECK(hot[0] == 10 && hot[7] == 80);
    for (int i = 1; i < 8; i++)
        CHECK(hot[i] >= hot[i - 1]);
    t->tiering->never = true;
    for (int i = 0; i < 200; i++)
        mini_run1(c, "id", 1);
    CHECK(t->tiering->code == NULL);
    mini_close(c);
}

/* Who comes second hears of it: the one that changes, or the one that reads. */
static void readings(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1, .heat1 = UINT32_MAX };
    esp_context *c = start(&f, &options);
    esp_target *read, *other;
    esp_assumption *a = esp_assumption_new(c, "old"), *young;
    uint32_t first, second;

    mini_define(c, "(def f (a b) (+ a b)) (def g (o) (get o name))"
                   "(def h () (do (set o (new)) (put o name 3) (g o)))");
    read = mini_find(c, "f")->target;
    other = mini_find(c, "g")->target;

    CHECK(a->born == 0);
    CHECK_INT(mini_run(c, "f", 2, (esp_value[]){ mini_int(1), mini_int(2) }),
              3);
    CHECK(f.stops == 0);        /* nobody reads */

    first = esp_reading_begin(c->engine);
    CHECK(esp_claim(esp_target_dependents(read), first));
    CHECK_INT(mini_run(c, "h", 0, NULL), 3);
    CHECK(f.stops == 0);        /* g and h changed, f did not */
    CHECK(!esp_claim(esp_target_dependents(other), first));
    mini_run(c, "f", 2, (esp_value[]){ { .as.d = 1, .tag = MINI_DOUBLE },
                                       { .as.d = 1, .tag = MINI_DOUBLE } });
    CHECK(f.stops == 1);
    esp_node_changing(read->body);
    CHECK(f.stops == 2);        /* before anything is written, */
    esp_node_changed(read->body, "test");
    CHECK(f.stops == 2);        /* not after it */
    esp_unclaim(esp_target_dependents(read));
    esp_node_changing(read->body);
    CHECK(f.stops == 2 && !esp_claimed(esp_target_dependents(read), first));
    esp_node_changed(read->body, "test");
    esp_reading_end(c->engine);

    second = esp_reading_begin(c->engine);
    CHECK(second != first && second);
    CHECK(esp_claim(esp_target_dependents(other), second));
    young = esp_assumption_new(c, "young");
    CHECK(young->born == second);
    CHECK(esp_claim(esp_assumption_dependents(a), second));
    esp_assumption_invalidate(a, "somebody moved");
    CHECK(f.stops == 3 && !strcmp(f.why, "somebody moved"));
    esp_reading_end(c->engine);

    CHECK(f.late == 0);
    esp_node_changed(read->body, "test");       /* without a word before */
    CHECK(f.late == 1);
    CHECK(esp_engine_stats(c->engine)->told_late == 1);
    mini_close(c);
}

static void assumptions(void)
{
    fake f = { 0 };
    esp_text text = { 0 };
    esp_options options = { .tier = 1, .trace = ESP_TRACE_assume,
                            .write = mini_write, .write_arg = &text };
    esp_context *c = start(&f, &options);
    esp_assumption *a = esp_assumption_new(c, "nobody moves");

    CHECK(esp_assumption_valid(a));
    esp_depend(esp_assumption_dependents(a), &f.units[0]);
    esp_depend(esp_assumption_dependents(a), &f.units[1]);
    esp_assumption_invalidate(a, "somebody moved");
    CHECK(!esp_assumption_valid(a) && f.discards == 2);
    CHECK(strstr(text_get(&text), " assume     nobody moves: somebody moved"));
    esp_assumption_invalidate(a, "again");
    esp_assumption_invalidate(NULL, "nothing");
    CHECK(f.discards == 2);
    CHECK(esp_engine_stats(c->engine)->assumptions == 1);

    /* What still rests on something goes with the context. */
    a = esp_assumption_new(c, "stays");
    esp_depend(esp_assumption_dependents(a), &f.units[0]);
    mini_close(c);
    CHECK(f.discards == 3 && !f.why);
    text_free(&text);
}

/* Compiled callers count on the tag of results until there is another one;
 * errors do not count. */
static void results(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1 };
    esp_context *c = start(&f, &options);
    esp_value word = mini_null();
    esp_target *t;
    esp_assumption *steady;

    mini_define(c, "(def id (x) (if (== x 9) (throw x) x))");
    t = mini_find(c, "id")->target;
    mini_run1(c, "id", 9);
    CHECK(t->returns == ESP_RETURNS_NOTHING_YET);
    CHECK_INT(mini_run1(c, "id", 1), 1);
    steady = t->steady;
    CHECK(t->returns == MINI_INT && esp_assumption_valid(steady));
    esp_depend(esp_assumption_dependents(steady), &f.units[0]);
    CHECK_INT(mini_run1(c, "id", 2), 2);
    mini_run1(c, "id", 9);
    CHECK(t->steady == steady && f.discards == 0);
    CHECK(mini_run(c, "id", 1, &word).tag == MINI_NULL);
    CHECK(t->returns == ESP_RETURNS_MANY && f.discards == 1);
    CHECK(!esp_assumption_valid(steady));
    CHECK_INT(mini_run1(c, "id", 3), 3);
    CHECK(t->returns == ESP_RETURNS_MANY && f.discards == 1);
    mini_close(c);
}

/* A function that leaves through a tail call may return anything. */
static void results_of_tail_calls(void)
{
    esp_options options = { .tier = 1 };
    fake f = { 0 };
    esp_context *c = start(&f, &options);

    mini_define(c, "(def id (x) x) (def last (x) (tail id x))");
    CHECK_INT(mini_run1(c, "last", 1), 1);
    CHECK(mini_find(c, "last")->target->returns == ESP_RETURNS_MANY);
    CHECK(mini_find(c, "id")->target->returns == MINI_INT);
    mini_close(c);
}

static void cells(void)
{
    fake f = { 0 };
    esp_options options = { .tier = 1 };
    esp_context *c = start(&f, &options);
    esp_cell *cell = esp_cell_new(c, "global x", mini_int(1));

    CHECK_INT(esp_cell_get(cell), 1);
    CHECK_INT(cell->constant, 1);
    for (int i = 0; i < 10; i++) {
        esp_assumption *before = cell->stable;

        if (before)
            esp_depend(esp_assumption_dependents(before), &f.units[0]);
        esp_cell_set(c, cell, esp_cell_get(cell));
        CHECK(cell->stable == before);
        esp_cell_set(c, cell, mini_int(10 + i));
        CHECK_INT(esp_cell_get(cell), 10 + i);
        CHECK(!before || !esp_assumption_valid(before));
        CHECK((cell->stable != NULL) == (i + 1 < ESP_CELL_WRITES));
    }
    CHECK(f.discards == ESP_CELL_WRITES);
    mini_close(c);
}

/* ---- walks over compiled frames ---------------------------------------- */

/* A machine frame that the fake compiler "finds". */
typedef struct walker {
    esp_compiler compiler;
    char *address[4];
    esp_frame *frame[4];
    uint32_t n;
    char *goes_on;              /* where the last call said, NULL: none yet */
    bool kept, lost;
} walker;

static void *walk(void *self, void *from, void *to, bool keep,
                  bool (*found)(void *arg, esp_frame *frame), void *arg)
{
    walker *w = self;

    w->kept = keep;
    w->lost |= w->goes_on && w->goes_on != from;
    w->goes_on = (char *)to + 8;        /* between two machine frames */
    for (uint32_t i = 0; i < w->n; i++)
        if (w->address[i] > (char *)from && w->address[i] <= (char *)to &&
            !found(arg, w->frame[i]))
            break;
    return w->goes_on;
}

static bool name_frame(void *text, const esp_activation *a)
{
    text_printf(text, "%s%s ", a->target->name, a->compiled ? "*" : "");
    return true;
}

static esp_text walked;
static walker *walking;

static esp_value native_walk(esp_context *context, uint32_t argc,
                             const esp_value *args)
{
    (void)args;
    walking->goes_on = NULL;
    esp_walk(context, argc ? ESP_WRITE : ESP_READ_ONLY, name_frame, &walked);
    return mini_null();
}

/* An activation in "compiled code": a machine frame here, its guest frame
 * nowhere but in the walker; goes on with another function. */
static esp_value native_compiled(esp_context *context, uint32_t argc,
                                 const esp_value *args)
{
    walker *w = walking;
    mini_function *self = args[0].as.p, *next = args[1].as.p;
    esp_frame frame = { .target = self->target,
                        .layout = self->target->layout };
    esp_value v;

    (void)argc, (void)context;
    for (uint32_t i = w->n++; i > 0; i--) {
        w->address[i] = w->address[i - 1];
        w->frame[i] = w->frame[i - 1];
    }
    w->address[0] = __builtin_frame_address(0);
    w->frame[0] = &frame;
    v = esp_enter_guest(next->target, 0, NULL);
    w->n--;
    memmove(w->address, w->address + 1, w->n * sizeof *w->address);
    memmove(w->frame, w->frame + 1, w->n * sizeof *w->frame);
    return v;
}

static void merged_walks(void)
{
    walker w = { .compiler = { .walk = walk } };
    char error[200];
    esp_engine *e = esp_engine_new(NULL, error, sizeof error);
    esp_context *c;

    w.compiler.self = walking = &w;
    esp_engine_set_compiler(e, &w.compiler);
    c = mini_open(e);
    mini_define(c, "(def x () 0) (def y () 0)"
                  "(def inner () (native walk))"
                  "(def b () (native compiled y inner))"
                  "(def a () (native compiled x b))"
                  "(def twice () (native compiled x onlyy))"
                  "(def onlyy () (native compiled y w))"
                  "(def w () (native walk 1))");
    mini_run(c, "a", 0, NULL);
    CHECK(!strcmp(text_get(&walked), "inner y* b x* a "));
    CHECK(!w.kept);
    text_free(&walked);
    mini_run(c, "twice", 0, NULL);
    CHECK(!strcmp(text_get(&walked), "w y* onlyy x* twice "));
    CHECK(w.kept && !w.lost);
    text_free(&walked);
    mini_close(c);
}

int main(void)
{
    static const mini_native_row natives[] = {
        { "walk", native_walk }, { "compiled", native_compiled },
        { NULL, NULL }
    };

    mini_set_natives(natives);
    thresholds();
    loops_are_hot();
    calls_are_hot();
    at_once();
    never();
    declined();
    changes_discard();
    patience();
    readings();
    assumptions();
    results();
    results_of_tail_calls();
    cells();
    merged_walks();
    return mini_finish();
}
