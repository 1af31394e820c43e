/*
 * Random graphs: compiled code does what the reference executor does.
 *
 *     compiled [SEED [COUNT]]
 *
 * A graph is compiled with all registers or with few, its allocation checked,
 * and run on arguments that the reference executor gets as well.  When an exit
 * is taken, each value of its frame state must be where the code says it is.
 * On a difference the seed and the graph are printed.
 */
#include "backend/compile.h"
#include "pe/graph/print.h"
#include "tests/fuzz/helper_graphs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 6 };

/* The run that is going on, for the exit. */
static esp_run *current;
static esp_graph *current_graph;

static struct deopt_result leave(const struct deopt_regs *regs, void *machine,
                                 esp_code *code, uint32_t exit)
{
    const esp_point *p = &code->exits[exit];
    const code_regs r = { regs->gpr, regs->fpr };
    esp_ref refs[RUN_VALUES];

    current->end = RUN_GUARD;
    current->state = p->state;
    current->reason = p->reason;
    current->nvalues = graph_state_refs(current_graph, p->state, refs,
                                        RUN_VALUES);
    for (uint32_t k = 0; k < current->nvalues && k < p->nlocs; k++) {
        const esp_loc *loc = &code->locs[p->locs + k];
        unsigned bytes = type_size[loc->type];
        uint64_t mask = loc->type == TY_i1 ? 1 : ~(uint64_t)0 >> (64 - 8 * bytes);

        current->values[k] = code_read(loc, &r, machine) & mask;
        if (loc->ref != refs[k])
            current->why = "another value";
    }
    return (struct deopt_result){ 1, 2 };
}

struct floats { double f, g; };
struct both { uint64_t i, j; };
typedef struct floats float_function(uint64_t, uint64_t, uint64_t, uint32_t,
                                     double);
typedef struct both integer_function(uint64_t, uint64_t, uint64_t, uint32_t,
                                     uint64_t);

static void run_compiled(void *arg, esp_graph *g, esp_run *run,
                         const uint64_t *args)
{
    const void *entry = arg;
    double d;

    current = run;
    current_graph = g;
    run->end = RUN_RETURNED;
    if (g->sig.result[1] == TY_f64) {
        struct floats m;

        memcpy(&d, &args[4], sizeof d);
        m = ((float_function *)(uintptr_t)entry)(args[0], args[1], args[2],
                                                 (uint32_t)args[3], d);
        memcpy(&run->r[0], &m.f, sizeof m.f);
        memcpy(&run->r[1], &m.g, sizeof m.g);
    } else {
        struct both b = ((integer_function *)(uintptr_t)entry)
            (args[0], args[1], args[2], (uint32_t)args[3], args[4]);

        run->r[0] = b.i;
        run->r[1] = b.j;
    }
}

static void fail(const esp_graph *g, uint64_t seed, const char *why)
{
    esp_text t = { 0 };

    graph_print(g, &t);
    printf("FAIL seed %" PRIu64 ": %s\n%s\n", seed, why, text_get(&t));
    text_free(&t);
}

/* Reading after a loop has ended by accident, or memory that nobody wrote, is
 * not what this is about. */
static bool runs_alike(esp_graph *g, const esp_code *code, uint64_t seed)
{
    static random_outcome a, b;

    for (uint64_t k = 0; k < RUNS; k++) {
        esp_text why = { 0 };
        bool same = true;

        random_run(g, seed + k, &a);
        if (a.run.end != RUN_TRAP && a.run.end != RUN_STEPS
            && !a.run.unspecified) {
            random_run_by(g, seed + k, &b, run_compiled, (void *)code->entry);
            same = random_same(&a, &b, &why);
            if (b.run.why)
                same = false;
            random_free(&b);
        }
        random_free(&a);
        if (!same)
            fail(g, seed, text_get(&why));
        text_free(&why);
        if (!same)
            return false;
    }
    return true;
}

static bool try_graph(esp_unit *u, const random_options *o,
                      esp_code_cache *cache)
{
    esp_graph *g = random_graph(u, o);
    struct compile_env env = { .cache = cache, .deopt_entry = (void *)leave,
                               .few = o->seed % 3 == 0 ? 6 : 0 };
    esp_code *code;
    bool same;

    u->check = 1;
    u->tier = (int)(o->seed % 2) + 1;
    code = compile_graph(u, g, &env);
    same = runs_alike(g, code, o->seed);
    code_free(cache, code);
    return same;
}

static bool try_in_unit(const random_options *o, esp_code_cache *cache)
{
    static esp_unit u;
    static bool passed;

    unit_init(&u, "random");
    passed = false;
    if (!setjmp(u.declined))
        passed = try_graph(&u, o, cache);
    else
        printf("FAIL seed %" PRIu64 ": %s: %s: %s\n", o->seed, u.step,
               bailout_name(u.bailout), u.detail);
    unit_free(&u);
    return passed;
}

static bool try_seed(uint64_t seed, esp_code_cache *cache)
{
    uint64_t rng = seed;
    random_options o = { .seed = seed, .no_vobjs = true, .no_slots = true };

    o.size = 3 + (unsigned)(random_next(&rng) % 60);
    o.raw = random_next(&rng) % 2;
    o.no_floats = random_next(&rng) % 3 == 0;
    o.no_guards = random_next(&rng) % 4 == 0;
    o.no_calls = random_next(&rng) % 2 == 0;
    o.no_memory = random_next(&rng) % 4 == 0;
    o.much_memory = random_next(&rng) % 4 == 0;
    o.much_order = random_next(&rng) % 4 == 0;
    return try_in_unit(&o, cache);
}

int main(int argc, char **argv)
{
    const char *is_long = getenv("ESP_TEST_LONG"), *error;
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 0)
                   : is_long && *is_long == '1' ? 50000 : 1500;
    esp_code_cache *cache = code_cache_new(1 << 20, &error);
    unsigned passed = 0, failed = 0;

    if (!cache) {
        printf("%s\n", error);
        return 2;
    }
    for (uint64_t k = 0; k < count && failed < 5; k++)
        *(try_seed(seed + k, cache) ? &passed : &failed) += 1;
    code_cache_free(cache);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
