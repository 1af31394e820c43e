/*
 * Large graphs: no pass recurses as deep as a graph is, and all are about
 * linear.
 *
 * Graphs of a few shapes, each at its worst for something: a straight line of
 * sums, one block after the other, branches inside of branches, loops inside
 * of loops and in a row, many states, many parameters.  Each is made small and
 * four times as large; all passes run on both, and the time may grow by a good
 * deal more than four, but not by sixteen.
 */
#include "pe/graph/build.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"
#include "pe/opt/opt.h"
#include "pe/opt/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct maker {
    esp_graph *g;
    esp_build b;
    esp_ref p, q;               /* the parameters */
};

static esp_ref number(struct maker *m, uint64_t c)
{
    return build_const(m->g, TY_i64, c);
}

static esp_ref binary(struct maker *m, esp_op op, esp_ref x, esp_ref y)
{
    return build_binary(&m->b, op, x, y);
}

static uint32_t state_of(struct maker *m, esp_ref x, uint32_t parent)
{
    uint32_t live[4] = { 0, x, 1, m->p };

    return state_make(m->g, &(esp_state){ .point = 1, .parent = parent },
                      live, 2, NULL, 0);
}

/* One value after the other, each from the one before. */
static esp_ref line(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;

    for (uint32_t k = 0; k < n; k++) {
        x = binary(m, k % 3 ? IR_xor : IR_mul, x, m->p);
        x = binary(m, IR_add, x, m->q);
    }
    return x;
}

/* Loads, stores and guards in one block. */
static esp_ref memory(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;

    for (uint32_t k = 0; k < n; k++) {
        x = binary(m, IR_add, x,
                   build_load(&m->b, TY_i64, m->p, k % 512 * 8, 0));
        if (k % 3 == 0)
            build_store(&m->b, m->p, (k + 7) % 512 * 8, x, 0);
        if (k % 5 == 0)
            build_guard(&m->b, binary(m, IR_ne, x, number(m, k)),
                        state_of(m, x, 0), 1);
    }
    return x;
}

/* Branches that meet again, in a row. */
static esp_ref diamonds(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;

    for (uint32_t k = 0; k < n; k++) {
        uint32_t a = graph_block(m->g, false), b = graph_block(m->g, false);
        uint32_t join = graph_block(m->g, false);
        esp_ref y;

        build_br(&m->b, binary(m, IR_slt, x, number(m, k)),
                 a, NULL, 0, b, NULL, 0);
        m->b.block = a;
        y = build_load(&m->b, TY_i64, m->p, k % 64 * 8, 0);
        build_jump(&m->b, join, &y, 1);
        m->b.block = b;
        y = binary(m, IR_add, x, m->q);
        build_jump(&m->b, join, &y, 1);
        m->b.block = join;
        x = graph_param(m->g, join, TY_i64);
    }
    return x;
}

/* Branches inside of branches; the other ways return. */
static esp_ref nest(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;

    for (uint32_t k = 0; k < n; k++) {
        uint32_t in = graph_block(m->g, false), out = graph_block(m->g, false);

        build_br(&m->b, binary(m, IR_slt, number(m, k), x),
                 in, NULL, 0, out, NULL, 0);
        m->b.block = out;
        build_ret(&m->b, x, 0);
        m->b.block = in;
        x = build_load(&m->b, TY_i64, x, 8, 0);
    }
    return x;
}

static esp_ref one_loop(struct maker *m, esp_ref x, uint32_t depth)
{
    uint32_t header = graph_block(m->g, false), body = graph_block(m->g, false);
    uint32_t behind = graph_block(m->g, false);
    esp_ref args[2] = { number(m, 0), x }, i;

    build_jump(&m->b, header, args, 2);
    m->b.block = header;
    i = graph_param(m->g, header, TY_i64);
    x = graph_param(m->g, header, TY_i64);
    build_br(&m->b, binary(m, IR_slt, i, m->q), body, NULL, 0,
             behind, NULL, 0);
    m->b.block = body;
    args[1] = binary(m, IR_add, x,
                     build_load(&m->b, TY_i64, m->p, 8 * (depth % 8), 0));
    if (depth)
        args[1] = one_loop(m, args[1], depth - 1);
    build_guard(&m->b, build_not(&m->b, binary(m, IR_addo, i, number(m, 1))),
                state_of(m, x, 0), 1);
    args[0] = binary(m, IR_add, i, number(m, 1));
    build_jump(&m->b, header, args, 2);
    m->b.block = behind;
    return x;
}

static esp_ref loops(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;

    for (uint32_t k = 0; k < n; k++)
        x = one_loop(m, x, 0);
    return x;
}

static esp_ref nested_loops(struct maker *m, uint32_t n)
{
    return one_loop(m, m->q, n);
}

/* Functions inlined into each other: each guard has all of their states. */
static esp_ref states(struct maker *m, uint32_t n)
{
    esp_ref x = m->q;
    uint32_t parent = 0;

    for (uint32_t k = 0; k < n; k++) {
        x = binary(m, IR_add, x,
                   build_load(&m->b, TY_i64, m->p, k % 512 * 8, 0));
        if (k % 64 == 0)
            parent = 0;
        parent = state_of(m, x, parent);
        build_guard(&m->b, binary(m, IR_ne, x, number(m, k)), parent, 1);
    }
    return x;
}

/* One block with very many ways into it. */
static esp_ref ways(struct maker *m, uint32_t n)
{
    uint32_t join = graph_block(m->g, false);
    uint32_t *arms = ARENA_ARRAY(m->g->arena, uint32_t, n);
    uint64_t *values = ARENA_ARRAY(m->g->arena, uint64_t, n);

    for (uint32_t k = 0; k < n; k++) {
        arms[k] = graph_block(m->g, false);
        values[k] = k;
    }
    build_switch(&m->b, m->q, values, arms, n);
    for (uint32_t k = 0; k < n; k++) {
        esp_ref args[3] = { number(m, k % 7), m->q, number(m, k) };

        m->b.block = arms[k];
        if (k % 2)
            args[1] = build_load(&m->b, TY_i64, m->p, k % 64 * 8, 0);
        build_jump(&m->b, join, args, 3);
    }
    m->b.block = join;
    for (int k = 0; k < 3; k++)
        graph_param(m->g, join, TY_i64);
    return binary(m, IR_add, m->g->blocks.at[join].params.at[0],
                  binary(m, IR_mul, m->g->blocks.at[join].params.at[1],
                         m->g->blocks.at[join].params.at[2]));
}

static const struct shape {
    const char *name;
    esp_ref (*make)(struct maker *m, uint32_t n);
    uint32_t n;                 /* for the large one */
} shapes[] = {
    { "line", line, 50000 }, { "memory", memory, 40000 },
    { "diamonds", diamonds, 20000 }, { "nest", nest, 20000 },
    { "loops", loops, 6000 }, { "nested loops", nested_loops, 400 },
    { "states", states, 10000 }, { "ways", ways, 20000 },
};

static esp_graph *make(esp_unit *u, const struct shape *s, uint32_t n)
{
    struct maker m = { .g = graph_new(u) };
    esp_ref x;

    m.b = (esp_build){ m.g, graph_block(m.g, false) };
    m.p = graph_param(m.g, 0, TY_i64);
    m.q = graph_param(m.g, 0, TY_i64);
    m.g->sig.nargs = 2;
    m.g->sig.arg[0] = m.g->sig.arg[1] = m.g->sig.result[0] = TY_i64;
    m.g->sig.nresults = 1;
    x = s->make(&m, n);
    build_ret(&m.b, x, 0);
    return m.g;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool good(esp_graph *g, const char *name, const char *step)
{
    const char *wrong = graph_verify(g);

    if (wrong)
        printf("FAIL %s: %s: %.300s\n", name, step, wrong);
    return !wrong;
}

/* Runs a pipeline; the time that it takes, without verifying, or -1. */
static double run(esp_unit *u, const struct shape *s, uint32_t n,
                  const char *only)
{
    esp_graph *g = make(u, s, n);
    const opt_pass *const *p = opt_pipeline(2);
    const char *wrong;
    esp_schedule *schedule;
    double total = 0, start;

    if (!good(g, s->name, "new"))
        return -1;
    for (; *p; p++) {
        start = seconds();
        opt_run(g, *p);
        if (only)
            printf("    %-10s %8.2f ms\n", (*p)->name,
                   (seconds() - start) * 1e3);
        total += seconds() - start;
        if (!good(g, s->name, (*p)->name))
            return -1;
    }
    start = seconds();
    schedule = opt_schedule(g);
    if (only)
        printf("    schedule   %8.2f ms\n", (seconds() - start) * 1e3);
    total += seconds() - start;
    wrong = schedule_verify(g, schedule);
    if (wrong)
        printf("FAIL %s: schedule: %s\n", s->name, wrong);
    return wrong ? -1 : total;
}

static bool test(const struct shape *s, const char *only)
{
    static esp_unit u;
    static double small, large;

    unit_init(&u, s->name);
    small = large = -1;
    if (setjmp(u.declined)) {
        printf("FAIL %s: %s\n", s->name, u.detail);
    } else {
        small = run(&u, s, s->n / 4, NULL);
        large = run(&u, s, s->n, only);
        printf("%-14s %8.2f ms, %8.2f ms\n", s->name, small * 1e3,
               large * 1e3);
    }
    unit_free(&u);
    if (small >= 0 && large >= 0 && large > 16 * small + 0.05) {
        printf("FAIL %s: not near linear\n", s->name);
        return false;
    }
    return small >= 0 && large >= 0;
}

/* With the name of a shape: only this one, and the times of all passes. */
int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    int passed = 0, failed = 0;

    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        if (only && strcmp(only, shapes[k].name) && strcmp(only, "all"))
            continue;
        if (test(&shapes[k], only))
            passed++;
        else
            failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
