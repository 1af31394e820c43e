/*
 * Code that is larger than conditional branches reach.
 *
 * Between a branch and its target, a guard and its exit, a constant's use and
 * the constant, a switch and its cases stand more bytes than each of AArch64's
 * short forms spans: 32 KB for tests of a bit, 1 MB for the others.  The code
 * is run both ways and gives what it should.
 */
#include "backend/compile.h"
#include "pe/graph/build.h"
#include "pe/graph/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 1024 };

static esp_code_cache *cache;
static int64_t cells[CELLS];
static unsigned passed, failed, exits;

typedef int64_t function(int64_t x, int64_t y, double d, int64_t *to);

static void expect(const char *what, int64_t got, int64_t wanted)
{
    if (got == wanted) {
        passed++;
        return;
    }
    failed++;
    printf("FAIL %s: %lld instead of %lld\n", what, (long long)got,
           (long long)wanted);
}

static struct deopt_result leave(const struct deopt_regs *regs, void *machine,
                                 esp_code *code, uint32_t exit)
{
    (void)regs;
    (void)machine;
    (void)code;
    exits++;
    return (struct deopt_result){ 1000 + exit, 0 };
}

/* n instructions that nobody can leave out. */
static void fill(esp_build *b, esp_ref to, esp_ref value, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        build_store(b, to, 8 * (int64_t)(2 * k % CELLS), value, INS_VOLATILE);
}

/*
 *     if (x & 8) goto over;               a bit is tested
 *     guard y != 77;                      its exit is at the end
 *     fill
 *     if (y == 0) return d + 1.5 < 4;     a comparison; a constant
 *     if (d < 2) return 3;                flags
 *   over:
 *     fill
 *     switch (y) { case 5: return 50; case 6: return 60; ... }
 */
static esp_graph *make(esp_unit *u, uint32_t n)
{
    esp_graph *g = graph_new(u);
    uint32_t start = graph_block(g, false), far = graph_block(g, false);
    uint32_t over = graph_block(g, false), zero = graph_block(g, false);
    uint32_t next = graph_block(g, false), three = graph_block(g, false);
    uint32_t cases[8];
    uint64_t values[8];
    esp_build b = { g, start };
    esp_ref x = graph_param(g, start, TY_i64), y = graph_param(g, start, TY_i64);
    esp_ref d = graph_param(g, start, TY_f64);
    esp_ref to = graph_param(g, start, TY_i64), bit, sum;
    esp_state state = { .point = 1 };

    g->sig = (esp_sig){ .nargs = 4, .nresults = 1,
                        .arg = { TY_i64, TY_i64, TY_f64, TY_i64 },
                        .result = { TY_i64 } };
    bit = build_binary(&b, IR_and, x, build_const(g, TY_i64, 8));
    build_br(&b, build_binary(&b, IR_ne, bit, build_const(g, TY_i64, 0)),
             over, NULL, 0, far, NULL, 0);

    b.block = far;
    build_guard(&b, build_binary(&b, IR_ne, y, build_const(g, TY_i64, 77)),
                state_make(g, &state, NULL, 0, NULL, 0), 0);
    fill(&b, to, x, n);
    build_br(&b, build_binary(&b, IR_eq, y, build_const(g, TY_i64, 0)),
             zero, NULL, 0, next, NULL, 0);

    b.block = zero;
    sum = build_binary(&b, IR_fadd, d, build_const(g, TY_f64,
                                                   0x3ff8000000000001));
    bit = build_binary(&b, IR_flt, sum, build_const(g, TY_f64,
                                                    0x4010000000000001));
    build_ret(&b, build_convert(&b, IR_zext, TY_i64, bit), 0);

    b.block = next;
    build_br(&b, build_binary(&b, IR_flt, d, build_const(g, TY_f64,
                                                         0x4000000000000000)),
             three, NULL, 0, over, NULL, 0);
    b.block = three;
    build_ret(&b, build_const(g, TY_i64, 3), 0);

    for (uint32_t k = 0; k < 8; k++) {
        values[k] = k;
        cases[k] = graph_block(g, false);
    }
    b.block = over;
    fill(&b, to, y, n);
    build_switch(&b, y, values, cases, 8);
    for (uint32_t k = 0; k < 8; k++) {
        b.block = cases[k];
        build_ret(&b, build_const(g, TY_i64, 10 * k), 0);
    }
    return g;
}

static void check(function *f, uint32_t n)
{
    int64_t last = n > 0;

    printf("%u instructions\n", n);
    expect("over", f(8, 5, 0, cells), 50);
    expect("what it stored", cells[0], 5 * last);
    expect("over, another case", f(15, 6, 0, cells), 60);
    expect("over, no case", f(8, 77, 0, cells), 70);
    exits = 0;
    expect("exit", f(7, 77, 0, cells), 1000);
    expect("exits", exits, 1);
    expect("constant", f(0, 0, 2.25, cells), 1);
    expect("constant", f(0, 0, 2.75, cells), 0);
    expect("three", f(7, 1, 1.5, cells), 3);
    expect("what it stored", cells[0], 7 * last);
    expect("all the way", f(7, 2, 2.5, cells), 20);
}

static void try_size(uint32_t n)
{
    static esp_unit u;
    struct compile_env env = { .cache = cache, .deopt_entry = (void *)leave,
                               .as_it_is = true };
    esp_code *code;

    unit_init(&u, "far");
    u.tier = 1;
    if (setjmp(u.declined)) {
        printf("FAIL %u: %s\n", n, u.detail);
        exit(1);
    }
    code = compile_graph(&u, make(&u, n), &env);
    unit_free(&u);
    memset(cells, 0, sizeof cells);
    expect("size", code->size >= 2 * 4 * n, true);
    check((function *)(uintptr_t)code->entry, n);
    code_free(cache, code);
}

int main(void)
{
    const char *error;

    cache = code_cache_new(64 << 20, &error);
    if (!cache) {
        printf("%s\n", error);
        return 2;
    }
    try_size(0);
    try_size(8000);             /* near the limit of tests of a bit */
    try_size(8200);
    try_size(20000);
    try_size(270000);           /* beyond that of all others */
    code_cache_free(cache);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
