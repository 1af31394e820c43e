/*
 * Every instruction at every type: compiled code against the reference
 * executor, on edge values and random ones.
 *
 *     ops [NAME]          only the instruction of that name
 *
 * Without ESP_TEST_LONG only every third edge is tried as a constant.
 *
 * Operands come as parameters with garbage above their type's bits, as
 * constants and from memory; results are returned, and conditions also
 * branched on, guarded, chosen by and negated.
 */
#include "backend/compile.h"
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/exec.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum source { FROM_PARAM, FROM_CONST, FROM_MEMORY } source;
typedef enum consumer {
    RETURNED, BRANCHED, GUARDED, CHOSEN, NEGATED, CONSUMERS
} consumer;

/* One graph: op at types, where its inputs come from, who gets the result. */
typedef struct shape {
    esp_op op;
    esp_type from, to;
    source source[2];
    uint64_t constant[2];
    consumer consumer;
    bool twin;                  /* the sum beside the question for overflow */
} shape;

static unsigned passed, failed;
static uint64_t rng = 88172645463325252u;
static bool left;               /* the exit was taken */

static uint64_t next_random(void)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return rng;
}

static const uint64_t int_edges[] = {
    0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 100, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
    0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
    0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffffffe, UINT64_MAX,
    (uint64_t)-7, (uint64_t)-128, 10, 1000000007
};

static const double float_edges[] = {
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 127.0, 255.9, 65535.5,
    2147483647.0, 4294967295.0, 9.2e18, 1.8e19, 1e300, -1e300, 1e-310
};

enum { INT_EDGES = sizeof int_edges / sizeof *int_edges,
       FLOAT_EDGES = sizeof float_edges / sizeof *float_edges };

static uint64_t float_bits(esp_type ty, double d)
{
    float f = (float)d;
    uint64_t bits = 0;

    if (ty == TY_f32)
        memcpy(&bits, &f, sizeof f);
    else
        memcpy(&bits, &d, sizeof d);
    return bits;
}

static uint64_t edge(esp_type ty, unsigned k)
{
    if (!type_is_float(ty))
        return arith_narrow(ty, int_edges[k % INT_EDGES]);
    if (k % (FLOAT_EDGES + 3) < FLOAT_EDGES)
        return float_bits(ty, float_edges[k % (FLOAT_EDGES + 3)]);
    k = k % (FLOAT_EDGES + 3) - FLOAT_EDGES;
    return float_bits(ty, k == 0 ? (double)INFINITY
                          : k == 1 ? -(double)INFINITY : (double)NAN);
}

static uint64_t some_value(esp_type ty)
{
    if (type_is_float(ty))
        return next_random() % 2
             ? float_bits(ty, (double)(int64_t)next_random() / 1e10)
             : edge(ty, (unsigned)(next_random() >> 40));
    return arith_narrow(ty, next_random() >> next_random() % 64);
}

/* ---------------------------------------------------------------- graphs */

static esp_ref raw(esp_graph *g, esp_op op, esp_type ty, esp_ref a, esp_ref b,
                   esp_ref c)
{
    esp_ins i = { .op = (uint8_t)op, .ty = (uint8_t)ty, .a = a, .b = b,
                  .c = c };
    esp_ref r;

    if (op_info[op].flags & OP_TRAPS)
        i.flags = INS_PINNED;
    r = graph_ins(g, i);
    if (i.flags & INS_PINNED)
        VEC_PUSH(g->arena, &g->blocks.at[0].code, r);
    else
        build_enter(g, r);
    return r;
}

/* The bits of a parameter as a value of a type. */
static esp_ref as_type(esp_graph *g, esp_type ty, esp_ref p)
{
    switch (ty) {
    case TY_i64:
        return p;
    case TY_f64:
        return raw(g, IR_bitcast, TY_f64, p, 0, 0);
    case TY_f32:
        return raw(g, IR_bitcast, TY_f32, raw(g, IR_trunc, TY_i32, p, 0, 0),
                   0, 0);
    default:
        return raw(g, IR_trunc, ty, p, 0, 0);
    }
}

static esp_ref as_word(esp_graph *g, esp_ref r)
{
    esp_type ty = (esp_type)graph_at(g, r)->ty;

    switch (ty) {
    case TY_i64:
        return r;
    case TY_f64:
        return raw(g, IR_bitcast, TY_i64, r, 0, 0);
    case TY_f32:
        return raw(g, IR_zext, TY_i64, raw(g, IR_bitcast, TY_i32, r, 0, 0),
                   0, 0);
    default:
        return raw(g, IR_zext, TY_i64, r, 0, 0);
    }
}

static esp_ref input(esp_build *b, const shape *s, unsigned k)
{
    esp_graph *g = b->g;
    esp_ref p = g->blocks.at[0].params.at[k];
    esp_ref buffer = g->blocks.at[0].params.at[2];

    if (s->source[k] == FROM_CONST)
        return build_const(g, s->from, s->constant[k]);
    if (s->source[k] == FROM_MEMORY)
        return build_load(b, s->from, buffer, 8 * (int64_t)k, 0);
    return as_type(g, s->from, p);
}

static esp_op twin_of(esp_op op)
{
    switch (op) {
    case IR_addo: case IR_uaddo: return IR_add;
    case IR_subo: case IR_usubo: return IR_sub;
    default: return IR_mul;
    }
}

static void end_branch(esp_build *b, esp_ref cond, esp_ref twin)
{
    uint32_t yes = graph_block(b->g, false), no = graph_block(b->g, false);
    esp_ref one = build_const(b->g, TY_i64, 1);

    build_br(b, cond, yes, NULL, 0, no, NULL, 0);
    b->block = yes;
    build_ret(b, one, twin);
    b->block = no;
    build_ret(b, build_const(b->g, TY_i64, 0), twin);
}

static void end_guard(esp_build *b, esp_ref cond, esp_ref twin)
{
    esp_state state = { .point = 1 };
    uint32_t n = state_make(b->g, &state, NULL, 0, NULL, 0);

    graph_ins(b->g, (esp_ins){ .op = IR_guard, .ty = TY_void, .a = cond,
                               .b = n });
    VEC_PUSH(b->g->arena, &b->g->blocks.at[b->block].code,
             b->g->ins.n - 1);
    build_ret(b, build_const(b->g, TY_i64, 77), twin);
}

static esp_graph *make(esp_unit *u, const shape *s)
{
    esp_graph *g = graph_new(u);
    esp_build b = { g, graph_block(g, false) };
    esp_ref x, y = 0, r, twin = 0;

    for (unsigned k = 0; k < 3; k++) {
        graph_param(g, 0, TY_i64);
        g->sig.arg[g->sig.nargs++] = TY_i64;
    }
    g->sig.nresults = 2;
    g->sig.result[0] = g->sig.result[1] = TY_i64;
    x = input(&b, s, 0);
    if (op_info[s->op].inputs > 1)
        y = input(&b, s, 1);
    if (s->op == IR_select)
        r = raw(g, IR_select, s->to,
                as_type(g, TY_i1, g->blocks.at[0].params.at[2]), x, y);
    else
        r = raw(g, s->op, s->to, x, y, 0);
    twin = s->twin ? as_word(g, raw(g, twin_of(s->op), s->from, x, y, 0))
                   : build_const(g, TY_i64, 5);
    switch (s->consumer) {
    case NEGATED:
        r = raw(g, IR_xor, TY_i1, r, build_const(g, TY_i1, 1), 0);
        end_branch(&b, r, twin);
        break;
    case BRANCHED:
        end_branch(&b, r, twin);
        break;
    case GUARDED:
        end_guard(&b, r, twin);
        break;
    case CHOSEN:
        build_ret(&b, as_word(g, raw(g, IR_select, s->from, r, x, y)), twin);
        break;
    default:
        build_ret(&b, as_word(g, r), twin);
        break;
    }
    return g;
}

/* --------------------------------------------------------------- running */

struct words { uint64_t r[2]; };
typedef struct words function(uint64_t, uint64_t, uint64_t);

static struct deopt_result leave(const struct deopt_regs *regs, void *machine,
                                 esp_code *code, uint32_t exit)
{
    (void)regs;
    (void)machine;
    (void)code;
    (void)exit;
    left = true;
    return (struct deopt_result){ 0, 0 };
}

static void complain(const shape *s, const esp_graph *g, const uint64_t *args,
                     const uint64_t *want, const uint64_t *got)
{
    esp_text t = { 0 };

    graph_print(g, &t);
    printf("FAIL %s %s -> %s: x %" PRIx64 " y %" PRIx64 ": want %" PRIx64
           ", %" PRIx64 ", got %" PRIx64 ", %" PRIx64 "\n%s",
           op_info[s->op].name, type_name[s->from], type_name[s->to], args[0],
           args[1], want[0], want[1], got[0], got[1], text_get(&t));
    text_free(&t);
}

static bool is_nan(esp_type ty, uint64_t bits)
{
    return ty == TY_f32 ? (bits & 0x7fffffff) > 0x7f800000
         : ty == TY_f64 && (bits & INT64_MAX) > 0x7ff0000000000000;
}

static bool agrees(const shape *s, esp_graph *g, function *f, uint64_t x,
                   uint64_t y)
{
    static uint64_t buffer[2];
    uint64_t garbage = next_random() << 32 << (type_size[s->from] == 8 ? 32 : 0);
    uint64_t high = type_size[s->from] < 4 ? ~arith_mask(s->from) : 0;
    uint64_t args[3] = { x | garbage | (next_random() & high),
                         y | garbage | (next_random() & high),
                         s->op == IR_select ? next_random()
                                            : (uintptr_t)buffer };
    esp_run run = { .max_steps = 1000, .valid = true };
    struct words got;

    if (type_size[s->from] == 8 || s->from == TY_f32) {
        args[0] = x;
        args[1] = y;
    }
    buffer[0] = x;
    buffer[1] = y;
    graph_run(g, &run, args);
    if (run.unspecified || run.end == RUN_TRAP)
        return true;
    left = false;
    got = f(args[0], args[1], args[2]);
    if (left ? run.end == RUN_GUARD
             : run.end == RUN_RETURNED && got.r[1] == run.r[1]
               && (got.r[0] == run.r[0]
                   || (is_nan(s->to, got.r[0]) && is_nan(s->to, run.r[0]))))
        return true;
    complain(s, g, args, run.r, got.r);
    return false;
}

static bool try_values(const shape *s, esp_graph *g, const esp_code *code)
{
    function *f = (function *)(uintptr_t)code->entry;
    unsigned edges = type_is_float(s->from) ? FLOAT_EDGES + 3 : INT_EDGES;
    unsigned n = op_info[s->op].inputs > 1 ? edges : 1;

    for (unsigned i = 0; i < edges; i++)
        for (unsigned k = 0; k < n; k++)
            if (!agrees(s, g, f, edge(s->from, i), edge(s->from, k)))
                return false;
    for (unsigned k = 0; k < 60; k++)
        if (!agrees(s, g, f, some_value(s->from), some_value(s->from)))
            return false;
    return true;
}

static void try_shape(const shape *s, esp_code_cache *cache)
{
    static esp_unit u;
    static bool ok;
    struct compile_env env = { .cache = cache, .deopt_entry = (void *)leave,
                               .as_it_is = true };
    esp_graph *g;
    esp_code *code;

    unit_init(&u, "ops");
    u.check = 1;
    ok = false;
    if (!setjmp(u.declined)) {
        g = make(&u, s);
        code = compile_graph(&u, g, &env);
        ok = try_values(s, g, code);
        code_free(cache, code);
    } else {
        printf("FAIL %s %s: %s: %s\n", op_info[s->op].name,
               type_name[s->from], u.step, u.detail);
    }
    unit_free(&u);
    *(ok ? &passed : &failed) += 1;
}

static void try_consumers(shape s, esp_code_cache *cache)
{
    bool asks = op_info[s.op].result == RESULT_BOOL;
    bool overflow = s.op >= IR_addo && s.op <= IR_umulo;

    for (s.consumer = RETURNED; s.consumer < CONSUMERS; s.consumer++) {
        if (s.consumer != RETURNED && !asks)
            break;
        s.twin = false;
        try_shape(&s, cache);
        s.twin = true;
        if (overflow && failed < 10)
            try_shape(&s, cache);
    }
}

static void try_sources(shape s, esp_code_cache *cache)
{
    bool two = op_info[s.op].inputs > 1;
    unsigned edges = type_is_float(s.from) ? FLOAT_EDGES : INT_EDGES;
    const char *is_long = getenv("ESP_TEST_LONG");
    unsigned step = is_long && *is_long == '1' ? 1 : 3;

    try_consumers(s, cache);
    for (unsigned k = 0; two && k < edges && failed < 10; k += step) {
        s.source[1] = FROM_CONST;
        s.constant[1] = edge(s.from, k);
        if (k && s.constant[1] == edge(s.from, k - 1))
            continue;
        try_consumers(s, cache);
        s.source[1] = FROM_PARAM;
        if (k % 3 == 0) {
            s.source[0] = FROM_CONST;
            s.constant[0] = edge(s.from, k);
            try_consumers(s, cache);
            s.source[0] = FROM_PARAM;
        }
    }
    for (unsigned k = 0; k < 2 && s.op != IR_select; k++) {
        s.source[k] = FROM_MEMORY;
        try_consumers(s, cache);
        s.source[k] = FROM_PARAM;
    }
}

/* Which types an instruction has. */
static bool fits(esp_op op, esp_type from, esp_type to)
{
    bool f = type_is_float(from), t = type_is_float(to);
    unsigned wf = arith_width(from), wt = arith_width(to);

    switch (op) {
    case IR_zext: case IR_sext: return !f && !t && wf < wt;
    case IR_trunc: return !f && !t && wf > wt;
    case IR_bitcast: return f != t && wf == wt && type_size[from] >= 4;
    case IR_sitofp: case IR_uitofp: return !f && t;
    case IR_fptosi: case IR_fptoui: return f && !t;
    case IR_fpext: return from == TY_f32 && to == TY_f64;
    case IR_fptrunc: return from == TY_f64 && to == TY_f32;
    case IR_select: return from == to;
    case IR_bswap: return from == to && !f && wf >= 16;
    default: break;
    }
    if (op >= IR_fadd && op <= IR_ftrunc)
        return f && from == to;
    if (op >= IR_feq && op <= IR_fle)
        return f && to == TY_i1;
    if ((op >= IR_eq && op <= IR_ule) || (op >= IR_addo && op <= IR_umulo))
        return !f && to == TY_i1;
    return op >= IR_add && op <= IR_bswap && !f && from == to;
}

int main(int argc, char **argv)
{
    const char *error;
    esp_code_cache *cache = code_cache_new(1 << 20, &error);

    if (!cache) {
        printf("%s\n", error);
        return 2;
    }
    for (esp_op op = IR_add; op <= IR_select; op++)
        for (esp_type from = TY_i1; from < TY_COUNT; from++)
            for (esp_type to = TY_i1; to < TY_COUNT; to++)
                if (failed < 10 && fits(op, from, to)
                    && (argc < 2 || !strcmp(argv[1], op_info[op].name)))
                    try_sources((shape){ .op = op, .from = from, .to = to },
                                cache);
    code_cache_free(cache);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
