/*
 * Random graphs, and what they do when they run.
 *
 * A graph is made as a program would be: statements one after the other, some
 * of them with statements inside (branches, switches, loops with few turns).
 * The values that are in scope are at hand as operands; those made inside of a
 * branch go out of scope behind it, but for the parameters of the block where
 * the arms meet.
 */
#include "tests/fuzz/helper_graphs.h"
#include "pe/graph/build.h"
#include "pe/graph/print.h"
#include "pe/graph/arith.h"
#include "pe/graph/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct random_calls { uint64_t hash; };

/* The callees are called natively, too, so they find their log here. */
static struct random_calls *log_of_calls;

enum { MOST_VALUES = 4096, MOST_DEPTH = 4, MOST_RECENT = 3 };

struct gen {
    esp_graph *g;
    esp_build b;
    const random_options *o;
    uint64_t rng;
    esp_ref value[MOST_VALUES]; /* in scope */
    unsigned n;
    esp_ref recent[MOST_RECENT]; /* in scope, too */
    unsigned left;              /* statements still to make */
    unsigned depth;
    esp_ref buffer;
};

uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static unsigned below(struct gen *r, unsigned n)
{
    return (unsigned)(random_next(&r->rng) % n);
}

static bool chance(struct gen *r, unsigned percent)
{
    return below(r, 100) < percent;
}

uint64_t random_bits(uint64_t *state)
{
    static const uint64_t edges[] = {
        0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
        0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
        0x8000000000000000, 0x3ff0000000000000, 0x4000000000000000,
        0x7ff0000000000000, 0x7ff8000000000000, 0x3f800000,
    };
    uint64_t kind = random_next(state) % 8, x = random_next(state);

    if (kind < 3)
        x = edges[x % (sizeof edges / sizeof *edges)];
    else if (kind < 6)
        x %= 16;
    return random_next(state) % 3 ? x : 0 - x;
}

/* ---- operands --------------------------------------------------------- */

static esp_type random_type(struct gen *r)
{
    static const uint8_t types[] = {
        TY_i64, TY_i64, TY_i64, TY_i64, TY_i32, TY_i32, TY_i8, TY_i16, TY_i1,
        TY_f64, TY_f64, TY_f32
    };
    unsigned n = sizeof types - (r->o->no_floats ? 3 : 0);

    return (esp_type)types[below(r, n)];
}

static esp_ref random_const(struct gen *r, esp_type ty)
{
    uint64_t bits = random_bits(&r->rng);

    if (type_is_float(ty) && chance(r, 60)) {
        double d = (double)(int64_t)below(r, 64) - 16 + 0.5 * below(r, 2);
        float f = (float)d;

        bits = 0;
        if (ty == TY_f64)
            memcpy(&bits, &d, sizeof d);
        else
            memcpy(&bits, &f, sizeof f);
    }
    return build_const(r->g, ty, bits);
}

static void add_value(struct gen *r, esp_ref v)
{
    if (r->n < MOST_VALUES)
        r->value[r->n++] = v;
}

/* A few variables of loops around here, and sums of them. */
static void add_recent(struct gen *r, esp_ref v)
{
    r->recent[below(r, MOST_RECENT)] = v;
}

/* A value in scope, rather one of the last, or a constant. */
static esp_ref operand(struct gen *r, esp_type ty)
{
    if (chance(r, 80))
        for (unsigned tries = 0; tries < 24; tries++) {
            unsigned back = below(r, 1 + below(r, r->n));
            esp_ref v = r->value[r->n - 1 - back];

            if (graph_at(r->g, v)->ty == ty)
                return v;
        }
    return random_const(r, ty);
}

static esp_ref pure(struct gen *r, esp_ins i)
{
    if (!r->o->raw)
        return build_ins(&r->b, i);
    if (op_info[i.op].flags & OP_TRAPS) {
        i.flags = INS_PINNED;
        i.c = graph_ins(r->g, i);
        VEC_PUSH(r->g->arena, &r->g->blocks.at[r->b.block].code, i.c);
        return i.c;
    }
    return build_number(r->g, i);
}

static esp_ref pure3(struct gen *r, esp_op op, esp_type ty, esp_ref a,
                     esp_ref b, esp_ref c)
{
    return pure(r, (esp_ins){ .op = (uint8_t)op, .ty = (uint8_t)ty,
                              .a = a, .b = b, .c = c });
}

static esp_ref small(struct gen *r, esp_type ty)
{
    return build_const(r->g, ty, below(r, 70));
}

static esp_ref binary_int(struct gen *r, esp_type ty)
{
    static const uint8_t ops[] = {
        IR_add, IR_add, IR_add, IR_sub, IR_sub, IR_mul, IR_and, IR_or, IR_xor,
        IR_shl, IR_lshr, IR_ashr, IR_sdiv, IR_udiv, IR_srem, IR_urem
    };
    esp_op op = (esp_op)ops[below(r, sizeof ops)];
    esp_ref x = operand(r, ty), y = operand(r, ty);

    if (op >= IR_shl && op <= IR_ashr && chance(r, 70))
        y = small(r, ty);
    if (op >= IR_sdiv && op <= IR_urem && chance(r, 80))
        y = pure3(r, IR_or, ty, y, build_const(r->g, ty, 1), 0);
    return pure3(r, op, ty, x, y, 0);
}

static esp_ref unary_int(struct gen *r, esp_type ty)
{
    static const uint8_t ops[] = { IR_clz, IR_ctz, IR_popcnt, IR_bswap };
    esp_op op = (esp_op)ops[below(r, ty == TY_i1 ? 3 : 4)];

    return pure3(r, op, ty, operand(r, ty), 0, 0);
}

static esp_ref from_other(struct gen *r, esp_type ty)
{
    static const uint8_t ints[] = { TY_i1, TY_i8, TY_i16, TY_i32, TY_i64 };
    esp_type from = (esp_type)ints[below(r, 5)];

    if (from < ty)
        return pure3(r, chance(r, 50) ? IR_zext : IR_sext, ty,
                     operand(r, from), 0, 0);
    if (from > ty)
        return pure3(r, IR_trunc, ty, operand(r, from), 0, 0);
    if (ty < TY_i32 || r->o->no_floats)
        return operand(r, ty);
    from = ty == TY_i32 ? TY_f32 : TY_f64;
    if (chance(r, 50))
        return pure3(r, IR_bitcast, ty, operand(r, from), 0, 0);
    return pure3(r, chance(r, 70) ? IR_fptosi : IR_fptoui, ty,
                 operand(r, chance(r, 50) ? TY_f64 : TY_f32), 0, 0);
}

/* One of a few i64 that are in scope all over, or were made last. */
static esp_ref compared(struct gen *r)
{
    unsigned k = below(r, 5);

    if (k == 0)
        return build_const(r->g, TY_i64, (uint64_t)below(r, 12) - 4);
    if (k < 3)
        return r->value[k];
    return r->recent[below(r, MOST_RECENT)];
}

static esp_ref condition(struct gen *r)
{
    static const uint8_t ops[] = {
        IR_eq, IR_ne, IR_slt, IR_sle, IR_ult, IR_ule, IR_eq, IR_slt,
        IR_addo, IR_subo, IR_mulo, IR_uaddo, IR_usubo, IR_umulo
    };
    esp_type ty = random_type(r);

    if (r->o->much_order && chance(r, 80)) {
        esp_op op = (esp_op)ops[below(r, 10)];
        esp_ref x = compared(r);

        return pure3(r, op, TY_i1, x, compared(r), 0);
    }

    if (type_is_float(ty))
        return pure3(r, (esp_op)(IR_feq + below(r, 3)), TY_i1,
                     operand(r, ty), operand(r, ty), 0);
    return pure3(r, (esp_op)ops[below(r, sizeof ops)], TY_i1,
                 operand(r, ty), operand(r, ty), 0);
}

static esp_ref float_value(struct gen *r, esp_type ty)
{
    static const uint8_t binary[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv };
    static const uint8_t unary[] = {
        IR_fneg, IR_fabs, IR_fsqrt, IR_ffloor, IR_fceil, IR_ftrunc
    };
    static const uint8_t ints[] = { TY_i8, TY_i32, TY_i64 };

    switch (below(r, 5)) {
    case 0: case 1:
        return pure3(r, (esp_op)binary[below(r, 4)], ty, operand(r, ty),
                     operand(r, ty), 0);
    case 2:
        return pure3(r, (esp_op)unary[below(r, 6)], ty, operand(r, ty), 0, 0);
    case 3:
        return pure3(r, chance(r, 50) ? IR_sitofp : IR_uitofp, ty,
                     operand(r, (esp_type)ints[below(r, 3)]), 0, 0);
    default:
        if (chance(r, 50))
            return pure3(r, IR_bitcast, ty,
                         operand(r, ty == TY_f64 ? TY_i64 : TY_i32), 0, 0);
        return ty == TY_f64
             ? pure3(r, IR_fpext, ty, operand(r, TY_f32), 0, 0)
             : pure3(r, IR_fptrunc, ty, operand(r, TY_f64), 0, 0);
    }
}

static void make_value(struct gen *r)
{
    esp_type ty = random_type(r);
    esp_ref v;

    if (r->o->much_order && chance(r, 30))
        v = pure3(r, IR_add, TY_i64, compared(r), compared(r), 0);
    else if (r->o->much_order && chance(r, 30))
        v = pure3(r, IR_zext, TY_i64, condition(r), 0, 0);
    else if (chance(r, 10))
        v = pure3(r, IR_select, ty, operand(r, TY_i1), operand(r, ty),
                  operand(r, ty));
    else if (type_is_float(ty))
        v = float_value(r, ty);
    else if (ty == TY_i1 && chance(r, 70))
        v = condition(r);
    else if (chance(r, 60))
        v = binary_int(r, ty);
    else if (chance(r, 25))
        v = unary_int(r, ty);
    else
        v = from_other(r, ty);
    add_value(r, v);
}

/* ---- memory and calls ------------------------------------------------- */

/* An address with room for eight bytes, and a displacement. */
static esp_ref address(struct gen *r, int64_t *offset)
{
    esp_ref x;

    *offset = 8 * below(r, r->o->much_memory ? 2 : 8)
            + (chance(r, 20) ? below(r, 8) : 0);
    if (r->g->slots.n && chance(r, 30)) {
        *offset %= 24;
        return build_slot(r->g, below(r, r->g->slots.n));
    }
    if (chance(r, 70))
        return r->buffer;
    x = pure3(r, IR_and, TY_i64, operand(r, TY_i64),
              build_const(r->g, TY_i64, 0x78), 0);
    return pure3(r, IR_add, TY_i64, r->buffer, x, 0);
}

static void make_access(struct gen *r)
{
    esp_type ty = r->o->much_memory && chance(r, 60) ? TY_i64 : random_type(r);
    int64_t offset;
    esp_ref at = address(r, &offset);
    uint16_t flags = chance(r, 10) ? INS_VOLATILE : 0;

    if (chance(r, 50))
        add_value(r, build_load(&r->b, ty, at, offset, flags));
    else
        build_store(&r->b, at, offset, operand(r, ty), flags);
}

static uint32_t make_state(struct gen *r);

static void make_call(struct gen *r)
{
    esp_ccall c = { .leaf = chance(r, 30) };
    esp_ref args[2];
    esp_ref result;

    c.sig.nresults = 1;
    c.sig.result[0] = c.sig.arg[0] = c.sig.arg[1] = TY_i64;
    c.sig.nargs = 2;
    args[0] = operand(r, TY_i64);
    args[1] = operand(r, TY_i64);
    switch (below(r, r->o->no_floats ? 3 : 4)) {
    case 0:
        c.callee = build_const(r->g, TY_i64,
                               (uintptr_t)random_callee_mix);
        c.name = "mix";
        break;
    case 1:
        c.callee = build_const(r->g, TY_i64, (uintptr_t)random_callee_two);
        c.name = "two";
        c.sig.nargs = 1;
        c.sig.arg[1] = 0;
        c.sig.nresults = 2;
        c.sig.result[1] = TY_i64;
        break;
    case 2:
        c.callee = build_const(r->g, TY_i64, (uintptr_t)random_callee_touch);
        c.name = "touch";
        args[0] = r->buffer;
        if (r->o->much_memory)
            args[1] = build_const(r->g, TY_i64, 8 + below(r, 2));
        break;
    default:
        c.callee = build_const(r->g, TY_i64, (uintptr_t)random_callee_half);
        c.name = "half";
        c.sig.arg[0] = c.sig.result[0] = TY_f64;
        args[0] = operand(r, TY_f64);
        break;
    }
    c.args = graph_refs(r->g, args, c.sig.nargs);
    c.nargs = c.sig.nargs;
    c.state = c.leaf || r->o->no_guards ? 0 : make_state(r);
    result = build_call(&r->b, &c);
    add_value(r, result);
    if (c.sig.nresults == 2)
        add_value(r, build_second(r->g, result, TY_i64));
}

/* ---- guards ----------------------------------------------------------- */

static esp_ref state_value(struct gen *r)
{
    esp_ref v = operand(r, random_type(r));

    if (!r->o->no_vobjs && chance(r, 15)) {
        v = build_vobj(r->g, below(r, 2));
        if (chance(r, 40))
            v = build_number(r->g, (esp_ins){
                .op = IR_add, .ty = TY_i64, .a = v,
                .b = build_const(r->g, TY_i64, 8) });
    }
    return v;
}

/* Two virtual objects, the first of which may refer to the second. */
static uint32_t make_objects(struct gen *r, uint32_t *w)
{
    uint32_t n = 0;

    w[n++] = 0;
    w[n++] = 2;
    w[n++] = 0;
    w[n++] = operand(r, TY_i32);
    w[n++] = 8;
    w[n++] = chance(r, 50) ? build_vobj(r->g, 1) : operand(r, TY_i64);
    w[n++] = 1;
    w[n++] = 1;
    w[n++] = 8;
    w[n++] = operand(r, TY_i64);
    return 2;
}

static uint32_t make_state(struct gen *r)
{
    esp_state s = { .point = below(r, 100) };
    uint32_t live[16], objects[16], n, state = 0;

    for (unsigned level = below(r, 3) + 1; level > 0; level--) {
        n = below(r, 6);
        for (uint32_t k = 0; k < n; k++) {
            live[2 * k] = k;
            live[2 * k + 1] = state_value(r);
        }
        s.parent = state;
        s.result[0] = chance(r, 50) ? operand(r, TY_i64) : 0;
        state = state_make(r->g, &s, live, n, objects,
                           level == 1 && !r->o->no_vobjs
                           ? make_objects(r, objects) : 0);
        s.point = below(r, 100);
    }
    return state;
}

/* Mostly true. */
static esp_ref likely(struct gen *r)
{
    esp_ref x = operand(r, TY_i64);

    if (chance(r, 30))
        return condition(r);
    return pure3(r, IR_ne, TY_i1, x, random_const(r, TY_i64), 0);
}

static void make_guard(struct gen *r)
{
    esp_ref cond = likely(r);

    if (!r->o->raw && graph_is_const(r->g, cond))
        return;
    build_guard(&r->b, cond, make_state(r), below(r, 5));
}

/* ---- control flow ----------------------------------------------------- */

static void make_statements(struct gen *r, unsigned n);

/* Values of given types, for an edge. */
static void make_args(struct gen *r, const esp_type *types, unsigned n,
                      esp_ref *args)
{
    for (unsigned k = 0; k < n; k++)
        args[k] = operand(r, types[k]);
}

static unsigned make_types(struct gen *r, esp_type *types)
{
    unsigned n = below(r, 4);

    for (unsigned k = 0; k < n; k++)
        types[k] = random_type(r);
    return n;
}

static void add_params(struct gen *r, uint32_t block, const esp_type *types,
                       unsigned n)
{
    for (unsigned k = 0; k < n; k++)
        add_value(r, graph_param(r->g, block, types[k]));
}

/* The arms of a branch or switch, which meet in `join` or end in a deopt; some
 * are slow paths. */
static void make_arms(struct gen *r, const uint32_t *arms, unsigned n,
                      unsigned size)
{
    esp_type types[4];
    unsigned ntypes = make_types(r, types), scope = r->n;
    uint32_t join = graph_block(r->g, false);
    esp_ref args[4];

    for (unsigned k = 0; k < n; k++) {
        r->b.block = arms[k];
        if (k > 0 && !r->o->no_calls && chance(r, 30)) {
            r->g->blocks.at[r->b.block].cold = true;
            make_call(r);
        }
        make_statements(r, chance(r, 30) ? 0 : size);
        if (k > 0 && !r->o->no_guards && chance(r, 25)) {
            r->g->blocks.at[r->b.block].cold = chance(r, 50);
            build_deopt(&r->b, make_state(r), below(r, 5));
        } else {
            make_args(r, types, ntypes, args);
            build_jump(&r->b, join, args, ntypes);
        }
        r->n = scope;
    }
    r->b.block = join;
    add_params(r, join, types, ntypes);
}

static void make_branch(struct gen *r)
{
    uint32_t arms[2] = { graph_block(r->g, false), graph_block(r->g, false) };
    esp_ref cond = condition(r);

    build_br(&r->b, cond, arms[0], NULL, 0, arms[1], NULL, 0);
    make_arms(r, arms, 2, 1 + below(r, 4));
}

static void make_switch(struct gen *r)
{
    uint32_t arms[4];
    uint64_t values[3] = { below(r, 3), 3 + below(r, 3), 7 };
    unsigned n = 2 + below(r, 3);

    for (unsigned k = 0; k < n; k++)
        arms[k] = graph_block(r->g, false);
    build_switch(&r->b, operand(r, TY_i64), values, arms, n);
    make_arms(r, arms, n, 1 + below(r, 3));
}

/* Where a loop ends: soon, and sooner in a loop around which there are more;
 * a constant or not. */
static esp_ref make_end(struct gen *r)
{
    uint64_t most = r->depth > 2 ? 3 : 15;

    if (chance(r, 60))
        return build_const(r->g, TY_i64, below(r, (unsigned)most));
    return pure3(r, IR_and, TY_i64, operand(r, TY_i64),
                 build_const(r->g, TY_i64, most), 0);
}

/* Goes on with the body while i has not come to the end, or is just there. */
static void make_test(struct gen *r, esp_ref i, esp_ref end, bool up,
                      uint32_t body, uint32_t behind)
{
    esp_op op = chance(r, 70) ? IR_slt : IR_sle;
    esp_ref x = up ? i : end, y = up ? end : i;

    if (chance(r, 70))
        build_br(&r->b, pure3(r, op, TY_i1, x, y, 0),
                 body, NULL, 0, behind, NULL, 0);
    else
        build_br(&r->b, pure3(r, op, TY_i1, y, x, 0),
                 behind, NULL, 0, body, NULL, 0);
}

/* The step, or one that is not a constant: 1 or 2, or far too large. */
static esp_ref make_step(struct gen *r, int64_t step)
{
    static const uint64_t masks[] = { 1, 1, 1, 65536, UINT64_MAX >> 2 };
    esp_ref x;

    if (step < 0 || chance(r, 60))
        return build_const(r->g, TY_i64, (uint64_t)step);
    x = pure3(r, IR_and, TY_i64, operand(r, TY_i64),
              build_const(r->g, TY_i64, masks[below(r, 5)]), 0);
    return pure3(r, IR_add, TY_i64, x, build_const(r->g, TY_i64, 1), 0);
}

/* Guards on bounds of a variable: below what mostly is large enough. */
static void make_bound(struct gen *r, esp_ref i)
{
    int64_t offset = (int64_t)below(r, 5) - 2;
    esp_ref above = pure3(r, IR_and, TY_i64, operand(r, TY_i64),
                          build_const(r->g, TY_i64, 0xffff), 0);
    esp_ref x = pure3(r, IR_add, TY_i64, i,
                      build_const(r->g, TY_i64, (uint64_t)offset), 0);

    build_guard(&r->b, pure3(r, IR_ult, TY_i1, chance(r, 40) ? i : x, above, 0),
                make_state(r), 1);
}

/* Something is added to what is at one place, in each turn. */
static void make_field(struct gen *r)
{
    int64_t offset = 8 * below(r, 4);
    esp_type ty = chance(r, 70) ? TY_i64 : TY_i32;
    esp_ref x = build_load(&r->b, ty, r->buffer, offset, 0);

    x = pure3(r, IR_add, ty, x, operand(r, ty), 0);
    add_value(r, x);
    if (!r->o->no_guards && chance(r, 50))
        make_guard(r);
    build_store(&r->b, r->buffer, offset, x, 0);
}

/* for (i = start; i < end; i += step) with a few variables carried around; or
 * down to the end. */
static void make_loop(struct gen *r)
{
    bool up = chance(r, 70);
    uint32_t header = graph_block(r->g, false), body = graph_block(r->g, false);
    uint32_t behind = graph_block(r->g, false);
    esp_type types[5] = { TY_i64 };
    unsigned n = 1 + make_types(r, types + 1), scope = r->n;
    esp_ref args[5], i, end = make_end(r);
    int64_t by = 1 + below(r, 3) / 2;
    esp_ref step = make_step(r, up ? by : -by);
    esp_ref recent[MOST_RECENT];

    make_args(r, types, n, args);
    args[0] = build_const(r->g, TY_i64, (up ? 0 : 12) + below(r, 2));
    build_jump(&r->b, header, args, n);
    r->b.block = header;
    add_params(r, header, types, n);
    i = r->g->blocks.at[header].params.at[0];
    memcpy(recent, r->recent, sizeof recent);
    add_recent(r, i);
    if (chance(r, 30))
        make_statements(r, 1);
    make_test(r, i, end, up, body, behind);
    scope = r->n;
    r->b.block = body;
    if (!r->o->no_guards && chance(r, 25))
        make_bound(r, i);
    if (!r->o->no_memory && chance(r, 25))
        make_field(r);
    make_statements(r, 1 + below(r, r->o->much_memory ? 8 : 4));
    if (!r->o->no_guards && chance(r, 50))
        build_guard(&r->b, pure3(r, IR_xor, TY_i1,
                                 pure3(r, IR_addo, TY_i1, i, step, 0),
                                 build_const(r->g, TY_i1, 1), 0),
                    make_state(r), 1);
    make_args(r, types, n, args);
    for (unsigned k = 1; k < n; k++)    /* some never change */
        if (chance(r, 30))
            args[k] = r->g->blocks.at[header].params.at[k];
    args[0] = pure3(r, IR_add, TY_i64, i, step, 0);
    build_jump(&r->b, header, args, n);
    r->n = scope;
    memcpy(r->recent, recent, sizeof recent);
    r->b.block = behind;
}

static void make_statement(struct gen *r)
{
    unsigned what = below(r, 100);

    if (r->o->much_memory && chance(r, 40))
        what = 62 + below(r, 22);
    if (r->o->much_order && chance(r, 30))
        what = 72 + below(r, 28);
    if (what < 60 || r->left == 0)
        make_value(r);
    else if (what < 72 && !r->o->no_memory)
        make_access(r);
    else if (what < 80 && !r->o->no_guards)
        make_guard(r);
    else if (what < 84 && !r->o->no_calls)
        make_call(r);
    else if (r->depth >= MOST_DEPTH)
        make_value(r);
    else if (what < 91)
        make_branch(r);
    else if (what < 93)
        make_switch(r);
    else
        make_loop(r);
}

static void make_statements(struct gen *r, unsigned n)
{
    r->depth++;
    for (; n > 0; n--) {
        if (r->left > 0)
            r->left--;
        make_statement(r);
    }
    r->depth--;
}

static void make_objects_of_graph(struct gen *r)
{
    if (!r->o->no_memory && !r->o->no_slots)
        for (unsigned k = below(r, 3); k > 0; k--)
            VEC_PUSH(r->g->arena, &r->g->slots, ((esp_slot){ 32, 16 }));
    if (!r->o->no_vobjs)
        for (unsigned k = 0; k < 2; k++)
            VEC_PUSH(r->g->arena, &r->g->vobjs,
                     ((esp_vobj){ .kind = VOBJ_NEW, .size = 24, .align = 8 }));
}

esp_graph *random_graph(esp_unit *u, const random_options *o)
{
    static const uint8_t params[] = { TY_i64, TY_i64, TY_i64, TY_i32, TY_f64 };
    struct gen *r = ARENA_NEW(&u->arena, struct gen);
    /* two of one kind come back in registers of that kind on every machine */
    esp_type result = o->no_floats ? TY_i64 : TY_f64;
    esp_ref x, y;

    *r = (struct gen){ .g = graph_new(u), .o = o, .rng = o->seed,
                       .left = o->size };
    r->b = (esp_build){ r->g, graph_block(r->g, false) };
    for (unsigned k = 0; k < RANDOM_PARAMS; k++) {
        uint8_t ty = o->no_floats && params[k] == TY_f64 ? TY_i64 : params[k];

        add_value(r, graph_param(r->g, 0, (esp_type)ty));
        r->g->sig.arg[r->g->sig.nargs++] = ty;
    }
    r->buffer = r->value[0];
    for (unsigned k = 0; k < MOST_RECENT; k++)
        r->recent[k] = r->value[1 + k % 2];
    make_objects_of_graph(r);
    while (r->left > 0)
        make_statements(r, 1);
    x = operand(r, result);
    y = operand(r, result);
    r->g->sig.nresults = 2;
    r->g->sig.result[0] = r->g->sig.result[1] = (uint8_t)result;
    build_ret(&r->b, x, y);
    return r->g;
}

/* ---- what they call --------------------------------------------------- */

static void log_call(uint64_t what, uint64_t a, uint64_t b)
{
    uint64_t h = what ^ a * 31 ^ b * 1021;

    if (log_of_calls)
        log_of_calls->hash = random_next(&h) + 7 * log_of_calls->hash;
}

uint64_t random_callee_mix(uint64_t a, uint64_t b)
{
    log_call(1, a, b);
    return a * 31 + b;
}

struct random_two random_callee_two(uint64_t a)
{
    log_call(2, a, 0);
    return (struct random_two){ { a + 1, ~a } };
}

uint64_t random_callee_touch(uint64_t buffer, uint64_t a)
{
    uint64_t x;

    log_call(3, buffer, a);
    memcpy(&x, (char *)(uintptr_t)buffer + a % 8 * 8, sizeof x);
    x += a;
    memcpy((char *)(uintptr_t)buffer + a % 8 * 8, &x, sizeof x);
    return x;
}

double random_callee_half(double a, uint64_t b)
{
    uint64_t bits;

    memcpy(&bits, &a, sizeof bits);
    if (a != a)
        bits = 0;               /* NaNs may differ */
    log_call(4, bits, b);
    return a / 2;
}

static bool make_call_for(void *arg, const esp_ccall *c, uint64_t callee,
                          const uint64_t *args, uint64_t result[2])
{
    void *f = (void *)(uintptr_t)callee;
    double d;

    (void)arg;
    (void)c;
    if (f == (void *)random_callee_mix) {
        result[0] = random_callee_mix(args[0], args[1]);
    } else if (f == (void *)random_callee_two) {
        struct random_two two = random_callee_two(args[0]);
        memcpy(result, two.r, sizeof two.r);
    } else if (f == (void *)random_callee_touch) {
        result[0] = random_callee_touch(args[0], args[1]);
    } else if (f == (void *)random_callee_half) {
        memcpy(&d, args, sizeof d);
        d = random_callee_half(d, args[1]);
        memcpy(result, &d, sizeof d);
    } else {
        return false;
    }
    return true;
}

/* ---- running ---------------------------------------------------------- */

struct teller {
    esp_graph *g;
    random_outcome *o;
    esp_ref refs[RUN_VALUES];
};

static uint64_t value_of(const struct teller *t, esp_ref r)
{
    const esp_ins *i = graph_at(t->g, r);
    uint64_t x[3] = { 0 };

    if (i->op == IR_const)
        return graph_const(t->g, r);
    if (i->flags & INS_SUNK) {
        for (uint32_t k = 0; k < op_info[i->op].inputs; k++)
            x[k] = value_of(t, (&i->a)[k]);
        return arith((esp_op)i->op, (esp_type)i->ty,
                     (esp_type)graph_at(t->g, i->a)->ty, x[0], x[1], x[2]);
    }
    for (uint32_t k = 0; k < t->o->run.nvalues; k++)
        if (t->refs[k] == r)
            return t->o->run.values[k];
    return 0;
}

/* The address of a virtual object, plus a constant. */
static bool is_object(const esp_graph *g, esp_ref r, uint32_t *id,
                      uint64_t *offset)
{
    const esp_ins *i = graph_at(g, r);

    for (*offset = 0; i->op == IR_add && graph_is_const(g, i->b);
         i = graph_at(g, i->a))
        *offset += graph_const(g, i->b);
    *id = i->a;
    return i->op == IR_vobj;
}

/* A value of a deoptimized frame, in words.  Of 64 bits it may be kept as an
 * integer or as a number: see pe/opt/kinds.c. */
static void tell_value(struct teller *t, esp_ref r)
{
    const esp_ins *i = graph_at(t->g, r);
    uint64_t offset, x;
    uint32_t id;
    double d;
    float f;

    if (is_object(t->g, r, &id, &offset)) {
        text_printf(&t->o->left, " vobj%u+%" PRIu64, id, offset);
        return;
    }
    x = value_of(t, r);
    memcpy(&d, &x, sizeof d);
    memcpy(&f, &x, sizeof f);
    if ((type_size[i->ty] == 8 && d != d) || (i->ty == TY_f32 && f != f))
        text_printf(&t->o->left, " NaN");
    else
        text_printf(&t->o->left, " %" PRIx64, x);
}

static void tell_state(struct teller *t, uint32_t state)
{
    esp_graph *g = t->g;

    graph_state_refs(g, state, t->refs, RUN_VALUES);
    for (; state; state = g->states.at[state].parent) {
        const esp_state *s = &g->states.at[state];
        uint32_t at = s->objects;

        text_printf(&t->o->left, "[%u:", s->point);
        for (uint32_t k = 0; k < s->nlive; k++)
            tell_value(t, g->refs.at[s->live + 2 * k + 1]);
        if (s->result[0])
            tell_value(t, s->result[0]);
        for (uint32_t k = 0; k < s->nobjects; k++) {
            text_printf(&t->o->left, " {%u", g->refs.at[at]);
            for (uint32_t e = 0; e < g->refs.at[at + 1]; e++)
                tell_value(t, g->refs.at[at + 3 + 2 * e]);
            at += 2 + 2 * g->refs.at[at + 1];
        }
        text_printf(&t->o->left, "]");
    }
}

void random_run_by(esp_graph *g, uint64_t seed, random_outcome *o,
                   random_runner *run, void *arg)
{
    /* at one address always, since graphs may compute with it */
    static unsigned char buffer[RANDOM_BUFFER];
    uint64_t rng = seed, args[RANDOM_PARAMS];
    struct random_calls log = { 0 };
    struct teller t = { .g = g, .o = o };

    memset(o, 0, sizeof *o);
    for (unsigned k = 0; k < RANDOM_BUFFER; k++)
        buffer[k] = (unsigned char)random_bits(&rng);
    for (unsigned k = 1; k < RANDOM_PARAMS; k++)
        args[k] = random_bits(&rng);
    args[0] = (uintptr_t)buffer;
    o->run.max_steps = 200000;
    o->run.valid = true;
    o->run.call = make_call_for;
    log_of_calls = &log;
    run(arg, g, &o->run, args);
    log_of_calls = NULL;
    memcpy(o->buffer, buffer, sizeof buffer);
    o->calls = log.hash;
    if (o->run.state)
        tell_state(&t, o->run.state);
}

static void run_reference(void *arg, esp_graph *g, esp_run *run,
                          const uint64_t *args)
{
    (void)arg;
    graph_run(g, run, args);
}

void random_run(esp_graph *g, uint64_t seed, random_outcome *o)
{
    random_run_by(g, seed, o, run_reference, NULL);
}

void random_free(random_outcome *o)
{
    text_free(&o->left);
}

static bool left(esp_run_end e)
{
    return e == RUN_GUARD || e == RUN_DEOPT;
}

static bool same_double(uint64_t x, uint64_t y, bool is_float)
{
    double p, q;

    memcpy(&p, &x, sizeof p);
    memcpy(&q, &y, sizeof q);
    return x == y || (is_float && p != p && q != q);
}

static bool is_nan(const char *word, size_t n)
{
    char *end;
    uint64_t bits = strtoull(word, &end, 16);
    double d;

    memcpy(&d, &bits, sizeof d);
    return !strncmp(word, "NaN", 3) || (end == word + n && d != d);
}

/* Whether a value is kept as a number or as its bits is up to the optimizer,
 * so a NaN is the same as any bits of one. */
static bool same_word(const char *x, size_t n, const char *y, size_t m)
{
    if (n == m && !memcmp(x, y, n))
        return true;
    return (!strncmp(x, "NaN", 3) || !strncmp(y, "NaN", 3))
        && is_nan(x, n) && is_nan(y, m);
}

static bool same_states(const char *x, const char *y)
{
    while (*x && *y) {
        size_t n = strcspn(x, " ]"), m = strcspn(y, " ]");

        if (!same_word(x, n, y, m) || x[n] != y[m])
            return false;
        x += n + (x[n] != 0);
        y += m + (y[m] != 0);
    }
    return *x == *y;
}

bool random_same(const random_outcome *a, const random_outcome *b,
                 esp_text *why)
{
    if (a->run.unspecified || a->run.end == RUN_TRAP
        || a->run.end == RUN_STEPS)
        return true;
    if (a->run.end != b->run.end && !(left(a->run.end) && left(b->run.end)))
        text_printf(why, "ends %d and %d (%s)", a->run.end, b->run.end,
                    b->run.why ? b->run.why : "");
    else if (left(a->run.end) && a->run.reason != b->run.reason)
        text_printf(why, "reasons %u and %u", a->run.reason, b->run.reason);
    else if (!same_states(text_get(&a->left), text_get(&b->left)))
        text_printf(why, "states %s and %s", text_get(&a->left),
                    text_get(&b->left));
    else if (a->run.end == RUN_RETURNED
             && (a->run.r[0] != b->run.r[0]
                 || !same_double(a->run.r[1], b->run.r[1], true)))
        text_printf(why, "results %" PRIx64 ", %" PRIx64 " and %" PRIx64
                    ", %" PRIx64, a->run.r[0], a->run.r[1],
                    b->run.r[0], b->run.r[1]);
    else if (a->calls != b->calls)
        text_printf(why, "calls differ");
    else if (memcmp(a->buffer, b->buffer, sizeof a->buffer))
        text_printf(why, "memory differs");
    else
        return true;
    return false;
}
