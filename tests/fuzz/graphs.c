/*
 * Random graphs: passes keep their meaning, and text keeps all of them.
 *
 *     graphs [SEED [COUNT [PASS...]]]
 *
 * Each graph is made twice from one seed.  The second one is taken through
 * passes; then both run on the same arguments in the reference executor.  On a
 * difference the seed, the pass and both graphs are printed.
 */
#include "tests/fuzz/helper_graphs.h"
#include "pe/graph/print.h"
#include "pe/opt/opt.h"
#include "pe/opt/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const opt_pass *only[16];        /* of the command line; NULL ends */

enum { RUNS = 6 };

static void fail(uint64_t seed, const char *what, const char *why,
                 const esp_graph *before, const esp_graph *after)
{
    esp_text t = { 0 };

    printf("FAIL seed %" PRIu64 ": %s: %s\n", seed, what, why);
    if (before)
        graph_print(before, &t);
    if (after) {
        text_printf(&t, "\n---- after ----\n\n");
        graph_print(after, &t);
    }
    printf("%s\n", text_get(&t));
    text_free(&t);
}

/* Does `after` do what `before` does? */
static bool same_meaning(esp_graph *before, esp_graph *after, uint64_t seed,
                         const char *what)
{
    static random_outcome a, b;

    for (uint64_t k = 0; k < RUNS; k++) {
        esp_text why = { 0 };
        bool same;

        random_run(before, seed + k, &a);
        random_run(after, seed + k, &b);
        same = random_same(&a, &b, &why);
        if (!same)
            fail(seed, what, text_get(&why), before, after);
        random_free(&a);
        random_free(&b);
        text_free(&why);
        if (!same)
            return false;
    }
    return true;
}

static bool good(esp_graph *g, uint64_t seed, const char *what)
{
    const char *wrong = graph_verify(g);

    if (wrong)
        fail(seed, what, wrong, g, NULL);
    return !wrong;
}

/* print, parse, print: the same text, and an equal graph */
static bool same_text(esp_graph *g, uint64_t seed)
{
    esp_text a = { 0 }, b = { 0 }, why = { 0 };
    esp_graph *back;
    bool same;

    graph_print(g, &a);
    back = graph_parse(g->unit, text_get(&a), &why);
    if (back) {
        graph_print(back, &b);
        same = !strcmp(text_get(&a), text_get(&b));
        if (same)
            same = graph_equal(g, back, true, &why);
        else
            text_printf(&why, "another text");
    } else {
        same = false;
    }
    if (!same)
        fail(seed, "text", text_get(&why), g, back);
    text_free(&a);
    text_free(&b);
    text_free(&why);
    return same;
}

/* A text with some damage is refused, or is another graph; nothing worse. */
static void read_damaged(esp_graph *g, uint64_t seed)
{
    esp_text text = { 0 }, error = { 0 };
    uint64_t rng = seed;
    esp_graph *back;

    graph_print(g, &text);
    for (unsigned k = 1 + random_next(&rng) % 4; k > 0; k--) {
        size_t at = random_next(&rng) % text.n;
        size_t from = random_next(&rng) % text.n;

        text.s[at] = random_next(&rng) % 4 ? text.s[from]
                   : (char)(' ' + random_next(&rng) % 95);
    }
    back = graph_parse(g->unit, text_get(&text), &error);
    if (back)
        graph_verify(back);
    text_free(&text);
    text_free(&error);
}

static bool good_schedule(esp_graph *g, uint64_t seed)
{
    esp_schedule *s = opt_schedule(g);
    const char *wrong = schedule_verify(g, s);

    if (wrong) {
        esp_text t = { 0 };

        fail(seed, "schedule", wrong, g, NULL);
        schedule_print(g, s, &t);
        printf("%s\n", text_get(&t));
        text_free(&t);
    }
    return !wrong;
}

/* A pass that was asked for; those of the second tier for every other seed, or
 * six random ones. */
static const opt_pass *choose(uint64_t seed, unsigned k)
{
    uint64_t rng = seed + k;
    unsigned n = 0;

    if (only[0])
        return only[k];
    if (seed % 2)
        return opt_pipeline(2)[k];
    if (k == 6)
        return NULL;
    while (opt_passes[n].name)
        n++;
    return &opt_passes[random_next(&rng) % n];
}

static bool try_passes(esp_unit *u, const random_options *o)
{
    esp_graph *before = random_graph(u, o), *after = random_graph(u, o);
    char what[256] = "";
    const opt_pass *pass;

    if (!good(before, o->seed, "new") || !same_text(before, o->seed)
        || !good_schedule(before, o->seed))
        return false;
    read_damaged(before, o->seed);
    for (unsigned k = 0; (pass = choose(o->seed, k)) != NULL; k++) {
        snprintf(what + strlen(what), sizeof what - strlen(what), " %s",
                 pass->name);
        opt_run(after, pass);
        if (!good(after, o->seed, what) || !good_schedule(after, o->seed)
            || !same_meaning(before, after, o->seed, what))
            return false;
    }
    return same_text(after, o->seed);
}

static bool try_in_unit(const random_options *o)
{
    static esp_unit u;
    static bool passed;

    unit_init(&u, "random");
    u.check = o->seed % 3 ? 0 : 2;
    u.seed = o->seed;
    passed = false;
    if (!setjmp(u.declined))
        passed = try_passes(&u, o);
    else
        printf("FAIL seed %" PRIu64 ": %s: %s\n", o->seed,
               bailout_name(u.bailout), u.detail);
    unit_free(&u);
    return passed;
}

static bool try_seed(uint64_t seed)
{
    uint64_t rng = seed;
    random_options o = { .seed = seed };

    o.size = 5 + (unsigned)(random_next(&rng) % 60);
    o.raw = random_next(&rng) % 2;
    o.no_floats = random_next(&rng) % 3 == 0;
    o.no_guards = random_next(&rng) % 4 == 0;
    o.no_calls = random_next(&rng) % 3 == 0;
    o.no_memory = random_next(&rng) % 4 == 0;
    o.no_vobjs = o.no_guards || random_next(&rng) % 2;
    o.much_memory = random_next(&rng) % 3 == 0;
    o.much_order = !o.much_memory && random_next(&rng) % 2;
    return try_in_unit(&o);
}

int main(int argc, char **argv)
{
    const char *is_long = getenv("ESP_TEST_LONG");
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 0)
                   : is_long && *is_long == '1' ? 50000 : 1500;
    unsigned passed = 0, failed = 0;

    for (int i = 3; i < argc && i < 18; i++) {
        only[i - 3] = opt_find(argv[i]);
        if (!only[i - 3]) {
            printf("no pass %s\n", argv[i]);
            return 2;
        }
    }
    for (uint64_t k = 0; k < count && failed < 5; k++)
        if (try_seed(seed + k))
            passed++;
        else
            failed++;
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0;
}
