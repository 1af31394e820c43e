/*
 * The graph's tables and properties against slow and obvious ones.
 */
#include "pe/graph/build.h"
#include "pe/graph/dom.h"
#include "pe/graph/loop.h"
#include "pe/graph/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;      /* tests, of many checks each */
static uint64_t rng = 1;

#define CHECK(good, ...)                                                    \
    do {                                                                    \
        if (!(good) && failed++ < 20) {                                     \
            printf("%s:%d: %s: ", __FILE__, __LINE__, #good);               \
            printf(__VA_ARGS__);                                            \
            printf("\n");                                                   \
        }                                                                   \
    } while (0)

static uint32_t below(uint32_t n)
{
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng >> 33) % n;
}

/* ---- dominators and loops --------------------------------------------- */

enum { MOST = 24 };

/* Blocks with random edges, none to the entry. */
static esp_graph *random_blocks(esp_unit *u)
{
    esp_graph *g = graph_new(u);
    uint32_t n = 2 + below(MOST - 2);

    for (uint32_t b = 0; b < n; b++)
        graph_block(g, false);
    for (uint32_t b = 0; b < n; b++) {
        esp_build at = { g, b };
        esp_ref x = build_ins(&at, (esp_ins){ .op = IR_valid, .ty = TY_i1 });
        uint32_t p = 1 + below(n - 1), q = 1 + below(n - 1);

        if (below(3) == 0)              /* mostly forward, so that more is */
            p = b + 1 < n ? b + 1 : p;  /* reached */
        switch (below(5)) {
        case 0:  build_ret(&at, 0, 0); break;
        case 1:  build_jump(&at, p, NULL, 0); break;
        default: build_br(&at, x, p, NULL, 0, q, NULL, 0); break;
        }
    }
    return g;
}

/* What is reached from a block without passing another one. */
static void reach(const esp_graph *g, uint32_t from, uint32_t without,
                  bool *seen)
{
    uint32_t n;
    const esp_edge *e = graph_edges(g, from, &n);

    if (from == without || seen[from])
        return;
    seen[from] = true;
    for (uint32_t k = 0; k < n; k++)
        reach(g, e[k].block, without, seen);
}

static bool naive_dominates(const esp_graph *g, uint32_t a, uint32_t b)
{
    bool seen[MOST] = { false };

    reach(g, 0, a, seen);
    return a == b || !seen[b];
}

/* Is b in the natural loop of header h: can it reach an edge back to h
 * without passing h? */
static bool naive_in_loop(const esp_graph *g, uint32_t h, uint32_t b)
{
    bool from_b[MOST] = { false }, is_header = false, in = false;

    if (b != h)
        reach(g, b, h, from_b);
    for (uint32_t p = 0; p < g->blocks.n; p++) {
        uint32_t n;
        const esp_edge *e = graph_edges(g, p, &n);

        for (uint32_t k = 0; k < n; k++)
            if (e[k].block == h && dom_reachable(g, p)
                && naive_dominates(g, h, p)) {
                is_header = true;
                in |= from_b[p];
            }
    }
    return is_header && (in || b == h);
}

static void check_block_pair(const esp_graph *g, uint32_t a, uint32_t b)
{
    uint32_t common = dom_common(g, a, b);

    CHECK(dom_dominates(g, a, b) == naive_dominates(g, a, b),
          "b%u and b%u", a, b);
    CHECK(naive_dominates(g, common, a) && naive_dominates(g, common, b),
          "b%u above b%u and b%u", common, a, b);
    for (uint32_t c = 0; c < g->blocks.n; c++)
        if (dom_reachable(g, c) && naive_dominates(g, c, a)
            && naive_dominates(g, c, b))
            CHECK(naive_dominates(g, c, common), "b%u is lower than b%u",
                  c, common);
}

static void check_loops(const esp_graph *g, uint32_t b)
{
    const struct graph_props *p = g->props;
    uint32_t depth = 0;

    for (uint32_t h = 0; h < g->blocks.n; h++)
        if (dom_reachable(g, h))
            depth += naive_in_loop(g, h, b);
    CHECK(props_loop_depth(g, b) == depth, "b%u: %u instead of %u", b,
          props_loop_depth(g, b), depth);
    for (uint32_t l = 1; l < p->loops.n; l++)
        CHECK(loop_contains(g, l, b)
              == naive_in_loop(g, p->loops.at[l].header, b),
              "b%u in the loop of b%u", b, p->loops.at[l].header);
}

static void test_blocks(esp_unit *u)
{
    esp_graph *g = random_blocks(u);
    bool seen[MOST] = { false };

    reach(g, 0, NO_BLOCK, seen);
    props_need(g, PROP_LOOPS);
    for (uint32_t a = 0; a < g->blocks.n; a++) {
        CHECK(dom_reachable(g, a) == seen[a], "b%u", a);
        if (!seen[a])
            continue;
        check_loops(g, a);
        for (uint32_t b = 0; b < g->blocks.n; b++)
            if (seen[b])
                check_block_pair(g, a, b);
    }
    for (uint32_t i = 1; i < g->props->order.n; i++) {
        uint32_t b = g->props->order.at[i];

        CHECK(g->props->number.at[g->props->idom.at[b]] < i, "b%u", b);
    }
}

/* ---- numbering -------------------------------------------------------- */

static esp_ref random_value(esp_build *b, esp_ref x)
{
    switch (below(4)) {
    case 0:  return build_const(b->g, TY_i64, below(50));
    case 1:  return build_binary(b, IR_mul, x, build_const(b->g, TY_i64,
                                                           3 + below(400)));
    case 2:  return build_binary(b, IR_xor, x, build_const(b->g, TY_i64,
                                                           1 + below(400)));
    default: return build_offset(b, x, 1 + (int)below(400));
    }
}

/* Equal instructions are one, however often the graph was cut off. */
static void test_numbers(esp_unit *u)
{
    esp_graph *g = graph_new(u);
    esp_build b = { g, graph_block(g, false) };
    esp_ref x = graph_param(g, 0, TY_i64);

    for (int round = 0; round < 50; round++) {
        esp_graph_mark m = graph_mark(g, 0);
        uint32_t end = g->ins.n;

        for (unsigned k = 0; k < 300; k++)
            random_value(&b, x);
        for (esp_ref r = 1; r < g->ins.n; r++)
            for (esp_ref s = r + 1; s < g->ins.n; s += 1 + below(40))
                CHECK(memcmp(&g->ins.at[r], &g->ins.at[s], sizeof(esp_ins)),
                      "%%%u and %%%u", r, s);
        for (esp_ref r = 1; r < g->ins.n; r += 1 + below(20))
            if (graph_floats(g, r))
                CHECK(build_number(g, g->ins.at[r]) == r, "%%%u", r);
        if (below(3))
            graph_release(g, m);
        CHECK(g->ins.n >= end, "%u", g->ins.n);
    }
}

static uint32_t random_state(esp_graph *g, esp_state *s, uint32_t *live)
{
    *s = (esp_state){ .point = below(4), .parent = below(g->states.n) };
    live[0] = below(3);
    live[1] = build_const(g, TY_i64, below(3));
    return below(2);
}

static void test_states(esp_unit *u)
{
    esp_graph *g = graph_new(u);

    graph_block(g, false);
    for (int round = 0; round < 40; round++) {
        esp_graph_mark m = graph_mark(g, 0);

        for (unsigned k = 0; k < 60; k++) {
            esp_state s;
            uint32_t live[2], n = random_state(g, &s, live);
            uint32_t a = state_make(g, &s, live, n, NULL, 0);
            const esp_state *t = &g->states.at[a];

            CHECK(state_make(g, &s, live, n, NULL, 0) == a, "state %u", a);
            CHECK(t->point == s.point && t->parent == s.parent
                  && t->nlive == n
                  && (n == 0 || (g->refs.at[t->live] == live[0]
                                 && g->refs.at[t->live + 1] == live[1])),
                  "state %u", a);
        }
        if (below(2))
            graph_release(g, m);
    }
}

/* ---- what a state needs ----------------------------------------------- */

static void test_state_refs(esp_unit *u)
{
    esp_graph *g = graph_new(u);
    esp_build b = { g, graph_block(g, false) };
    esp_ref x = graph_param(g, 0, TY_i64), y = graph_param(g, 0, TY_i64);
    esp_ref vobj, inside, out[2];
    uint32_t outer, inner;

    VEC_PUSH(g->arena, &g->vobjs,
             ((esp_vobj){ .kind = VOBJ_NEW, .size = 16, .align = 8,
                          .arg = { y } }));
    vobj = build_vobj(g, 0);
    inside = build_offset(&b, vobj, 8);
    outer = state_make(g, &(esp_state){ .point = 1 },
                       (uint32_t[]){ 0, x, 1, build_const(g, TY_i64, 5) }, 2,
                       NULL, 0);
    inner = state_make(g, &(esp_state){ .point = 2, .parent = outer },
                       (uint32_t[]){ 0, inside, 1, x, 2, vobj }, 3,
                       (uint32_t[]){ 0, 1, 8, x }, 1);
    CHECK(graph_state_refs(g, outer, out, 2) == 1 && out[0] == x, "outer");
    CHECK(graph_state_refs(g, inner, out, 2) == 2 && out[0] == x
          && out[1] == y, "inner");
    CHECK(graph_state_refs(g, inner, out, 1) == 2, "no room");
}

int main(void)
{
    static esp_unit u;

    unit_init(&u, "graph");
    if (setjmp(u.declined)) {
        printf("%s\n", u.detail);
        return 1;
    }
    for (; passed < 300; passed++)
        test_blocks(&u);
    test_numbers(&u);
    test_states(&u);
    test_state_refs(&u);
    passed += 3;
    unit_free(&u);
    printf("%d passed, %d failed\n", failed ? 0 : passed, failed);
    return failed > 0;
}
