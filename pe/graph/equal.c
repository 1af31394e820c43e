/*
 * Are two graphs the same?
 *
 * Blocks are paired off along the edges, and what stands in them by position.
 * Both graphs' pure instructions are then numbered into one third graph, in
 * which a pair of pinned instructions is one leaf; they are equal if they come
 * out as the same instruction there.
 */
#include "pe/graph/build.h"
#include "pe/graph/print.h"

#include <string.h>

struct side {
    const esp_graph *g;
    esp_ref *common;            /* by instruction: its equal in the third */
    uint32_t *other;            /* by block: the one it is paired with */
};

struct comparison {
    struct side a, b;
    esp_graph *common;
    bool states;
    esp_text *why;
    bool differ;
    VEC(uint32_t) blocks;       /* of a, paired */
    VEC(esp_ref) stack;
};

static esp_arena *scratch_of(struct comparison *c)
{
    return &c->a.g->unit->scratch;
}

static CC_PRINTF(2, 3) void differ(struct comparison *c, const char *format,
                                   ...)
{
    va_list args;

    if (c->differ)
        return;
    c->differ = true;
    va_start(args, format);
    text_vprintf(c->why, format, args);
    va_end(args);
}

/* Says that two instructions differ, and in what. */
static void differ_at(struct comparison *c, esp_ref x, esp_ref y,
                      const char *what)
{
    esp_text s = { 0 }, t = { 0 };

    graph_print_ins(c->a.g, x, &s);
    graph_print_ins(c->b.g, y, &t);
    differ(c, "%s: '%s' and '%s'", what, text_get(&s), text_get(&t));
    text_free(&s);
    text_free(&t);
}

/* ---- pairing ---------------------------------------------------------- */

static void pair_blocks(struct comparison *c, uint32_t x, uint32_t y)
{
    if (c->a.other[x] == y && c->b.other[y] == x)
        return;
    if (c->a.other[x] != UINT32_MAX || c->b.other[y] != UINT32_MAX) {
        differ(c, "b%u and b%u are reached by different ways", x, y);
        return;
    }
    c->a.other[x] = y;
    c->b.other[y] = x;
    VEC_PUSH(scratch_of(c), &c->blocks, x);
}

/* A pair of values that stand in blocks becomes one leaf. */
static void pair_values(struct comparison *c, esp_ref x, esp_ref y)
{
    const esp_ins *i = graph_at(c->a.g, x), *j = graph_at(c->b.g, y);

    if (i->op != j->op || i->ty != j->ty || i->flags != j->flags)
        differ_at(c, x, y, "not the same instruction");
    c->a.common[x] = c->b.common[y] =
        graph_ins(c->common, (esp_ins){ .op = IR_param, .ty = i->ty });
}

static void pair_contents(struct comparison *c, uint32_t x, uint32_t y)
{
    const esp_block *p = &c->a.g->blocks.at[x], *q = &c->b.g->blocks.at[y];
    uint32_t n, m;
    esp_edge *e = graph_edges(c->a.g, x, &n), *f = graph_edges(c->b.g, y, &m);

    if (p->params.n != q->params.n) {
        differ(c, "b%u has %u parameters, b%u has %u",
               x, p->params.n, y, q->params.n);
        return;
    }
    for (uint32_t k = 0; k < p->params.n; k++)
        pair_values(c, p->params.at[k], q->params.at[k]);
    for (uint32_t k = 0; k < p->code.n && k < q->code.n && !c->differ; k++)
        pair_values(c, p->code.at[k], q->code.at[k]);
    if (p->code.n != q->code.n)
        differ(c, "b%u has %u instructions, b%u has %u",
               x, p->code.n, y, q->code.n);
    if (n != m)
        differ(c, "b%u has %u edges, b%u has %u", x, n, y, m);
    for (uint32_t k = 0; k < n && !c->differ; k++)
        pair_blocks(c, e[k].block, f[k].block);
}

/* ---- pure instructions ------------------------------------------------ */

struct search { struct comparison *c; struct side *s; };

static void push_unknown(void *arg, esp_ref r)
{
    struct search *f = arg;

    if (!f->s->common[r])
        VEC_PUSH(scratch_of(f->c), &f->c->stack, r);
}

/* An instruction whose inputs are known, with their common names. */
static esp_ins renamed(const struct side *s, esp_ref r)
{
    esp_ins i = *graph_at(s->g, r);
    unsigned n = op_info[i.op].inputs;

    if (n > 0)
        i.a = s->common[i.a];
    if (n > 1)
        i.b = s->common[i.b];
    if (n > 2)
        i.c = s->common[i.c];
    if ((op_info[i.op].flags & OP_COMM) && i.a > i.b) {
        esp_ref a = i.a;
        i.a = i.b;
        i.b = a;
    }
    return i;
}

/* A value that stands in no block seen so far is equal to nothing. */
static esp_ref common(struct comparison *c, struct side *s, esp_ref r)
{
    struct search f = { c, s };

    if (!r)
        return 0;
    push_unknown(&f, r);
    while (c->stack.n) {
        uint32_t n = c->stack.n;
        esp_ref top = c->stack.at[n - 1];
        bool floats = graph_floats(s->g, top);

        if (!s->common[top] && floats)
            graph_inputs(s->g, top, push_unknown, &f);
        if (c->stack.n > n)
            continue;
        c->stack.n--;
        if (!s->common[top])
            s->common[top] = floats
                ? build_number(c->common, renamed(s, top))
                : graph_ins(c->common, (esp_ins){ .op = IR_param });
    }
    return s->common[r];
}

static bool same(struct comparison *c, esp_ref x, esp_ref y)
{
    return common(c, &c->a, x) == common(c, &c->b, y);
}

static bool same_list(struct comparison *c, uint32_t x, uint32_t n,
                      uint32_t y, uint32_t m)
{
    if (n != m)
        return false;
    for (uint32_t k = 0; k < n; k++)
        if (!same(c, c->a.g->refs.at[x + k], c->b.g->refs.at[y + k]))
            return false;
    return true;
}

/* ---- states ----------------------------------------------------------- */

static bool same_pairs(struct comparison *c, const uint32_t *x,
                       const uint32_t *y, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++, x += 2, y += 2)
        if (x[0] != y[0] || !same(c, x[1], y[1]))
            return false;
    return true;
}

static bool same_objects(struct comparison *c, const uint32_t *x,
                         const uint32_t *y, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        if (x[0] != y[0] || x[1] != y[1]
            || !same_pairs(c, x + 2, y + 2, x[1]))
            return false;
        y += 2 + 2 * x[1];
        x += 2 + 2 * x[1];
    }
    return true;
}

static bool same_states(struct comparison *c, uint32_t x, uint32_t y)
{
    const esp_graph *g = c->a.g, *h = c->b.g;

    while (x && y) {
        const esp_state *s = &g->states.at[x], *t = &h->states.at[y];

        if (s->fn != t->fn || s->point != t->point || s->node != t->node
            || s->nlive != t->nlive || s->nobjects != t->nobjects
            || !same(c, s->result[0], t->result[0])
            || !same(c, s->result[1], t->result[1])
            || !same_pairs(c, g->refs.at + s->live, h->refs.at + t->live,
                           s->nlive)
            || !same_objects(c, g->refs.at + s->objects,
                             h->refs.at + t->objects, s->nobjects))
            return false;
        x = s->parent;
        y = t->parent;
    }
    return x == y;
}

/* ---- what stands in blocks -------------------------------------------- */

static bool same_call(struct comparison *c, const esp_ccall *p,
                      const esp_ccall *q)
{
    return same(c, p->callee, q->callee)
        && same_list(c, p->args, p->nargs, q->args, q->nargs)
        && p->leaf == q->leaf && p->cold == q->cold && p->cell == q->cell
        && p->self == q->self
        && memcmp(&p->sig, &q->sig, sizeof p->sig) == 0;
}

static bool same_edges(struct comparison *c, const esp_ins *i,
                       const esp_ins *j)
{
    const esp_edge *e = &c->a.g->edges.at[i->b], *f = &c->b.g->edges.at[j->b];

    for (uint32_t k = 0; k < i->c; k++)
        if ((i->op == IR_switch && k < i->c - 1 && e[k].value != f[k].value)
            || !same_list(c, e[k].args, e[k].nargs, f[k].args, f[k].nargs))
            return false;
    return true;
}

static bool same_operands(struct comparison *c, const esp_ins *i,
                          const esp_ins *j)
{
    unsigned n = op_info[i->op].inputs;

    if ((n > 0 && !same(c, i->a, j->a)) || (n > 1 && !same(c, i->b, j->b)))
        return false;
    switch (i->op) {
    case IR_load:
        return i->b == j->b && i->c == j->c;
    case IR_store:
        return i->c == j->c;
    case IR_call:
        return same_call(c, &c->a.g->calls.at[i->a], &c->b.g->calls.at[j->a]);
    case IR_guard: case IR_deopt:
        return i->c == j->c;
    case IR_jump: case IR_br: case IR_switch:
        return same_edges(c, i, j);
    default:
        return true;
    }
}

static void compare_block(struct comparison *c, uint32_t x)
{
    const esp_block *p = &c->a.g->blocks.at[x];
    const esp_block *q = &c->b.g->blocks.at[c->a.other[x]];

    for (uint32_t k = 0; k < p->code.n && !c->differ; k++) {
        esp_ref r = p->code.at[k], s = q->code.at[k];

        if (!same_operands(c, graph_at(c->a.g, r), graph_at(c->b.g, s)))
            differ_at(c, r, s, "different operands");
        else if (c->states && !same_states(c, graph_state(c->a.g, r),
                                           graph_state(c->b.g, s)))
            differ_at(c, r, s, "different states");
    }
}

static struct side make_side(struct comparison *c, const esp_graph *g)
{
    struct side s = {
        g, ARENA_ARRAY(scratch_of(c), esp_ref, g->ins.n),
        ARENA_ARRAY(scratch_of(c), uint32_t, g->blocks.n)
    };

    memset(s.other, 0xff, g->blocks.n * sizeof *s.other);
    return s;
}

bool graph_equal(const esp_graph *a, const esp_graph *b, bool states,
                 esp_text *why)
{
    struct comparison c = { .a.g = a, .b.g = b, .states = states, .why = why };
    esp_arena_mark mark = arena_mark(&a->unit->scratch);

    if (memcmp(&a->sig, &b->sig, sizeof a->sig)) {
        text_printf(why, "different signatures");
        return false;
    }
    c.a = make_side(&c, a);
    c.b = make_side(&c, b);
    c.common = graph_new(a->unit);
    pair_blocks(&c, 0, 0);
    for (uint32_t i = 0; i < c.blocks.n && !c.differ; i++)
        pair_contents(&c, c.blocks.at[i], c.a.other[c.blocks.at[i]]);
    for (uint32_t i = 0; i < c.blocks.n && !c.differ; i++)
        compare_block(&c, c.blocks.at[i]);
    arena_release(&a->unit->scratch, mark);
    return !c.differ;
}
