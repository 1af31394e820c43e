/*
 * What holds of a function in an image.
 *
 *   - Blocks are not empty; each ends in a terminator and has no other.
 *   - Operands have the types that their operation asks for.
 *   - A value is defined, in its own block or in one that dominates it, before
 *     it is used.
 *   - Edges pass one argument for each parameter, of its type; block 0 has the
 *     function's arguments as parameters and no edge comes to it.
 *   - Loops nest, an edge enters one only at its first block, and only edges
 *     to the first block of a loop, from within it, go back.
 *   - Calls pass what their signatures say.
 *   - The live lists name, in ascending order, all that is used behind them
 *     and was defined before; nothing else.
 *
 * Everything that reads an image (the evaluator, the IR interpreter) relies on
 * this and checks none of it again.
 */
#include "framework/base/bits.h"
#include "pe/image/image.h"

typedef struct check {
    const esp_ifunc *f;
    esp_arena *arena;
    const char *wrong;
    uint32_t *block_of;         /* by instruction */
    uint32_t *idom;             /* by block */
    esp_bits *live;             /* by block: on entry; bits: instructions */
} check;

static bool want(check *c, bool holds, const char *what)
{
    if (!holds && !c->wrong)
        c->wrong = what;
    return holds;
}

static bool is_const(const check *c, uint32_t v)
{
    return v < c->f->nconsts;
}

static esp_type type_of(const check *c, uint32_t v)
{
    return is_const(c, v) ? c->f->const_ty[v]
                          : c->f->code[v - c->f->nconsts].ty;
}

static const esp_ins *terminator(const check *c, uint32_t b)
{
    return &c->f->code[c->f->blocks[b].end - 1];
}

static bool has_edges(const esp_ins *i)
{
    return i->op == IR_jump || i->op == IR_br || i->op == IR_switch;
}

/* ---- blocks and edges -------------------------------------------------- */

static void check_blocks(check *c)
{
    const esp_ifunc *f = c->f;

    for (uint32_t b = 0; b < f->nblocks; b++)
        for (uint32_t k = f->blocks[b].first; k < f->blocks[b].end; k++) {
            bool last = k + 1 == f->blocks[b].end;
            bool param = k - f->blocks[b].first < f->blocks[b].nparams;

            c->block_of[k] = b;
            want(c, !(op_info[f->code[k].op].flags & OP_TERM) == !last,
                 "a terminator is not last, or the last is none");
            want(c, (f->code[k].op == IR_param) == param,
                 "a parameter does not stand first");
        }
}

static void check_entry(check *c)
{
    const esp_ifunc *f = c->f;

    if (!want(c, f->blocks[0].nparams == f->sig.nargs,
              "the entry's parameters are not the function's"))
        return;
    for (uint32_t k = 0; k < f->sig.nargs; k++)
        want(c, f->code[k].ty == f->sig.arg[k],
             "a parameter of the entry has another type");
}

static void check_edge(check *c, uint32_t from, const esp_edge *e)
{
    const esp_iblock *to = &c->f->blocks[e->block];

    want(c, e->block != 0, "an edge to the entry");
    want(c, e->block > from || to->loop_end > from, "an edge back that is not "
                                                    "to its loop");
    if (!want(c, e->nargs == to->nparams, "an edge lacks arguments"))
        return;
    for (uint32_t k = 0; k < e->nargs; k++)
        want(c, type_of(c, c->f->refs[e->args + k]) ==
                    c->f->code[to->first + k].ty,
             "an argument of an edge has another type");
}

static void check_edges(check *c)
{
    for (uint32_t b = 0; b < c->f->nblocks; b++) {
        const esp_ins *t = terminator(c, b);

        if (!has_edges(t))
            continue;
        want(c, t->c == (t->op == IR_jump ? 1u : t->op == IR_br ? 2u : t->c) &&
                    t->c > 0, "a terminator lacks edges");
        for (uint32_t k = 0; k < t->c; k++)
            check_edge(c, b, &c->f->edges[t->b + k]);
    }
}

/* Loops are nested intervals of blocks; `open` is a stack of their ends. */
static void check_loops(check *c)
{
    const esp_ifunc *f = c->f;
    uint32_t *open = ARENA_ARRAY(c->arena, uint32_t, f->nblocks + 1);
    uint32_t *loop = ARENA_ARRAY(c->arena, uint32_t, f->nblocks);
    uint32_t n = 0;

    if (!want(c, open && loop, "no memory"))
        return;
    open[n++] = f->nblocks;     /* loop[b]: header + 1 of the innermost */
    for (uint32_t b = 0; b < f->nblocks; b++) {
        uint32_t end = f->blocks[b].loop_end;

        while (n > 1 && f->blocks[open[n - 1]].loop_end <= b)
            n--;
        if (end) {
            want(c, end > b && (n == 1 ||
                                end <= f->blocks[open[n - 1]].loop_end),
                 "loops that do not nest");
            open[n++] = b;
        }
        loop[b] = n > 1 ? open[n - 1] + 1 : 0;
    }
    for (uint32_t b = 0; b < f->nblocks; b++) {
        const esp_ins *t = terminator(c, b);

        for (uint32_t k = 0; has_edges(t) && k < t->c; k++) {
            uint32_t to = f->edges[t->b + k].block, h;

            /* into a loop from outside: only at its header */
            for (h = 0; h < to; h++)
                want(c, !(f->blocks[h].loop_end > to &&
                          (b < h || b >= f->blocks[h].loop_end)),
                     "a loop is entered in its middle");
        }
    }
}

/* ---- dominators -------------------------------------------------------- */

enum { NONE = UINT32_MAX };

static uint32_t common(const uint32_t *idom, uint32_t x, uint32_t y)
{
    while (x != y)
        if (x > y)
            x = idom[x];
        else
            y = idom[y];
    return x;
}

/* Forward edges alone decide: an edge back comes from a block that its target
 * dominates. */
static void find_dominators(check *c)
{
    const esp_ifunc *f = c->f;

    for (uint32_t b = 1; b < f->nblocks; b++)
        c->idom[b] = NONE;
    for (uint32_t b = 0; b < f->nblocks; b++) {
        const esp_ins *t = terminator(c, b);

        if (!want(c, b == 0 || c->idom[b] != NONE,
                  "a block that is not reached"))
            return;
        for (uint32_t k = 0; has_edges(t) && k < t->c; k++) {
            uint32_t to = f->edges[t->b + k].block;

            if (to > b)
                c->idom[to] = c->idom[to] == NONE
                                  ? b : common(c->idom, c->idom[to], b);
        }
    }
}

static bool dominates(const check *c, uint32_t x, uint32_t y)
{
    while (y > x)
        y = c->idom[y];
    return x == y;
}

/* v may be used by instruction k. */
static void check_use(check *c, uint32_t v, uint32_t k)
{
    uint32_t def = v - c->f->nconsts;

    if (is_const(c, v))
        return;
    want(c, c->f->code[def].ty != TY_void, "a use of something without value");
    want(c, c->block_of[def] == c->block_of[k]
                ? def < k : dominates(c, c->block_of[def], c->block_of[k]),
         "a use that its definition does not dominate");
}

/* ---- instructions ------------------------------------------------------ */

static bool is_int(esp_type t)
{
    return t >= TY_i1 && t <= TY_i64;
}

static void check_conversion(check *c, const esp_ins *i)
{
    esp_type from = type_of(c, i->a), to = i->ty;
    bool ok;

    switch (i->op) {
    case IR_zext: case IR_sext:
        ok = is_int(from) && is_int(to) && from < to;
        break;
    case IR_trunc:
        ok = is_int(from) && is_int(to) && from > to;
        break;
    case IR_bitcast:
        ok = type_size[from] == type_size[to] &&
             type_is_float(from) != type_is_float(to);
        break;
    case IR_sitofp: case IR_uitofp:
        ok = is_int(from) && from != TY_i1 && type_is_float(to);
        break;
    case IR_fptosi: case IR_fptoui:
        ok = type_is_float(from) && is_int(to) && to != TY_i1;
        break;
    case IR_fpext:
        ok = from == TY_f32 && to == TY_f64;
        break;
    default:
        ok = from == TY_f64 && to == TY_f32;
        break;
    }
    want(c, ok, "a conversion between types that it cannot convert");
}

static bool wants_floats(esp_op op)
{
    return (op >= IR_feq && op <= IR_fle) || (op >= IR_fadd && op <= IR_ftrunc);
}

static void check_types(check *c, const esp_ins *i)
{
    switch (i->op) {
    case IR_load: case IR_store:
        want(c, type_of(c, i->a) == TY_i64, "an address that is no i64");
        want(c, i->op != IR_load || i->ty != TY_i1, "a load of a single bit");
        want(c, i->op != IR_store || type_of(c, i->b) != TY_i1,
             "a store of a single bit");
        return;
    case IR_select:
        want(c, type_of(c, i->a) == TY_i1 &&
                    type_of(c, i->b) == type_of(c, i->c),
             "a select of different types, or not on a bit");
        return;
    case IR_br:
        want(c, type_of(c, i->a) == TY_i1, "a branch not on a bit");
        return;
    case IR_switch:
        want(c, is_int(type_of(c, i->a)) && type_of(c, i->a) != TY_i1,
             "a switch not on an integer");
        return;
    case IR_ret:
        if (c->f->sig.nresults > 0)
            want(c, type_of(c, i->a) == c->f->sig.result[0],
                 "a result of another type");
        if (c->f->sig.nresults > 1)
            want(c, type_of(c, i->b) == c->f->sig.result[1],
                 "a result of another type");
        return;
    case IR_alloca: case IR_frameaddr:
        want(c, i->ty == TY_i64, "an address that is no i64");
        return;
    case IR_call: case IR_second: case IR_param: case IR_jump:
    case IR_unreachable:
        return;
    }
    if (op_info[i->op].result == RESULT_ANY) {
        check_conversion(c, i);
        return;
    }
    want(c, type_is_float(type_of(c, i->a)) == wants_floats(i->op),
         "an operation on the wrong kind of number");
    if (op_info[i->op].inputs == 2)
        want(c, type_of(c, i->a) == type_of(c, i->b),
             "an operation on different types");
}

static void check_call(check *c, const esp_icall *call, uint32_t k)
{
    check_use(c, call->callee, k);
    want(c, type_of(c, call->callee) == TY_i64, "a callee that is no i64");
    want(c, call->nargs == call->sig.nargs, "a call lacks arguments");
    for (uint32_t j = 0; j < call->nargs; j++) {
        check_use(c, c->f->refs[call->args + j], k);
        want(c, type_of(c, c->f->refs[call->args + j]) == call->sig.arg[j],
             "an argument of another type");
    }
}

/* Operations that an image may hold. */
static bool belongs(esp_op op)
{
    switch (op) {
    case IR_none: case IR_const: case IR_copy: case IR_vobj: case IR_slot:
    case IR_guard: case IR_valid: case IR_deopt:
        return false;
    default:
        return op < IR_COUNT;
    }
}

static unsigned inputs(const check *c, const esp_ins *i)
{
    return i->op == IR_ret ? c->f->sig.nresults : op_info[i->op].inputs;
}

static void check_ins(check *c, uint32_t k)
{
    const esp_ins *i = &c->f->code[k];
    unsigned n = inputs(c, i);

    if (!want(c, belongs(i->op), "an operation that images do not have"))
        return;
    if (n > 0)
        check_use(c, i->a, k);
    if (n > 1)
        check_use(c, i->b, k);
    if (n > 2)
        check_use(c, i->c, k);
    if (i->op == IR_call)
        check_call(c, &c->f->calls[i->a], k);
    if (i->op == IR_alloca)
        want(c, i->b && !(i->b & (i->b - 1)), "an odd alignment");
    for (uint32_t e = 0; has_edges(i) && e < i->c; e++)
        for (uint32_t j = 0; j < c->f->edges[i->b + e].nargs; j++)
            check_use(c, c->f->refs[c->f->edges[i->b + e].args + j], k);
    check_types(c, i);
}

/* ---- liveness, computed again ------------------------------------------ */

static void use(const check *c, esp_bits live, uint32_t v)
{
    if (!is_const(c, v))
        bits_set(live, v - c->f->nconsts);
}

static void use_all(const check *c, esp_bits live, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        use(c, live, c->f->refs[at + k]);
}

static void use_inputs(const check *c, esp_bits live, const esp_ins *i)
{
    unsigned n = inputs(c, i);

    if (n > 0)
        use(c, live, i->a);
    if (n > 1)
        use(c, live, i->b);
    if (n > 2)
        use(c, live, i->c);
    if (i->op == IR_call) {
        use(c, live, c->f->calls[i->a].callee);
        use_all(c, live, c->f->calls[i->a].args, c->f->calls[i->a].nargs);
    }
    for (uint32_t e = 0; has_edges(i) && e < i->c; e++) {
        const esp_edge *edge = &c->f->edges[i->b + e];

        bits_add(live, c->live[edge->block]);
        use_all(c, live, edge->args, edge->nargs);
    }
}

/* Is the set what the list says?  Lists are ascending, so it is enough that
 * all of the list is in the set and that there are as many. */
static bool same(const check *c, esp_bits live, uint32_t at, uint32_t n)
{
    uint32_t count = 0, last = 0;

    for (uint32_t k = 0; k < live.n; k++)
        count += (uint32_t)__builtin_popcountll(live.word[k]);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = c->f->refs[at + k];

        if (is_const(c, v) || (k && v <= last) ||
            !bits_get(live, v - c->f->nconsts))
            return false;
        last = v;
    }
    return count == n;
}

/* Goes through a block from its end, and compares at each call if asked. */
static void walk_back(check *c, uint32_t b, esp_bits live, bool compare)
{
    const esp_iblock *block = &c->f->blocks[b];

    for (uint32_t k = block->end; k-- > block->first;) {
        const esp_ins *i = &c->f->code[k];

        bits_clear(live, k);
        if (compare && i->op == IR_call) {
            const esp_icall *call = &c->f->calls[i->a];
            bool second = k + 1 < block->end &&
                          c->f->code[k + 1].op == IR_second;

            want(c, !second || !bits_get(live, k + 1), "a second result that "
                                                       "is used early");
            want(c, same(c, live, call->live, call->nlive),
                 "the live list of a call is wrong");
        }
        if (i->op != IR_second)
            use_inputs(c, live, i);
    }
}

static void find_live(check *c)
{
    const esp_ifunc *f = c->f;
    bool changed = true;

    while (changed) {
        changed = false;
        for (uint32_t b = f->nblocks; b-- > 0;) {
            esp_arena_mark mark = arena_mark(c->arena);
            esp_bits live = bits_new(c->arena, f->ncode);

            if (!want(c, live.word || !live.n, "no memory"))
                return;
            walk_back(c, b, live, false);
            changed |= bits_add(c->live[b], live);
            arena_release(c->arena, mark);
        }
    }
}

static void check_live(check *c)
{
    const esp_ifunc *f = c->f;

    c->live = ARENA_ARRAY(c->arena, esp_bits, f->nblocks);
    if (!want(c, c->live != NULL, "no memory"))
        return;
    for (uint32_t b = 0; b < f->nblocks; b++) {
        c->live[b] = bits_new(c->arena, f->ncode);
        if (!want(c, c->live[b].word != NULL, "no memory"))
            return;
    }
    find_live(c);
    for (uint32_t b = 0; b < f->nblocks && !c->wrong; b++) {
        esp_bits live = bits_new(c->arena, f->ncode);

        walk_back(c, b, live, true);
        want(c, same(c, c->live[b], f->blocks[b].live, f->blocks[b].nlive),
             "the live list of a block is wrong");
    }
}

const char *image_verify(const esp_ifunc *f, esp_arena *a)
{
    check c = { .f = f, .arena = a,
                .block_of = ARENA_ARRAY(a, uint32_t, f->ncode),
                .idom = ARENA_ARRAY(a, uint32_t, f->nblocks) };

    if (!c.block_of || !c.idom)
        return "no memory";
    check_blocks(&c);
    if (!c.wrong)
        check_entry(&c);
    if (!c.wrong)
        check_edges(&c);
    if (!c.wrong)
        check_loops(&c);
    if (!c.wrong)
        find_dominators(&c);
    for (uint32_t k = 0; k < f->ncode && !c.wrong; k++)
        check_ins(&c, k);
    if (!c.wrong)
        check_live(&c);
    return c.wrong;
}
