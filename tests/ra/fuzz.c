/*
 * Random LIR through register allocation and its checker.
 *
 * The programs are structured (sequences, branches, loops, cold side paths)
 * and use every kind of operand, on an invented machine with few registers.
 * usage: fuzz [seconds [seed]]; prints the text of what fails.
 */
#include "backend/machine.h"
#include "backend/ra/ra.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ------------------------------------------------------ invented machine */

enum { OP_ALU = LIR_TARGET, OP_CMP, OP_COUNT = 2 };

static const char *const reg_name[] = {
    "i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "ix",
    "d0", "d1", "d2", "d3", "d4", "d5", "dx"
};
static const char *const form_name[] = { "", NULL };
static const char *const cc_name[] = { "o", "e", "ne", NULL };

static const char *op_name(unsigned op)
{
    return op == OP_ALU ? "alu" : "cmp";
}

static unsigned op_flags(unsigned op)
{
    return op == OP_CMP ? LIR_SETS : 0;
}

static const esp_machine machine = {
    .name = "test", .nregs = 16, .reg_name = reg_name,
    .reg_class = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1 },
    .order = { { 0, 1, 2, 3, 4, 5, 6, 7 }, { 9, 10, 11, 12, 13, 14 } },
    .norder = { 8, 6 }, .scratch = { 8, 15 },
    .nops = OP_COUNT, .op_name = op_name, .op_flags = op_flags,
    .form_name = form_name, .cc_name = cc_name
};

/* ------------------------------------------------------------- programs */

typedef struct piece {
    VEC(lir_ins) ins;
    VEC(lir_edge) edges;
    VEC(uint32_t) params;
    uint8_t depth;
    bool cold, header;
} piece;

typedef struct gen {
    lir *l;
    esp_arena *a;
    uint64_t rng;
    VEC(piece) pieces;
    uint32_t at;                /* current piece */
    VEC(uint32_t) scope;        /* values that may be used */
    uint32_t budget, ops;
    uint8_t depth;
    bool cold;
} gen;

static uint32_t rnd(gen *g, uint32_t n)
{
    g->rng ^= g->rng << 13;
    g->rng ^= g->rng >> 7;
    g->rng ^= g->rng << 17;
    return (uint32_t)((g->rng >> 20) % n);
}

static uint32_t new_piece(gen *g)
{
    piece p = { .depth = g->depth, .cold = g->cold };

    VEC_PUSH(g->a, &g->pieces, p);
    return g->pieces.n - 1;
}

static void push_ins(gen *g, lir_ins i)
{
    piece *p = &g->pieces.at[g->at];

    i.ops = g->ops;
    i.nops = (uint16_t)(g->l->ops.n - g->ops);
    g->ops = g->l->ops.n;
    VEC_PUSH(g->a, &p->ins, i);
}

static void operand(gen *g, uint32_t v, lir_role role, lir_need need,
                    unsigned reg, lir_part part)
{
    lir_operand o = { .v = v, .role = (uint8_t)role, .need = (uint8_t)need,
                      .reg = (uint8_t)reg, .part = (uint8_t)part };

    VEC_PUSH(g->l->arena, &g->l->ops, o);
}

static lir_class class_of(gen *g, uint32_t v) { return g->l->vregs.at[v].cls; }

/* A value of a class, preferably a recent one; 0 if there is none. */
static uint32_t pick(gen *g, int cls)
{
    for (int k = 0; k < 20; k++) {
        uint32_t n = g->scope.n, i;

        if (n == 0)
            return 0;
        i = rnd(g, 3) ? n - 1 - rnd(g, n < 6 ? n : 6) : rnd(g, n);
        if (cls < 0 || class_of(g, g->scope.at[i]) == (lir_class)cls)
            return g->scope.at[i];
    }
    return 0;
}

static uint32_t fresh(gen *g, lir_class c)
{
    return lir_new_vreg(g->l, c);
}

static unsigned some_reg(gen *g, lir_class c)
{
    return machine.order[c][rnd(g, machine.norder[c])];
}

static void constant(gen *g, lir_class c)
{
    uint32_t v = fresh(g, c);

    operand(g, v, LIR_DEF, LIR_NEED_REG, 0, LIR_DST);
    push_ins(g, (lir_ins){ .op = c == LIR_INT ? LIR_imm : LIR_fimm,
                           .size = 8, .imm = 1 + rnd(g, 100) });
    VEC_PUSH(g->a, &g->scope, v);
}

/* An instruction with up to three inputs of all kinds. */
static void alu(gen *g)
{
    lir_class c = rnd(g, 4) == 0 ? LIR_FLOAT : LIR_INT;
    bool reuse = rnd(g, 2), fixed_def = !reuse && rnd(g, 6) == 0;
    uint32_t d = fresh(g, c), n = rnd(g, 3), x = pick(g, c);
    uint64_t taken = 0;

    if (!x)
        reuse = false;
    operand(g, d, LIR_DEF, reuse ? LIR_NEED_REUSE
            : fixed_def ? LIR_NEED_FIXED : LIR_NEED_REG, some_reg(g, c),
            LIR_DST);
    if (reuse)
        operand(g, x, LIR_USE, LIR_NEED_REUSE, 0, LIR_IMPLIED);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = pick(g, -1);
        unsigned r;

        if (!v)
            break;
        r = some_reg(g, class_of(g, v));
        switch (rnd(g, 6)) {
        case 0:
            if (taken >> r & 1)
                break;
            taken |= (uint64_t)1 << r;
            operand(g, v, LIR_USE, LIR_NEED_FIXED, r, LIR_IMPLIED);
            break;
        case 1:
            operand(g, v, LIR_USE, LIR_NEED_ANY, 0, LIR_SRC);
            break;
        case 2:
            operand(g, v, LIR_LATE, LIR_NEED_REG, 0, LIR_SRC);
            break;
        default:
            operand(g, v, LIR_USE, LIR_NEED_REG, 0, LIR_SRC);
            break;
        }
    }
    if (rnd(g, 8) == 0)
        operand(g, fresh(g, LIR_INT), LIR_TEMP, LIR_NEED_REG, 0, LIR_TMP);
    if (rnd(g, 10) == 0 && !fixed_def && !taken)
        operand(g, 0, LIR_TEMP, LIR_NEED_FIXED, some_reg(g, LIR_INT),
                LIR_IMPLIED);
    push_ins(g, (lir_ins){ .op = OP_ALU, .size = 8 });
    VEC_PUSH(g->a, &g->scope, d);
}

static void state(gen *g, lir_role role, lir_need need)
{
    uint32_t n = rnd(g, 8);

    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = pick(g, -1);

        if (v)
            operand(g, v, role, need, 0, LIR_STATE);
    }
}

static void call(gen *g)
{
    uint32_t n = rnd(g, 4), d = rnd(g, 2) ? fresh(g, LIR_INT) : 0;

    if (d)
        operand(g, d, LIR_DEF, LIR_NEED_FIXED, 0, LIR_IMPLIED);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = pick(g, LIR_INT);

        if (v)
            operand(g, v, LIR_USE, LIR_NEED_FIXED, k, LIR_IMPLIED);
    }
    state(g, LIR_LATE, LIR_NEED_SLOT);
    push_ins(g, (lir_ins){ .op = LIR_call });
    if (d)
        VEC_PUSH(g->a, &g->scope, d);
}

static void compare(gen *g)
{
    uint32_t x = pick(g, LIR_INT), y = pick(g, LIR_INT);

    if (x)
        operand(g, x, LIR_USE, LIR_NEED_REG, 0, LIR_DST);
    if (y)
        operand(g, y, LIR_USE, LIR_NEED_ANY, 0, LIR_SRC);
    push_ins(g, (lir_ins){ .op = OP_CMP, .size = 8 });
}

static void guard(gen *g)
{
    compare(g);
    state(g, LIR_USE, LIR_NEED_ANY);
    push_ins(g, (lir_ins){ .op = LIR_guard, .cc = 1 });
}

static void edge(gen *g, uint32_t from, uint32_t to, const uint32_t *args,
                 uint32_t n)
{
    lir_edge e = { .block = to, .args = g->l->args.n, .nargs = n };
    piece *p = &g->pieces.at[from];

    for (uint32_t k = 0; k < n; k++)
        VEC_PUSH(g->l->arena, &g->l->args, args[k]);
    VEC_PUSH(g->a, &p->edges, e);
}

static void jump(gen *g, uint32_t to, const uint32_t *args, uint32_t n)
{
    edge(g, g->at, to, args, n);
    push_ins(g, (lir_ins){ .op = LIR_jump });
}

static void branch(gen *g, uint32_t x, uint32_t y)
{
    compare(g);
    edge(g, g->at, x, NULL, 0);
    edge(g, g->at, y, NULL, 0);
    push_ins(g, (lir_ins){ .op = LIR_br, .cc = 1 });
}

static void sequence(gen *g);

/* Arguments of the classes of the parameters. */
static bool choose_args(gen *g, const uint32_t *params, uint32_t *args,
                        uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        args[k] = pick(g, (int)class_of(g, params[k]));
        if (!args[k]) {
            constant(g, class_of(g, params[k]));
            args[k] = g->scope.at[g->scope.n - 1];
        }
    }
    return true;
}

static uint32_t make_params(gen *g, uint32_t *params)
{
    uint32_t n = rnd(g, 5);

    for (uint32_t k = 0; k < n; k++)
        params[k] = fresh(g, rnd(g, 4) == 0 ? LIR_FLOAT : LIR_INT);
    return n;
}

static void enter(gen *g, uint32_t piece_number, const uint32_t *params,
                  uint32_t n)
{
    g->at = piece_number;
    for (uint32_t k = 0; k < n; k++) {
        VEC_PUSH(g->a, &g->pieces.at[piece_number].params, params[k]);
        VEC_PUSH(g->a, &g->scope, params[k]);
    }
}

/* One side of a branch, up to the jump to where the sides meet. */
static void side(gen *g, uint32_t piece_number, uint32_t join,
                 const uint32_t *params, uint32_t n)
{
    uint32_t mark = g->scope.n, args[8];

    enter(g, piece_number, NULL, 0);
    sequence(g);
    choose_args(g, params, args, n);
    jump(g, join, args, n);
    g->scope.n = mark;
}

static void if_else(gen *g, bool cold_side)
{
    bool cold = g->cold;
    uint32_t params[8], n = make_params(g, params);
    uint32_t x = new_piece(g), y, join;

    g->cold = cold || cold_side;
    y = new_piece(g);
    g->cold = cold;
    join = new_piece(g);
    branch(g, x, y);
    side(g, x, join, params, n);
    g->cold = cold || cold_side;
    side(g, y, join, params, n);
    g->cold = cold;
    enter(g, join, params, n);
}

static void loop(gen *g)
{
    uint32_t params[8], args[8], n = make_params(g, params), mark;
    uint32_t header, body, exit;

    choose_args(g, params, args, n);
    g->depth++;
    header = new_piece(g);
    g->pieces.at[header].header = true;
    body = new_piece(g);
    g->depth--;
    exit = new_piece(g);
    g->depth++;
    jump(g, header, args, n);
    enter(g, header, params, n);
    branch(g, body, exit);
    mark = g->scope.n;
    enter(g, body, NULL, 0);
    sequence(g);
    choose_args(g, params, args, n);
    jump(g, header, args, n);
    g->scope.n = mark;
    g->depth--;
    enter(g, exit, NULL, 0);
}

static void leave(gen *g)
{
    bool cold = g->cold;
    uint32_t go_on = new_piece(g), out;

    g->cold = true;
    out = new_piece(g);
    g->cold = cold;
    branch(g, go_on, out);
    enter(g, out, NULL, 0);
    state(g, LIR_USE, LIR_NEED_ANY);
    push_ins(g, (lir_ins){ .op = LIR_deopt });
    enter(g, go_on, NULL, 0);
}

static void sequence(gen *g)
{
    uint32_t n = 1 + rnd(g, 10);

    for (uint32_t k = 0; k < n && g->budget; k++) {
        g->budget--;
        switch (rnd(g, 16)) {
        case 0: if_else(g, rnd(g, 2)); break;
        case 1: if (g->depth < 3) loop(g); break;
        case 2: if (rnd(g, 2)) call(g); break;
        case 3: guard(g); break;
        case 4: leave(g); break;
        case 5: constant(g, rnd(g, 2) ? LIR_INT : LIR_FLOAT); break;
        default: alu(g); break;
        }
    }
}

static void entry(gen *g)
{
    uint32_t n = rnd(g, 5);

    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = fresh(g, k & 1 ? LIR_FLOAT : LIR_INT);

        operand(g, v, LIR_DEF, LIR_NEED_FIXED, k & 1 ? 9 + k : k,
                LIR_IMPLIED);
        VEC_PUSH(g->a, &g->scope, v);
    }
    push_ins(g, (lir_ins){ .op = LIR_entry });
}

/* Reverse post-order, the first successor next, the cold pieces last. */
static void number_piece(gen *g, uint32_t k, bool *seen, uint32_t *order,
                         uint32_t *n)
{
    const piece *p = &g->pieces.at[k];

    if (seen[k])
        return;
    seen[k] = true;
    for (uint32_t e = p->edges.n; e-- > 0;)
        number_piece(g, p->edges.at[e].block, seen, order, n);
    order[--*n] = k;
}

static void add_block(gen *g, const piece *p, const uint32_t *number)
{
    lir *l = g->l;
    lir_block b = { .first = l->ins.n, .edges = l->edges.n,
                    .nedges = p->edges.n, .params = l->args.n,
                    .nparams = p->params.n, .depth = p->depth,
                    .header = p->header, .cold = p->cold };

    for (uint32_t i = 0; i < p->params.n; i++)
        VEC_PUSH(l->arena, &l->args, p->params.at[i]);
    for (uint32_t i = 0; i < p->edges.n; i++) {
        lir_edge e = p->edges.at[i];

        e.block = number[e.block];
        VEC_PUSH(l->arena, &l->edges, e);
    }
    VEC_PUSH(l->arena, &l->ins, (lir_ins){ .op = LIR_block });
    for (uint32_t i = 0; i < p->ins.n; i++)
        VEC_PUSH(l->arena, &l->ins, p->ins.at[i]);
    b.end = l->ins.n;
    VEC_PUSH(l->arena, &l->blocks, b);
}

static void lay_out(gen *g)
{
    uint32_t total = g->pieces.n, n = total, m = 0;
    uint32_t *order = ARENA_ARRAY(g->a, uint32_t, total);
    uint32_t *number = ARENA_ARRAY(g->a, uint32_t, total);

    number_piece(g, 0, ARENA_ARRAY(g->a, bool, total), order, &n);
    for (int cold = 0; cold < 2; cold++)
        for (uint32_t k = n; k < total; k++)
            if (g->pieces.at[order[k]].cold == cold)
                number[order[k]] = m++;
    for (int cold = 0; cold < 2; cold++)
        for (uint32_t k = n; k < total; k++)
            if (g->pieces.at[order[k]].cold == cold)
                add_block(g, &g->pieces.at[order[k]], number);
    lir_link(g->l);
}

static lir *generate(esp_unit *u, uint64_t seed, uint32_t size)
{
    gen g = { .rng = seed * 0x9e3779b97f4a7c15u | 1, .budget = size };
    lir *l = lir_new(u, &machine);

    g.l = l;
    g.a = l->arena;
    VEC_PUSH(l->arena, &l->exits, (lir_exit){ 0 });
    VEC_PUSH(l->arena, &l->calls, (lir_call){ 0 });
    for (int k = 0; k < 8; k++)
        rnd(&g, 2);
    enter(&g, new_piece(&g), NULL, 0);
    entry(&g);
    while (g.budget)
        sequence(&g);
    push_ins(&g, (lir_ins){ .op = LIR_ret });
    lay_out(&g);
    return l;
}

/* ----------------------------------------------------------------- test */

static void show(const lir *l)
{
    esp_text t = { 0 };

    lir_print(l, &t);
    fputs(text_get(&t), stderr);
    text_free(&t);
}

/* What is printed is parsed to the same text. */
static bool survives_text(esp_unit *u, const lir *l)
{
    esp_text x = { 0 }, y = { 0 }, error = { 0 };
    lir *again;
    bool same;

    lir_print(l, &x);
    again = lir_parse(u, &machine, text_get(&x), &error);
    if (again)
        lir_print(again, &y);
    same = again && strcmp(text_get(&x), text_get(&y)) == 0;
    if (!same)
        fprintf(stderr, "text: %s\n", text_get(&error));
    text_free(&x);
    text_free(&y);
    text_free(&error);
    return same;
}

static bool check(uint64_t seed, uint32_t size, uint32_t few)
{
    esp_unit u;
    const char *error;
    lir *l;
    bool ok;

    unit_init(&u, "fuzz");
    if (setjmp(u.declined)) {
        fprintf(stderr, "seed %" PRIu64 " size %u few %u: declined: %s\n",
                seed, size, few, u.detail);
        unit_free(&u);
        return false;
    }
    l = generate(&u, seed, size);
    error = lir_verify(l);
    if (!error && survives_text(&u, l)) {
        ra_run(l, few);
        error = ra_check(l);
    }
    ok = !error;
    if (error) {
        fprintf(stderr, "seed %" PRIu64 " size %u few %u: %s\n", seed, size,
                few, error);
        if (size < 60)
            show(l);
    }
    unit_free(&u);
    return ok;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 3;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    uint32_t size = argc > 3 ? (uint32_t)atoi(argv[3]) : 0;
    unsigned passed = 0, failed = 0;
    clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);

    while (clock() < end && failed < 5) {
        uint32_t n = size ? size : 5 + (uint32_t)(seed * 7 % 300);
        bool ok = check(seed, n, seed % 3 == 0 ? 6 : 0);

        *(ok ? &passed : &failed) += 1;
        seed++;
        if (size && argc > 4)
            break;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
