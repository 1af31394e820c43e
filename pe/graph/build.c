/*
 * Emission: fold, number, then create.
 *
 * Pure instructions are looked up in a hash table by their 16 bytes.  The
 * table is never told when instructions vanish (graph_release) or become
 * something else (a pass leaves a copy): see table.h.
 */
#include "framework/base/cc.h"
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/table.h"

#include <string.h>

/* An instruction as two words: what is compared and hashed stays in
 * registers. */
struct words { uint64_t lo, hi; };

_Static_assert(sizeof(esp_ins) == sizeof(struct words), "two words");

static struct words words_of(const esp_ins *i)
{
    struct words w;

    memcpy(&w, i, sizeof w);
    return w;
}

static uint32_t hash_words(struct words w)
{
    return table_hash(w.lo, w.hi);
}

static uint32_t hash_at(const esp_graph *g, uint32_t r)
{
    return hash_words(words_of(&g->ins.at[r]));
}

static inline esp_ref find(const esp_graph *g, struct words w, uint32_t hash)
{
    const struct table_entry *at = g->numbers->at;
    uint32_t mask = g->numbers->mask;

    for (uint32_t k = hash & mask; at[k].index; k = (k + 1) & mask)
        if (at[k].hash == hash && at[k].index < g->ins.n) {
            struct words x = words_of(&g->ins.at[at[k].index]);

            if (x.lo == w.lo && x.hi == w.hi)
                return at[k].index;
        }
    return 0;
}

esp_ref build_find(const esp_graph *g, esp_ins i)
{
    struct words w = words_of(&i);

    return find(g, w, hash_words(w));
}

static esp_ref add_number(esp_graph *g, esp_ins i, uint32_t h)
{
    graph_table *t = g->numbers;
    esp_ref r = graph_ins(g, i);

    table_put(t, h, r, r);
    if (CC_UNLIKELY(t->used * 2 > t->mask))
        table_clean(g, t, g->ins.n, hash_at);
    return r;
}

esp_ref build_number(esp_graph *g, esp_ins i)
{
    struct words w = words_of(&i);
    uint32_t h = hash_words(w);
    esp_ref r = find(g, w, h);

    return r ? r : add_number(g, i, h);
}

void build_enter(esp_graph *g, esp_ref r)
{
    graph_table *t = g->numbers;

    table_put(t, hash_at(g, r), r, g->ins.n);
    if (t->used * 2 > t->mask)
        table_clean(g, t, g->ins.n, hash_at);
}

static esp_ref append(esp_build *b, esp_ins i)
{
    esp_ref r = graph_ins(b->g, i);

    VEC_PUSH(b->g->arena, &b->g->blocks.at[b->block].code, r);
    return r;
}

/* ---- pure instructions ------------------------------------------------ */

static uint64_t cut(esp_type ty, uint64_t bits)
{
    switch (ty) {
    case TY_i1:  return bits & 1;
    case TY_i8:  return bits & 0xff;
    case TY_i16: return bits & 0xffff;
    case TY_i32: case TY_f32: return bits & 0xffffffff;
    default:     return bits;
    }
}

esp_ref build_const(esp_graph *g, esp_type ty, uint64_t bits)
{
    bits = cut(ty, bits);
    return build_number(g, (esp_ins){ .op = IR_const, .ty = (uint8_t)ty,
                                .a = (uint32_t)bits,
                                .b = (uint32_t)(bits >> 32) });
}

esp_ref build_f64(esp_graph *g, double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return build_const(g, TY_f64, bits);
}

/* Constants stand on the right, otherwise the older instruction on the left. */
static esp_ins in_order(const esp_graph *g, esp_ins i)
{
    uint32_t key_a = graph_is_const(g, i.a) ? UINT32_MAX : i.a;
    uint32_t key_b = graph_is_const(g, i.b) ? UINT32_MAX : i.b;

    if (key_a > key_b) {
        esp_ref a = i.a;
        i.a = i.b;
        i.b = a;
    }
    return i;
}

/* The inputs of a pure instruction in their normal order. */
static esp_ins normal(const esp_graph *g, esp_ins i)
{
    i.flags = 0;
    return op_info[i.op].flags & OP_COMM ? in_order(g, i) : i;
}

esp_ref build_pure(esp_build *b, esp_ins i)
{
    esp_ref r;

    i = normal(b->g, i);
    r = fold(b, i);
    return r ? r : build_number(b->g, i);
}

esp_ref build_ins(esp_build *b, esp_ins i)
{
    esp_ref r;

    if (!(op_info[i.op].flags & OP_PURE))
        return append(b, i);
    if (!(op_info[i.op].flags & OP_TRAPS))
        return build_pure(b, i);
    i = normal(b->g, i);
    r = fold(b, i);
    if (r)
        return r;
    if (!fold_may_trap(b->g, i))
        return build_number(b->g, i);
    i.flags = INS_PINNED;
    return append(b, i);
}

esp_ref build_find_binary(const esp_graph *g, esp_op op, esp_ref x, esp_ref y)
{
    uint8_t ty = op_info[op].result == RESULT_BOOL ? TY_i1
                                                   : graph_at(g, x)->ty;

    return build_find(g, normal(g, (esp_ins){ .op = (uint8_t)op, .ty = ty,
                                              .a = x, .b = y }));
}

/* x << by, if that is there. */
static esp_ref find_shift(const esp_graph *g, esp_ref x, unsigned by)
{
    uint8_t ty = graph_at(g, x)->ty;
    esp_ref y = build_find(g, (esp_ins){ .op = IR_const, .ty = ty, .a = by });

    return y ? build_find(g, (esp_ins){ .op = IR_shl, .ty = ty,
                                        .a = x, .b = y }) : 0;
}

/* x + x and x * 8 have become shifts. */
esp_ref build_find_result(const esp_graph *g, esp_ref r)
{
    static const uint8_t result_op[IR_COUNT] = {
        [IR_addo] = IR_add, [IR_subo] = IR_sub, [IR_mulo] = IR_mul,
        [IR_uaddo] = IR_add, [IR_umulo] = IR_mul
    };
    const esp_ins *i = graph_at(g, r);
    uint8_t op = result_op[i->op];

    if (!op)
        return 0;
    if (op == IR_add && i->a == i->b)
        return find_shift(g, i->a, 1);
    if (op == IR_mul && graph_is_const(g, i->b)
        && power_of_two(graph_const(g, i->b)))
        return find_shift(g, i->a, CC_CTZ64(graph_const(g, i->b)));
    return build_find(g, (esp_ins){ .op = op, .ty = graph_at(g, i->a)->ty,
                                    .a = i->a, .b = i->b });
}

esp_ref build_unary(esp_build *b, esp_op op, esp_ref x)
{
    return build_ins(b, (esp_ins){ .op = (uint8_t)op,
                                   .ty = graph_at(b->g, x)->ty, .a = x });
}

esp_ref build_binary(esp_build *b, esp_op op, esp_ref x, esp_ref y)
{
    esp_type ty = op_info[op].result == RESULT_BOOL ? TY_i1
                : (esp_type)graph_at(b->g, x)->ty;

    return build_ins(b, (esp_ins){ .op = (uint8_t)op, .ty = (uint8_t)ty,
                                   .a = x, .b = y });
}

esp_ref build_convert(esp_build *b, esp_op op, esp_type to, esp_ref x)
{
    return build_ins(b, (esp_ins){ .op = (uint8_t)op, .ty = (uint8_t)to,
                                   .a = x });
}

esp_ref build_select(esp_build *b, esp_ref cond, esp_ref x, esp_ref y)
{
    return build_ins(b, (esp_ins){ .op = IR_select,
                                   .ty = graph_at(b->g, x)->ty,
                                   .a = cond, .b = x, .c = y });
}

esp_ref build_not(esp_build *b, esp_ref cond)
{
    return build_binary(b, IR_xor, cond, build_const(b->g, TY_i1, 1));
}

esp_ref build_offset(esp_build *b, esp_ref base, int64_t offset)
{
    return build_binary(b, IR_add, base,
                        build_const(b->g, TY_i64, (uint64_t)offset));
}

esp_ref build_vobj(esp_graph *g, uint32_t id)
{
    return build_number(g, (esp_ins){ .op = IR_vobj, .ty = TY_i64, .a = id });
}

esp_ref build_slot(esp_graph *g, uint32_t slot)
{
    return build_number(g, (esp_ins){ .op = IR_slot, .ty = TY_i64, .a = slot });
}

esp_ref build_frameaddr(esp_graph *g)
{
    return build_number(g, (esp_ins){ .op = IR_frameaddr, .ty = TY_i64 });
}

esp_ref build_second(esp_graph *g, esp_ref call, esp_type ty)
{
    return build_number(g, (esp_ins){ .op = IR_second, .ty = (uint8_t)ty,
                                .a = call });
}

/* ---- memory ----------------------------------------------------------- */

/* Constants in an address: those that fit into a displacement, and where an
 * object is that has a known address. */
struct constants { uint64_t near, far; };

static bool is_displacement(uint64_t offset)
{
    return (int64_t)offset == (int32_t)offset;
}

static void take_constant(struct constants *c, uint64_t k)
{
    *(is_displacement(k) ? &c->near : &c->far) += k;
}

/* What is left of a sum when the constants in it are taken out; they are added
 * to *c.  `depth` instructions are looked through. */
static esp_ref without_constants(esp_build *b, esp_ref r, struct constants *c,
                                 int depth)
{
    const esp_ins i = *graph_at(b->g, r);
    struct constants inner = { 0, 0 };
    esp_ref x, y;

    if (depth == 0 || (i.op != IR_add && i.op != IR_shl))
        return r;
    if (i.op == IR_add && graph_is_const(b->g, i.b)) {
        take_constant(c, graph_const(b->g, i.b));
        return without_constants(b, i.a, c, depth);
    }
    if (i.op == IR_add) {
        x = without_constants(b, i.a, c, depth - 1);
        y = without_constants(b, i.b, c, depth - 1);
        return x == i.a && y == i.b ? r : build_binary(b, IR_add, x, y);
    }
    if (!graph_is_const(b->g, i.b))
        return r;
    x = without_constants(b, i.a, &inner, depth - 1);
    take_constant(c, (inner.near + inner.far) << graph_const(b->g, i.b));
    return x == i.a ? r : build_binary(b, IR_shl, x, i.b);
}

esp_ref build_address(esp_build *b, esp_ref base, int64_t *offset)
{
    struct constants c = { (uint64_t)*offset, 0 };
    esp_ref x = without_constants(b, base, &c, 3);
    uint64_t sum = c.near + c.far;

    if (graph_is_const(b->g, x)) {
        *offset = 0;
        return build_const(b->g, TY_i64, graph_const(b->g, x) + sum);
    }
    if (is_displacement(sum))
        c = (struct constants){ sum, 0 };
    else if (!is_displacement(c.near))
        c = (struct constants){ 0, sum };
    *offset = (int64_t)c.near;
    return c.far ? build_offset(b, x, (int64_t)c.far) : x;
}

esp_ref build_load(esp_build *b, esp_type ty, esp_ref addr, int64_t offset,
                   uint16_t flags)
{
    addr = build_address(b, addr, &offset);
    return append(b, (esp_ins){ .op = IR_load, .ty = (uint8_t)ty,
                                .flags = flags, .a = addr,
                                .b = (uint32_t)offset });
}

void build_store(esp_build *b, esp_ref addr, int64_t offset, esp_ref value,
                 uint16_t flags)
{
    addr = build_address(b, addr, &offset);
    append(b, (esp_ins){ .op = IR_store, .ty = TY_void, .flags = flags,
                         .a = addr, .b = value, .c = (uint32_t)offset });
}

/* ---- other effects ---------------------------------------------------- */

esp_ref build_call(esp_build *b, const esp_ccall *call)
{
    esp_graph *g = b->g;
    esp_ccall copy = *call;
    esp_type ty = copy.sig.nresults ? (esp_type)copy.sig.result[0] : TY_void;

    VEC_PUSH(g->arena, &g->calls, copy);
    return append(b, (esp_ins){ .op = IR_call, .ty = (uint8_t)ty,
                                .a = g->calls.n - 1 });
}

void build_guard(esp_build *b, esp_ref cond, uint32_t state, uint32_t reason)
{
    if (graph_is_const(b->g, cond) && graph_const(b->g, cond))
        return;
    append(b, (esp_ins){ .op = IR_guard, .ty = TY_void,
                         .a = cond, .b = state, .c = reason });
}

esp_ref build_valid(esp_build *b)
{
    return append(b, (esp_ins){ .op = IR_valid, .ty = TY_i1 });
}

/* ---- terminators ------------------------------------------------------ */

static void edge(esp_graph *g, uint32_t to, const esp_ref *args, uint32_t n,
                 uint64_t value)
{
    uint32_t at = graph_refs(g, args, n);

    VEC_PUSH(g->arena, &g->edges,
             ((esp_edge){ .block = to, .args = at, .nargs = n,
                          .value = value }));
}

void build_jump(esp_build *b, uint32_t to, const esp_ref *args, uint32_t n)
{
    esp_graph *g = b->g;
    uint32_t first = g->edges.n;

    edge(g, to, args, n, 0);
    append(b, (esp_ins){ .op = IR_jump, .b = first, .c = 1 });
}

void build_br(esp_build *b, esp_ref cond,
              uint32_t to, const esp_ref *args, uint32_t n,
              uint32_t other, const esp_ref *other_args, uint32_t m)
{
    esp_graph *g = b->g;
    uint32_t first = g->edges.n;

    if (graph_is_const(g, cond)) {
        if (graph_const(g, cond))
            build_jump(b, to, args, n);
        else
            build_jump(b, other, other_args, m);
        return;
    }
    if (graph_negated(g, cond)) {
        build_br(b, graph_negated(g, cond), other, other_args, m, to, args, n);
        return;
    }
    edge(g, to, args, n, 0);
    edge(g, other, other_args, m, 0);
    append(b, (esp_ins){ .op = IR_br, .a = cond, .b = first, .c = 2 });
}

void build_switch(esp_build *b, esp_ref x, const uint64_t *values,
                  const uint32_t *blocks, uint32_t n)
{
    esp_graph *g = b->g;
    uint32_t first = g->edges.n;

    if (graph_is_const(g, x)) {
        uint32_t k = 0;

        while (k < n - 1 && values[k] != graph_const(g, x))
            k++;
        build_jump(b, blocks[k], NULL, 0);
        return;
    }
    for (uint32_t k = 0; k < n; k++)
        edge(g, blocks[k], NULL, 0, k < n - 1 ? values[k] : 0);
    append(b, (esp_ins){ .op = IR_switch, .a = x, .b = first, .c = n });
}

void build_ret(esp_build *b, esp_ref x, esp_ref y)
{
    append(b, (esp_ins){ .op = IR_ret, .a = x, .b = y });
}

void build_deopt(esp_build *b, uint32_t state, uint32_t reason)
{
    append(b, (esp_ins){ .op = IR_deopt, .b = state, .c = reason });
}

void build_unreachable(esp_build *b)
{
    append(b, (esp_ins){ .op = IR_unreachable });
}
