/*
 * esptest: runs steps of the compiler on a text and compares the result.
 *
 *     esptest [--bless] FILE.ir...
 *
 * The first line of FILE.ir says what to run on the graph that follows:
 *
 *     ; run: gvn dce
 *     ; run: cleanup schedule
 *     ; run: exec 1 2
 *     ; run: none
 *     ; run: select ra
 *
 * or on the LIR that follows:
 *
 *     ; run: lir ra
 *
 * Code is selected for x86-64, on every machine, or for AArch64 if the line
 * starts with that:
 *
 *     ; run: a64 select ra
 *
 * FILE.out has what must come out: the graph, the schedule, LIR, or what the
 * executor found.  A text that cannot be parsed, and a graph that the verifier
 * refuses, before or after a step, give a line with the message.  --bless
 * writes FILE.out.
 */
#include "backend/lir/select.h"
#include "backend/ra/ra.h"
#include "pe/graph/exec.h"
#include "pe/graph/print.h"
#include "pe/opt/opt.h"
#include "pe/opt/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct test {
    esp_unit *u;
    esp_graph *g;
    const esp_isa *isa;
    lir *l;
    esp_text out;
    const char *words;          /* what is left of the first line */
    char word[64];
    bool printed;
};

static bool next_word(struct test *t)
{
    size_t n;

    t->words += strspn(t->words, " ");
    n = strcspn(t->words, " \n");
    if (n == 0 || n >= sizeof t->word)
        return false;
    memcpy(t->word, t->words, n);
    t->word[n] = 0;
    t->words += n;
    return true;
}

static bool verify(struct test *t, const char *when)
{
    const char *wrong = graph_verify(t->g);

    if (wrong)
        text_printf(&t->out, "%s: %s\n", when, wrong);
    return !wrong;
}

static bool show_schedule(struct test *t)
{
    esp_schedule *s = opt_schedule(t->g);
    const char *wrong = schedule_verify(t->g, s);

    schedule_print(t->g, s, &t->out);
    if (wrong)
        text_printf(&t->out, "%s\n", wrong);
    return true;
}

static const char *const run_ends[] = {
    [RUN_RETURNED] = "returned", [RUN_GUARD] = "guard", [RUN_DEOPT] = "deopt",
    [RUN_UNREACHABLE] = "unreachable", [RUN_TRAP] = "trap",
    [RUN_STEPS] = "steps", [RUN_CANNOT] = "cannot"
};

/* Runs with the rest of the line as arguments. */
static bool execute(struct test *t)
{
    static esp_run run;
    uint64_t args[SIG_MAX_ARGS] = { 0 };
    int n = 0;

    while (n < SIG_MAX_ARGS && next_word(t))
        args[n++] = strtoull(t->word, NULL, 0);
    run = (esp_run){ .max_steps = 100000, .valid = true };
    graph_run(t->g, &run, args);
    text_printf(&t->out, "%s", run_ends[run.end]);
    for (unsigned k = 0; run.end == RUN_RETURNED && k < t->g->sig.nresults; k++)
        text_printf(&t->out, " %" PRId64, (int64_t)run.r[k]);
    if (run.end == RUN_GUARD || run.end == RUN_DEOPT)
        text_printf(&t->out, " state %u reason %u", run.state, run.reason);
    for (uint32_t k = 0; k < run.nvalues; k++)
        text_printf(&t->out, " %" PRId64, (int64_t)run.values[k]);
    text_printf(&t->out, "%s%s\n", run.why ? ": " : "", run.why ? run.why : "");
    return true;
}

static bool good_lir(struct test *t, const char *wrong)
{
    if (wrong)
        text_printf(&t->out, "%s: %s\n", t->word, wrong);
    return !wrong;
}

static bool select_code(struct test *t)
{
    const uint8_t *valid = (const uint8_t *)0x1000;

    t->l = select_graph(t->g, opt_schedule(t->g), t->isa, valid);
    return good_lir(t, lir_verify(t->l));
}

/* With the number of registers that there are to be of each class, or all. */
static bool allocate(struct test *t)
{
    unsigned few = next_word(t) ? (unsigned)strtoul(t->word, NULL, 0) : 0;

    if (!t->l)
        return good_lir(t, "there is no LIR");
    ra_run(t->l, few);
    return good_lir(t, ra_check(t->l));
}

static bool parse_lir(struct test *t, const char *text)
{
    t->l = lir_parse(t->u, t->isa->machine, text, &t->out);
    if (!t->l)
        text_char(&t->out, '\n');
    return t->l && good_lir(t, lir_verify(t->l));
}

/* A step; false when there is nothing to go on with. */
static bool step(struct test *t)
{
    const opt_pass *pass = opt_find(t->word);

    if (!strcmp(t->word, "none"))
        return true;
    if (!strcmp(t->word, "select"))
        return select_code(t);
    if (!strcmp(t->word, "ra"))
        return allocate(t);
    t->printed = !pass;
    if (!strcmp(t->word, "schedule"))
        return show_schedule(t);
    if (!strcmp(t->word, "exec"))
        return execute(t);
    if (!pass) {
        text_printf(&t->out, "no step '%s'\n", t->word);
        return false;
    }
    opt_run(t->g, pass);
    return verify(t, pass->name);
}

static void run(struct test *t, const char *text)
{
    static const char key[] = "; run:";

    if (strncmp(text, key, strlen(key))) {
        text_printf(&t->out, "the first line does not say what to run\n");
        return;
    }
    t->words = text + strlen(key);
    t->isa = &x64_isa;
    if (!strncmp(t->words, " a64 ", 5)) {
        t->words += 4;
        t->isa = &a64_isa;
    }
    if (!strncmp(t->words, " lir", 4)) {
        if (!next_word(t) || !parse_lir(t, text))
            return;
    } else {
        t->g = graph_parse(t->u, text, &t->out);
        if (!t->g) {
            text_char(&t->out, '\n');
            return;
        }
        if (!verify(t, "input"))
            return;
    }
    while (next_word(t))
        if (!step(t))
            return;
    if (t->l)
        lir_print(t->l, &t->out);
    else if (!t->printed)
        graph_print(t->g, &t->out);
}

/* ---- files ------------------------------------------------------------ */

static bool read_file(const char *name, esp_text *t)
{
    FILE *f = fopen(name, "r");
    char buffer[4096];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_add(t, buffer, n);
    fclose(f);
    return true;
}

static bool write_file(const char *name, const esp_text *t)
{
    FILE *f = fopen(name, "w");

    if (!f)
        return false;
    fwrite(text_get(t), 1, t->n, f);
    return fclose(f) == 0;
}

static void first_difference(const char *want, const char *got)
{
    unsigned line = 1;

    while (*want && *want == *got) {
        line += *want == '\n';
        want++;
        got++;
    }
    printf("    line %u: expected '%.*s'\n    and got '%.*s'\n", line,
           (int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
}

/* Runs the steps in a unit of their own. */
static void run_in_unit(struct test *t, const char *text)
{
    static esp_unit u;

    unit_init(&u, "test");
    u.check = 1;
    t->u = &u;
    if (setjmp(u.declined))
        text_printf(&t->out, "%s: %s\n", bailout_name(u.bailout), u.detail);
    else
        run(t, text);
    unit_free(&u);
}

static bool compare(const char *name, const char *out_name,
                    const esp_text *got)
{
    esp_text want = { 0 };
    bool good = false;

    if (!read_file(out_name, &want)) {
        printf("FAIL %s: there is no %s\n", name, out_name);
    } else {
        good = !strcmp(text_get(&want), text_get(got));
        if (!good) {
            printf("FAIL %s\n", name);
            first_difference(text_get(&want), text_get(got));
        }
    }
    text_free(&want);
    return good;
}

static bool test_file(const char *name, bool bless)
{
    struct test t = { 0 };
    esp_text text = { 0 };
    char out_name[4096];
    bool good;

    snprintf(out_name, sizeof out_name, "%.*sout", (int)strlen(name) - 2, name);
    if (!read_file(name, &text)) {
        printf("FAIL %s: cannot be read\n", name);
        return false;
    }
    run_in_unit(&t, text_get(&text));
    good = bless ? write_file(out_name, &t.out)
                 : compare(name, out_name, &t.out);
    text_free(&text);
    text_free(&t.out);
    return good;
}

int main(int argc, char **argv)
{
    bool bless = argc > 1 && !strcmp(argv[1], "--bless");
    int passed = 0, failed = 0;

    for (int i = 1 + bless; i < argc; i++)
        if (test_file(argv[i], bless))
            passed++;
        else
            failed++;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
