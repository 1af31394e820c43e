/*
 * Scheduling: floating instructions get a place, blocks an order.
 *
 * A pure instruction may stand anywhere between the lowest of its inputs
 * (early) and the lowest block that dominates all its uses (late).  It goes to
 * the block on that way which is in the fewest loops, and among those to the
 * latest, so that what only an exit needs sinks into the exit.  What a frame
 * state needs is used where the guard is.
 *
 *     b0:     x = load a          b0:     x = load a
 *             jump b1                     y = mul x, 10
 *     b1(i):  ... add i, y   =>   b1(i):  j = add i, y
 *             br c, b1, b2                br c, b1, b2
 *     b2:     ret neg x           b2:     z = neg x
 *                                         ret z
 *
 * Within a block an instruction comes right before the first that needs it.
 * What a branch or guard tests comes last before it, and a sum right before
 * the question whether it overflows, so that both can be one machine
 * instruction.
 *
 * needs   dominators, loops
 * keeps   the graph
 * cost    linear, but for a logarithm in the depth of the dominator tree
 * see     Click, "Global code motion, global value numbering", PLDI 1995
 */
#include "framework/base/bits.h"
#include "pe/graph/build.h"
#include "pe/graph/dom.h"
#include "pe/graph/loop.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"
#include "pe/opt/cold.h"
#include "pe/opt/schedule.h"

#include <string.h>

struct scheduler {
    esp_graph *g;
    esp_schedule *s;
    esp_arena *scratch;
    uint32_t *early;            /* by instruction */
    uint32_t *late;             /* NO_BLOCK: not used so far */
    uint32_t *state_late;       /* the same by state */
    uint32_t *state_at;         /* by state: the last block it was emitted in */
    esp_bits states;            /* looked at */
    VEC(esp_ref) pure;          /* those that are needed, inputs first */
    VEC(esp_ref) stack;
    uint32_t *here_first;       /* by block: its pure ones in `here` */
    esp_ref *here;
    esp_bits done;              /* emitted */
    esp_bits steps;             /* from a loop's variables to their next ones */
    uint32_t block;             /* the one at work */
    esp_ref *second;            /* by call: its second result, or 0 */
};

/* ---- cold blocks ------------------------------------------------------ */

/* Cold blocks are laid out last, but no block may stand before all that lead
 * to it: a loop that is entered from cold blocks only warms one of them. */
static void keep_ways(struct scheduler *c)
{
    const struct graph_props *p = c->g->props;

    for (uint32_t i = p->order.n; i-- > 1;) {
        uint32_t b = p->order.at[i], entry = NO_BLOCK;
        bool warm = c->s->cold[b];

        for (uint32_t k = p->pred_first.at[b]; k < p->pred_first.at[b + 1];
             k++) {
            uint32_t from = p->pred.at[k].block;

            if (p->number.at[from] >= i)
                continue;       /* a back edge */
            warm |= !c->s->cold[from];
            entry = from;
        }
        if (!warm && entry != NO_BLOCK)
            c->s->cold[entry] = false;
    }
}

static void find_cold(struct scheduler *c)
{
    cold_find(c->g, c->s->cold, true);
    keep_ways(c);
    c->s->cold[0] = false;
}

/* ---- which are needed, and where at the earliest ---------------------- */

static void push_floating(void *arg, esp_ref r)
{
    struct scheduler *c = arg;

    if (graph_floats(c->g, r) && c->early[r] == NO_BLOCK
        && !graph_is_leaf(c->g, r) && !state_rebuilt(c->g, r))
        VEC_PUSH(c->scratch, &c->stack, r);
}

/* The lower of two blocks of which one dominates the other. */
static uint32_t lower(const esp_graph *g, uint32_t a, uint32_t b)
{
    const uint32_t *depth = g->props->dom_depth.at;

    return depth[a] > depth[b] ? a : b;
}

struct sinking { struct scheduler *c; uint32_t block; };

static void below_input(void *arg, esp_ref r)
{
    struct sinking *s = arg;

    if (!graph_is_leaf(s->c->g, r))
        s->block = lower(s->c->g, s->block, s->c->early[r]);
}

/* A pure instruction, after those that it needs. */
static void visit(struct scheduler *c, esp_ref r)
{
    struct sinking s = { c, 0 };

    graph_inputs(c->g, r, below_input, &s);
    c->early[r] = s.block;
    if (graph_at(c->g, r)->op == IR_second)
        c->second[graph_at(c->g, r)->a] = r;
    VEC_PUSH(c->scratch, &c->pure, r);
}

static void find_needed(struct scheduler *c, esp_ref pinned)
{
    graph_operands(c->g, pinned, push_floating, c);
    state_values_once(c->g, graph_state(c->g, pinned), c->states,
                      push_floating, c);
    while (c->stack.n) {
        uint32_t n = c->stack.n;
        esp_ref top = c->stack.at[n - 1];

        if (c->early[top] == NO_BLOCK)
            graph_inputs(c->g, top, push_floating, c);
        if (c->stack.n > n)
            continue;
        c->stack.n--;
        if (c->early[top] == NO_BLOCK)
            visit(c, top);
    }
}

static void place_pinned(struct scheduler *c, uint32_t block)
{
    const esp_block *k = &c->g->blocks.at[block];

    for (uint32_t i = 0; i < k->params.n; i++)
        c->early[k->params.at[i]] = c->s->block[k->params.at[i]] = block;
    for (uint32_t i = 0; i < k->code.n; i++)
        c->early[k->code.at[i]] = c->s->block[k->code.at[i]] = block;
}

/* ---- where at the latest, and where best ------------------------------ */

struct user { struct scheduler *c; uint32_t block; };

static void use(void *arg, esp_ref r)
{
    struct user *u = arg;
    uint32_t *late = &u->c->late[r];

    *late = *late == NO_BLOCK ? u->block
                              : dom_common(u->c->g, *late, u->block);
}

static void use_state(struct scheduler *c, uint32_t state, uint32_t block)
{
    uint32_t *late = &c->state_late[state];

    *late = *late == NO_BLOCK ? block : dom_common(c->g, *late, block);
}

/* What a state refers to is used wherever it or a state below it is. */
static void use_states(struct scheduler *c)
{
    for (uint32_t s = c->g->states.n; s-- > 1; ) {
        struct user u = { c, c->state_late[s] };
        uint32_t parent = c->g->states.at[s].parent;

        if (u.block == NO_BLOCK)
            continue;
        state_own_values(c->g, s, use, &u);
        if (parent)
            use_state(c, parent, u.block);
    }
}

static uint32_t cost(const struct scheduler *c, uint32_t block)
{
    return c->s->cold[block] ? 0 : 1 + props_loop_depth(c->g, block);
}

/* Looks from late upwards.  Only outside of the loop at hand can it be better,
 * and only so often is it tried. */
static uint32_t best_block(const struct scheduler *c, uint32_t early,
                           uint32_t late)
{
    const struct graph_props *p = c->g->props;
    uint32_t best = late, at = late;

    for (int hops = 0; hops < 64 && cost(c, best) > 1; hops++) {
        uint32_t loop = p->loop_of.at[at];

        if (!loop || p->loops.at[loop].header == 0)
            break;
        at = p->idom.at[p->loops.at[loop].header];
        if (p->dom_depth.at[at] < p->dom_depth.at[early])
            break;
        if (cost(c, at) < cost(c, best))
            best = at;
    }
    return best;
}

static void place_pure(struct scheduler *c)
{
    esp_graph *g = c->g;

    for (uint32_t i = c->pure.n; i-- > 0; ) {
        esp_ref r = c->pure.at[i];
        struct user u = { c, best_block(c, c->early[r], c->late[r]) };

        if (graph_at(g, r)->op == IR_second)
            u.block = c->early[r];
        c->s->block[r] = u.block;
        graph_inputs(g, r, use, &u);
    }
}

/* The result whose overflow this instruction asks for, if that is needed. */
static esp_ref twin(const struct scheduler *c, esp_ref r)
{
    static const uint8_t twin_op[IR_COUNT] = {
        [IR_addo] = IR_add, [IR_subo] = IR_sub, [IR_mulo] = IR_mul,
        [IR_uaddo] = IR_add, [IR_umulo] = IR_mul
    };
    esp_ins i = *graph_at(c->g, r);
    esp_ref t;

    if (!twin_op[i.op])
        return 0;
    i.op = twin_op[i.op];
    i.ty = graph_at(c->g, i.a)->ty;
    t = build_find(c->g, i);
    return t && c->s->block[t] != NO_BLOCK ? t : 0;
}

/* A sum that is used only behind the test for overflow would sink below it. */
static void join_twins(struct scheduler *c)
{
    uint32_t *block = c->s->block;

    for (uint32_t i = 0; i < c->pure.n; i++) {
        esp_ref r = c->pure.at[i], t = twin(c, r);

        if (t && dom_dominates(c->g, block[r], block[t])
            && props_loop_depth(c->g, block[r])
               <= props_loop_depth(c->g, block[t]))
            block[t] = block[r];
    }
}

/* ---- the order inside of blocks --------------------------------------- */

/* Sorts the pure instructions by block; they stay in order. */
static void sort_by_block(struct scheduler *c)
{
    uint32_t n = c->g->blocks.n;
    uint32_t *first = ARENA_ARRAY(c->scratch, uint32_t, n + 2);

    for (uint32_t i = 0; i < c->pure.n; i++)
        first[c->s->block[c->pure.at[i]] + 2]++;
    for (uint32_t b = 1; b < n + 2; b++)
        first[b] += first[b - 1];
    c->here = ARENA_ARRAY(c->scratch, esp_ref, c->pure.n);
    for (uint32_t i = 0; i < c->pure.n; i++)
        c->here[first[c->s->block[c->pure.at[i]] + 1]++] = c->pure.at[i];
    c->here_first = first;
}

static void push_unemitted(void *arg, esp_ref r)
{
    struct scheduler *c = arg;

    if (c->s->block[r] == c->block && graph_floats(c->g, r)
        && !bits_get(c->done, r))
        VEC_PUSH(c->scratch, &c->stack, r);
}

static void append(struct scheduler *c, esp_ref r)
{
    bits_set(c->done, r);
    c->s->list[c->s->n++] = r;
}

/* A value, after what it needs. */
static void emit(void *arg, esp_ref r)
{
    struct scheduler *c = arg;

    push_unemitted(c, r);
    while (c->stack.n) {
        uint32_t n = c->stack.n;
        esp_ref top = c->stack.at[n - 1], t = 0;

        if (!bits_get(c->done, top)) {
            graph_inputs(c->g, top, push_unemitted, c);
            if (c->stack.n > n)
                continue;
            t = twin(c, top);
            if (t)
                push_unemitted(c, t);
        }
        if (c->stack.n > n)
            continue;
        c->stack.n--;
        if (!bits_get(c->done, top))
            append(c, top);
    }
}

/* What a state needs; in this block each state has to ask only once. */
static void emit_state(struct scheduler *c, uint32_t state)
{
    for (; state && c->state_at[state] != c->block;
         state = c->g->states.at[state].parent) {
        c->state_at[state] = c->block;
        state_own_values(c->g, state, emit, c);
    }
}

/* A condition, and below a negation the comparison itself. */
static esp_ref tested(const struct scheduler *c, esp_ref r)
{
    const esp_ins *i = graph_at(c->g, r);

    if (i->op != IR_guard && i->op != IR_br)
        return 0;
    r = graph_negated(c->g, i->a);
    return r ? r : i->a;
}

/* What is tested comes last; it is also among the inputs, so whatever needs it
 * has to wait. */
static void emit_inputs(struct scheduler *c, esp_ref r)
{
    const esp_ins *i = graph_at(c->g, r);
    uint32_t n;
    const esp_edge *e = graph_edges(c->g, c->block, &n);

    emit_state(c, graph_state(c->g, r));
    if (!tested(c, r)) {
        graph_operands(c->g, r, emit, c);
        return;
    }
    for (uint32_t k = 0; i->op == IR_br && k < n; k++)
        for (uint32_t a = 0; a < e[k].nargs; a++)
            emit(c, c->g->refs.at[e[k].args + a]);
    emit(c, i->a);
}

/* Notes which arguments of a back edge only count the parameter on. */
static void find_steps(struct scheduler *c, const esp_edge *e)
{
    const esp_block *to = &c->g->blocks.at[e->block];

    if (!dom_dominates(c->g, e->block, c->block))
        return;
    for (uint32_t k = 0; k < e->nargs; k++) {
        esp_ref r = c->g->refs.at[e->args + k];
        const esp_ins *i = graph_at(c->g, r);

        if (op_info[i->op].inputs == 2 && i->a == to->params.at[k]
            && graph_is_const(c->g, i->b))
            bits_set(c->steps, r);
    }
}

/* Those that only other blocks need, at the end; but i + 1 for the next turn
 * comes behind all that needs i, so that it can take its register. */
static void emit_rest(struct scheduler *c, esp_ref term)
{
    uint32_t n;
    const esp_edge *e = graph_edges(c->g, c->block, &n);
    esp_ref cond = tested(c, term) ? graph_at(c->g, term)->a : 0;
    esp_ref last = tested(c, term), t = last ? twin(c, last) : 0;
    uint32_t k = c->here_first[c->block], end = c->here_first[c->block + 1];

    for (uint32_t i = 0; i < n; i++)
        find_steps(c, &e[i]);
    for (; k < end; k++)
        if (c->here[k] != cond && c->here[k] != last && c->here[k] != t
            && !bits_get(c->steps, c->here[k]))
            emit(c, c->here[k]);
}

static void emit_block(struct scheduler *c, uint32_t block)
{
    const esp_block *k = &c->g->blocks.at[block];

    c->block = block;
    c->s->first[block] = c->s->n;
    for (uint32_t i = 0; i < k->code.n; i++) {
        esp_ref r = k->code.at[i];

        if (i == k->code.n - 1)
            emit_rest(c, r);
        emit_inputs(c, r);
        append(c, r);
        if (c->second[r])
            append(c, c->second[r]);
    }
    c->s->end[block] = c->s->n;
}

/* ---- the order of blocks ---------------------------------------------- */

/* A loop's blocks and inner loops, in reverse post-order; an inner loop stands
 * where its header would. */
struct item { uint32_t block, loop, next; };

struct layout {
    struct scheduler *c;
    VEC(struct item) items;
    uint32_t *head, *tail;      /* by loop: into items; 0 none */
};

static void add_item(struct layout *l, uint32_t loop, struct item item)
{
    uint32_t at = l->items.n;

    VEC_PUSH(l->c->scratch, &l->items, item);
    if (l->tail[loop])
        l->items.at[l->tail[loop]].next = at;
    else
        l->head[loop] = at;
    l->tail[loop] = at;
}

static void add_block(struct layout *l, uint32_t block)
{
    const struct graph_props *p = l->c->g->props;
    uint32_t loop = p->loop_of.at[block];

    if (loop && p->loops.at[loop].header == block)
        add_item(l, p->loops.at[loop].parent, (struct item){ .loop = loop });
    add_item(l, loop, (struct item){ .block = block });
}

/* Is a block nothing but the way from a test for equality to the end of the
 * function?  Mostly it is not taken, as where a recursion ends, and the other
 * way should not have to jump over it.  (Ball and Larus) */
static bool is_aside(const struct layout *l, uint32_t block)
{
    const esp_graph *g = l->c->g;
    const struct graph_props *p = g->props;
    const esp_ins *out = graph_at(g, graph_term(g, block)), *t, *test;
    uint32_t at = p->pred_first.at[block];
    esp_pred from;

    if (g->blocks.at[block].code.n != 1 || out->op != IR_jump
        || p->pred_first.at[block + 1] - at != 1
        || graph_at(g, graph_term(g, g->edges.at[out->b].block))->op != IR_ret)
        return false;
    from = p->pred.at[at];
    t = graph_at(g, graph_term(g, from.block));
    test = graph_at(g, t->a);
    return t->op == IR_br
        && (from.edge == t->b ? test->op == IR_eq : test->op == IR_ne);
}

/* Says which ones these are.  If they alone lead to the end of the function the
 * last of them stays where it is: the end has to stand behind one of them. */
static bool *find_aside(const struct layout *l)
{
    struct scheduler *c = l->c;
    const struct graph_props *p = c->g->props;
    bool *aside = ARENA_ARRAY(c->scratch, bool, c->g->blocks.n);
    bool *reached = ARENA_ARRAY(c->scratch, bool, c->g->blocks.n);

    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t block = p->order.at[i], n;
        const esp_edge *e = graph_edges(c->g, block, &n);

        aside[block] = is_aside(l, block);
        for (uint32_t k = 0; k < n; k++)
            reached[e[k].block] |= !aside[block] && !c->s->cold[block];
    }
    for (uint32_t i = p->order.n; i-- > 0; ) {
        uint32_t block = p->order.at[i], n;
        const esp_edge *e = graph_edges(c->g, block, &n);

        if (aside[block] && !c->s->cold[block] && !reached[e->block]) {
            aside[block] = false;
            reached[e->block] = true;
        }
    }
    return aside;
}

/* Those come behind the rest of their loop. */
static void add_blocks(struct layout *l)
{
    const struct graph_props *p = l->c->g->props;
    const bool *aside = find_aside(l);

    for (unsigned later = 0; later < 2; later++)
        for (uint32_t i = 0; i < p->order.n; i++)
            if (aside[p->order.at[i]] == later)
                add_block(l, p->order.at[i]);
}

static void order_blocks(struct scheduler *c)
{
    const struct graph_props *p = c->g->props;
    struct layout l = { .c = c };
    VEC(uint32_t) open = { 0 };         /* items to go on with */
    VEC(uint32_t) cold = { 0 };

    l.head = ARENA_ARRAY(c->scratch, uint32_t, p->loops.n);
    l.tail = ARENA_ARRAY(c->scratch, uint32_t, p->loops.n);
    VEC_PUSH(c->scratch, &l.items, (struct item){ 0 });
    add_blocks(&l);

    VEC_PUSH(c->scratch, &open, l.head[0]);
    while (open.n) {
        uint32_t at = open.at[--open.n];
        struct item item = l.items.at[at];

        if (!at)
            continue;
        VEC_PUSH(c->scratch, &open, item.next);
        if (item.loop)
            VEC_PUSH(c->scratch, &open, l.head[item.loop]);
        else if (c->s->cold[item.block])
            VEC_PUSH(c->scratch, &cold, item.block);
        else
            c->s->order[c->s->nblocks++] = item.block;
    }
    for (uint32_t i = 0; i < cold.n; i++)
        c->s->order[c->s->nblocks++] = cold.at[i];
}

/* ---- the whole -------------------------------------------------------- */

static void make_room(struct scheduler *c)
{
    esp_arena *a = c->g->arena;
    uint32_t n = c->g->ins.n, blocks = c->g->blocks.n;
    esp_schedule *s = c->s = ARENA_NEW(a, esp_schedule);

    s->order = ARENA_ARRAY(a, uint32_t, blocks);
    s->first = ARENA_ARRAY(a, uint32_t, blocks);
    s->end = ARENA_ARRAY(a, uint32_t, blocks);
    s->cold = ARENA_ARRAY(a, bool, blocks);
    s->block = ARENA_ARRAY(a, uint32_t, n);
    memset(s->block, 0xff, n * sizeof *s->block);
    c->early = ARENA_ARRAY(c->scratch, uint32_t, n);
    c->late = ARENA_ARRAY(c->scratch, uint32_t, n);
    memset(c->early, 0xff, n * sizeof *c->early);
    memset(c->late, 0xff, n * sizeof *c->late);
    c->states = bits_new(c->scratch, c->g->states.n);
    c->state_late = ARENA_ARRAY(c->scratch, uint32_t, c->g->states.n);
    c->state_at = ARENA_ARRAY(c->scratch, uint32_t, c->g->states.n);
    memset(c->state_late, 0xff, c->g->states.n * sizeof *c->state_late);
    memset(c->state_at, 0xff, c->g->states.n * sizeof *c->state_at);
    c->second = ARENA_ARRAY(c->scratch, esp_ref, n);
    c->done = bits_new(c->scratch, n);
    c->steps = bits_new(c->scratch, n);
}

static void place(struct scheduler *c)
{
    const struct graph_props *p = c->g->props;
    uint32_t pinned = 0;

    for (uint32_t i = 0; i < p->order.n; i++)
        place_pinned(c, p->order.at[i]);
    for (uint32_t i = 0; i < p->order.n; i++) {
        const esp_block *k = &c->g->blocks.at[p->order.at[i]];
        struct user u = { c, p->order.at[i] };

        for (uint32_t j = 0; j < k->code.n; j++) {
            uint32_t state = graph_state(c->g, k->code.at[j]);

            find_needed(c, k->code.at[j]);
            graph_operands(c->g, k->code.at[j], use, &u);
            if (state)
                use_state(c, state, p->order.at[i]);
        }
        pinned += k->code.n;
    }
    use_states(c);
    place_pure(c);
    join_twins(c);
    sort_by_block(c);
    c->s->list = ARENA_ARRAY(c->g->arena, esp_ref, pinned + c->pure.n);
}

esp_schedule *opt_schedule(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct scheduler c = { .g = g, .scratch = scratch };

    props_need(g, PROP_DOM | PROP_LOOPS);
    make_room(&c);
    find_cold(&c);
    place(&c);
    order_blocks(&c);
    for (uint32_t i = 0; i < c.s->nblocks; i++)
        emit_block(&c, c.s->order[i]);
    arena_release(scratch, mark);
    return c.s;
}

/* ---- text and check --------------------------------------------------- */

void schedule_print(const esp_graph *g, const esp_schedule *s, esp_text *out)
{
    graph_print_head(g, out);
    for (uint32_t i = 0; i < s->nblocks; i++) {
        uint32_t b = s->order[i];

        graph_print_block(g, b, out);
        for (uint32_t k = s->first[b]; k < s->end[b]; k++) {
            text_printf(out, "    ");
            graph_print_ins(g, s->list[k], out);
            text_char(out, '\n');
        }
    }
}

struct check {
    esp_graph *g;
    const esp_schedule *s;
    uint32_t *at;               /* by instruction: place in the list, 1 the
                                 * first; 0 not there */
    uint32_t user, block;
    const char *wrong;
};

static void check_input(void *arg, esp_ref r)
{
    struct check *c = arg;
    uint32_t from;

    if (graph_is_leaf(c->g, r) || state_rebuilt(c->g, r))
        return;
    from = c->s->block[r];
    if (from == NO_BLOCK || !dom_dominates(c->g, from, c->block)
        || (from == c->block && c->at[r] >= c->at[c->user]))
        c->wrong = "a value is used before it is there";
}

const char *schedule_verify(esp_graph *g, const esp_schedule *s)
{
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    struct check c = { .g = g, .s = s };

    c.at = ARENA_ARRAY(&g->unit->scratch, uint32_t, g->ins.n);
    props_need(g, PROP_DOM);
    if (s->nblocks != g->props->order.n)
        c.wrong = "not all blocks are in the order";
    for (uint32_t i = 0; i < s->nblocks; i++)
        for (uint32_t k = s->first[s->order[i]]; k < s->end[s->order[i]]; k++) {
            if (c.at[s->list[k]] || s->block[s->list[k]] != s->order[i])
                c.wrong = "an instruction stands twice, or elsewhere";
            c.at[s->list[k]] = k + 1;
        }
    for (uint32_t i = 0; i < s->nblocks; i++)
        for (uint32_t k = s->first[s->order[i]]; k < s->end[s->order[i]]; k++) {
            c.user = s->list[k];
            c.block = s->order[i];
            graph_inputs(g, c.user, check_input, &c);
        }
    arena_release(&g->unit->scratch, mark);
    return c.wrong;
}
