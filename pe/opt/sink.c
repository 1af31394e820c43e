/*
 * Sinking into exits: what only frame states need is not computed.
 *
 * Such an instruction gets the flag INS_SUNK.  It stands nowhere in the code;
 * states keep its input instead, and a deoptimization computes it from that.
 *
 *     %4 = add %3, -1                      %4 = add sunk %3, -1
 *     guard %5, state 2 { x = %4 }         guard %5, state 2 { x = %4 }
 *                                              ... but it is %3 that lives
 *
 * It is done when this leaves one value to keep for one, whatever the number
 * of instructions between them: two would keep two registers busy for the sake
 * of an exit that is hardly ever taken.  Floating point stays in the code,
 * where the machine decides about the bits of a NaN.
 *
 * needs   nothing
 * keeps   control flow, what is computed
 * breaks  users
 * cost    linear
 *
 * The idea, for allocations too, is that of HotSpot's and LuaJIT's sinking;
 * allocations are never in the code here until they escape (pe/eval).
 */
#include "pe/graph/state.h"
#include "pe/opt/opt.h"

enum { MOST_STEPS = 8 };        /* from a sunk value to what is kept for it */

struct sinker {
    esp_graph *g;
    esp_bits computed;          /* code needs it */
    esp_bits states;            /* that have been seen */
    esp_ref *root;              /* by ref: what is kept for it; 0: not asked */
    VEC(esp_ref) work;          /* computed: inputs are to be marked */
    VEC(esp_ref) asked;         /* by states, and not known to be computed */
};

static void need(void *arg, esp_ref r)
{
    struct sinker *s = arg;

    if (!graph_floats(s->g, r) || bits_get(s->computed, r))
        return;
    bits_set(s->computed, r);
    VEC_PUSH(&s->g->unit->scratch, &s->work, r);
}

static void need_inputs(struct sinker *s)
{
    while (s->work.n)
        graph_operands(s->g, s->work.at[--s->work.n], need, s);
}

static bool is_integer_op(const esp_graph *g, const esp_ins *i)
{
    const esp_op_info *info = &op_info[i->op];

    if (info->inputs == 0 || i->op == IR_second || i->op == IR_copy ||
        type_is_float((esp_type)i->ty))
        return false;
    for (uint32_t k = 0; k < info->inputs; k++)
        if (type_is_float((esp_type)graph_at(g, (&i->a)[k])->ty))
            return false;
    return true;
}

static esp_ref root_of(struct sinker *s, esp_ref r, unsigned steps);

/* The one value that all inputs come from; 0: there are several. */
static esp_ref common_root(struct sinker *s, const esp_ins *i, unsigned steps)
{
    esp_ref root = 0;

    for (uint32_t k = 0; k < op_info[i->op].inputs; k++) {
        esp_ref x = (&i->a)[k], of;

        if (state_is_given(s->g, x))
            continue;
        of = root_of(s, x, steps);
        if (root && of != root)
            return 0;
        root = of;
    }
    return root;
}

/* A value that is not sunk is its own root. */
static esp_ref root_of(struct sinker *s, esp_ref r, unsigned steps)
{
    const esp_ins *i = graph_at(s->g, r);
    esp_ref root;

    if (s->root[r])
        return s->root[r];
    s->root[r] = r;
    if (steps == MOST_STEPS || bits_get(s->computed, r) ||
        !graph_floats(s->g, r) || !is_integer_op(s->g, i))
        return r;
    root = common_root(s, i, steps + 1);
    return s->root[r] = root ? root : r;
}

static void ask(void *arg, esp_ref r)
{
    struct sinker *s = arg;

    if (graph_floats(s->g, r) && !graph_is_leaf(s->g, r))
        VEC_PUSH(&s->g->unit->scratch, &s->asked, r);
}

/* What is kept has to be computed, with all its inputs. */
static void decide(struct sinker *s)
{
    for (uint32_t k = 0; k < s->asked.n; k++)
        need(s, root_of(s, s->asked.at[k], 0));
    need_inputs(s);
}

static void mark(struct sinker *s, esp_ref r)
{
    esp_ins *i = &s->g->ins.at[r];

    if (s->root[r] == r || bits_get(s->computed, r) || (i->flags & INS_SUNK))
        return;
    i->flags |= INS_SUNK;
    for (uint32_t k = 0; k < op_info[i->op].inputs; k++)
        if (s->root[(&i->a)[k]])
            mark(s, (&i->a)[k]);
}

static void each_block(struct sinker *s, void (*visit)(struct sinker *, esp_ref))
{
    for (uint32_t b = 0; b < s->g->blocks.n; b++) {
        const esp_block *k = &s->g->blocks.at[b];

        for (uint32_t i = 0; i < k->code.n; i++)
            visit(s, k->code.at[i]);
    }
}

static void visit_operands(struct sinker *s, esp_ref r)
{
    graph_operands(s->g, r, need, s);
}

static void visit_state(struct sinker *s, esp_ref r)
{
    state_values_once(s->g, graph_state(s->g, r), s->states, ask, s);
}

void opt_sink(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark start = arena_mark(scratch);
    struct sinker s = { .g = g, .computed = bits_new(scratch, g->ins.n),
                        .states = bits_new(scratch, g->states.n) };

    s.root = ARENA_ARRAY(scratch, esp_ref, g->ins.n);
    each_block(&s, visit_operands);
    need_inputs(&s);
    each_block(&s, visit_state);
    decide(&s);
    for (uint32_t k = 0; k < s.asked.n; k++)
        mark(&s, s.asked.at[k]);
    arena_release(scratch, start);
}
