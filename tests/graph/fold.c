/*
 * Folding against the executor.
 *
 * An expression is built twice over the same parameters, once as it stands and
 * once through the folding builder; the graph returns both, and the reference
 * executor must find them equal for all arguments.
 *
 *   - every operation at every type on constants
 *   - every operation on a parameter and a constant, and on one parameter twice
 *   - every operation above every other one, with constants at the edges
 *   - random expressions, as deep as rules and facts look
 *
 * A thousand expressions count as one test.
 */
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/exec.h"
#include "pe/graph/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint32_t passed, failed, folded;    /* expressions */

static esp_unit unit;
static esp_graph *g;
static esp_build folding;               /* at the end of the only block */
static esp_graph_mark empty;
static esp_ref param[TY_COUNT][2];      /* two of each type */
static uint64_t rng;

static uint64_t next(void)
{
    uint64_t x = rng += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* ---- numbers ---------------------------------------------------------- */

/* Edges of a type, and a few others; more would take too long in pairs. */
static uint64_t edge(esp_type ty, unsigned k)
{
    unsigned width = arith_width(ty);
    uint64_t sign = (uint64_t)1 << (width - 1);
    const uint64_t ints[] = {
        0, 1, ~(uint64_t)0, sign, sign - 1, sign + 1, 2, 8, 0xfe, 5,
        width - 1, width, sign >> 1
    };
    static const double floats[] = {
        0, 1, -1, 0.5, -0.0, 2, 1e300, 3.75, 1e-310, 100, -7, 4294967296, 255
    };
    double d = floats[k % 13];
    float f = (float)d;
    uint64_t bits = 0;

    if (!type_is_float(ty))
        return ints[k % 13] & arith_mask(ty);
    if (ty == TY_f64)
        memcpy(&bits, &d, sizeof d);
    else
        memcpy(&bits, &f, sizeof f);
    return bits;
}

enum { EDGES = 13 };

static uint64_t number(esp_type ty)
{
    uint64_t x = next();

    switch (next() % 3) {
    case 0:  return edge(ty, (unsigned)x);
    case 1:  return x % 16 & arith_mask(ty);
    default: return x & arith_mask(ty);
    }
}

/* ---- one expression, twice -------------------------------------------- */

typedef struct pair { esp_ref raw, folded; } pair;

static pair constant(esp_type ty, uint64_t bits)
{
    esp_ref r = build_const(g, ty, bits);

    return (pair){ r, r };
}

static pair variable(esp_type ty, unsigned k)
{
    return (pair){ param[ty][k], param[ty][k] };
}

static bool is_division(esp_op op)
{
    return op_info[op].flags & OP_TRAPS;
}

static pair make(esp_op op, esp_type ty, pair a, pair b, pair c)
{
    esp_ins i = { .op = (uint8_t)op, .ty = (uint8_t)ty, .a = a.raw,
                  .b = b.raw, .c = c.raw };
    pair p;

    if (is_division(op)) {
        i.flags = INS_PINNED;
        p.raw = graph_ins(g, i);
        VEC_PUSH(g->arena, &g->blocks.at[0].code, p.raw);
        i.flags = 0;
    } else {
        p.raw = build_number(g, i);
    }
    i.a = a.folded;
    i.b = b.folded;
    i.c = c.folded;
    p.folded = build_ins(&folding, i);
    folded += p.folded != p.raw;
    return p;
}

static const pair none;

static void complain(pair p, const uint64_t *args, const esp_run *run)
{
    esp_text t = { 0 };

    if (failed++ > 10)
        return;
    graph_print(g, &t);
    printf("FAIL %%%u is %" PRIx64 ", %%%u is %" PRIx64 " (ends %d) for",
           p.raw, run->r[0], p.folded, run->r[1], run->end);
    for (unsigned k = 0; k < g->blocks.at[0].params.n; k++)
        printf(" %" PRIx64, args[k]);
    printf("\n%s\n", text_get(&t));
    text_free(&t);
}

static bool is_nan(esp_type ty, uint64_t x)
{
    uint64_t infinity = ty == TY_f64 ? 0x7ff0000000000000u : 0x7f800000u;

    return type_is_float(ty) && (x & arith_mask(ty) >> 1) > infinity;
}

/* Runs the block on some arguments, and starts anew. */
static void check(pair p, unsigned runs)
{
    static esp_run run;
    esp_type ty = (esp_type)graph_at(g, p.raw)->ty;
    uint64_t args[2 * TY_COUNT];

    build_ret(&folding, p.raw, p.folded);
    for (unsigned n = 0; n < runs; n++) {
        for (unsigned k = 0; k < 2 * (TY_COUNT - 1); k++)
            args[k] = number((esp_type)(TY_i1 + k / 2));
        run = (esp_run){ .max_steps = 1000 };
        graph_run(g, &run, args);
        if (run.unspecified || run.end == RUN_TRAP)
            continue;
        if (graph_at(g, p.folded)->ty != ty || run.end != RUN_RETURNED
            || (run.r[0] != run.r[1]
                && !(is_nan(ty, run.r[0]) && is_nan(ty, run.r[1])))) {
            complain(p, args, &run);
            break;
        }
    }
    passed++;
    graph_release(g, empty);
}

/* ---- operations ------------------------------------------------------- */

/* Can the operation work on this type; if so, and it converts, what does it
 * give?  TY_void: no. */
static esp_type result_type(esp_op op, esp_type from, unsigned k)
{
    static const uint8_t ints[] = { TY_i1, TY_i8, TY_i16, TY_i32, TY_i64 };
    bool is_float = type_is_float(from);
    esp_type to = (esp_type)ints[k % 5];

    switch (op) {
    case IR_feq: case IR_flt: case IR_fle:
        return is_float ? TY_i1 : TY_void;
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv: case IR_fneg:
    case IR_fabs: case IR_fsqrt: case IR_ffloor: case IR_fceil:
    case IR_ftrunc:
        return is_float ? from : TY_void;
    case IR_zext: case IR_sext:
        return !is_float && to > from ? to : TY_void;
    case IR_trunc:
        return !is_float && to < from ? to : TY_void;
    case IR_bitcast:
        return from == TY_i64 ? TY_f64 : from == TY_f64 ? TY_i64
             : from == TY_i32 ? TY_f32 : from == TY_f32 ? TY_i32 : TY_void;
    case IR_sitofp: case IR_uitofp:
        return is_float ? TY_void : k % 2 ? TY_f64 : TY_f32;
    case IR_fptosi: case IR_fptoui:
        return is_float ? to : TY_void;
    case IR_fpext:
        return from == TY_f32 ? TY_f64 : TY_void;
    case IR_fptrunc:
        return from == TY_f64 ? TY_f32 : TY_void;
    case IR_bswap:
        return is_float || from == TY_i1 ? TY_void : from;
    case IR_select: case IR_copy: case IR_second:
        return TY_void;
    default:
        return is_float ? TY_void
             : op_info[op].result == RESULT_BOOL ? TY_i1 : from;
    }
}

static bool is_operation(esp_op op)
{
    return (op_info[op].flags & OP_PURE) && op_info[op].inputs > 0
        && op != IR_copy && op != IR_second;
}

#define EACH_OP(op) (esp_op op = IR_none + 1; op < IR_COUNT; op++)          \
    if (is_operation(op))
#define EACH_TYPE(ty) (esp_type ty = TY_i1; ty < TY_COUNT; ty++)

static pair apply(esp_op op, esp_type to, pair a, pair b)
{
    return make(op, to, a, op_info[op].inputs > 1 ? b : none, none);
}

static void simple(esp_op op, esp_type ty, esp_type to)
{
    for (unsigned i = 0; i < EDGES; i++) {
        pair c = constant(ty, edge(ty, i));

        for (unsigned j = 0; j < EDGES; j++)
            check(apply(op, to, constant(ty, edge(ty, i)),
                        constant(ty, edge(ty, j))), 1);
        c = constant(ty, edge(ty, i));
        check(apply(op, to, variable(ty, 0), c), 12);
        c = constant(ty, edge(ty, i));
        check(apply(op, to, c, variable(ty, 0)), 12);
    }
    check(apply(op, to, variable(ty, 0), variable(ty, 0)), 12);
}

/* op (inner x c1) c2, with the operands of both ways round */
static void nested(esp_op op, esp_op inner, esp_type ty, unsigned k)
{
    esp_type mid = result_type(inner, ty, k), to;

    if (mid == TY_void)
        return;
    to = result_type(op, mid, k / 5);
    if (to == TY_void)
        return;
    for (unsigned n = 0; n < 16; n++) {
        bool crossed = n & 1, outer = n & 2, same = next() % 4 == 0;
        pair x = variable(ty, 0);
        pair c1 = next() % 5 ? constant(ty, number(ty)) : variable(ty, 1);
        pair in = crossed ? apply(inner, mid, c1, x)
                          : apply(inner, mid, x, c1);
        pair c2 = same && mid == ty ? (next() % 2 ? x : c1)
                : constant(mid, number(mid));

        check(outer ? apply(op, to, c2, in) : apply(op, to, in, c2),
              6);
    }
}

/* ---- random expressions ----------------------------------------------- */

static pair expression(esp_type ty, unsigned depth)
{
    if (depth == 0 || next() % 8 == 0)
        return next() % 3 ? variable(ty, next() % 2)
                          : constant(ty, number(ty));
    for (;;) {
        esp_op op = (esp_op)(1 + next() % (IR_COUNT - 1));
        esp_type from = (esp_type)(TY_i1 + next() % (TY_COUNT - 1));

        if (!is_operation(op))
            continue;
        if (op == IR_select) {
            pair x = expression(ty, depth - 1), y = expression(ty, depth - 1);
            pair c = expression(TY_i1, depth - 1);

            if (next() % 3 == 0)        /* arms that the condition is about */
                c = apply(type_is_float(ty) ? IR_feq
                          : next() % 2 ? IR_eq : IR_ne, TY_i1,
                          next() % 2 ? x : y, next() % 2 ? x : y);
            return make(op, ty, c, x, y);
        }
        if (result_type(op, ty, 0) == ty)
            from = ty;
        for (unsigned k = 0; k < 5; k++)
            if (result_type(op, from, k) == ty) {
                pair x = expression(from, depth - 1);
                pair y = next() % 6 ? expression(from, depth - 1) : x;

                return apply(op, ty, x, y);
            }
    }
}

/* ---- main ------------------------------------------------------------- */

static void all(unsigned expressions)
{
    for EACH_OP (op)
        for EACH_TYPE (ty)
            for (unsigned k = 0; k < 5; k++)
                if (result_type(op, ty, k) != TY_void)
                    simple(op, ty, result_type(op, ty, k));
    printf("%u simple ones\n", passed);
    for EACH_OP (op)
        for EACH_OP (inner)
            for EACH_TYPE (ty)
                for (unsigned k = 0; k < 25; k += 1 + next() % 12)
                    nested(op, inner, ty, k);
    printf("%u with nested ones\n", passed);
    for (unsigned n = 0; n < expressions && failed < 10; n++)
        check(expression((esp_type)(TY_i1 + next() % (TY_COUNT - 1)),
                         1 + next() % 4), 8);
}

/* Apart from main, so that nothing here is alive when setjmp returns again. */
static CC_NOINLINE void fold_all(unsigned expressions)
{
    g = graph_new(&unit);
    folding = (esp_build){ g, graph_block(g, false) };
    for EACH_TYPE (ty)
        for (unsigned k = 0; k < 2; k++)
            param[ty][k] = graph_param(g, 0, ty);
    empty = graph_mark(g, 0);
    all(expressions);
}

int main(int argc, char **argv)
{
    const char *is_long = getenv("ESP_TEST_LONG");

    rng = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    unit_init(&unit, "fold");
    if (setjmp(unit.declined)) {
        printf("%s: %s\n", bailout_name(unit.bailout), unit.detail);
        return 1;
    }
    fold_all(is_long && *is_long == '1' ? 3000000 : 100000);
    unit_free(&unit);
    printf("%u expressions, %u instructions folded\n", passed, folded);
    printf("%u passed, %u failed\n", passed / 1000, failed);
    return failed > 0;
}
