/*
 * A guard on a sum asks for the sums behind it, too.
 *
 * A function that is inlined into itself counts down in steps, and each step
 * asks whether it overflows.  The first of these guards asks at once whether
 * all of them together would, and the others go:
 *
 *     guard not addo x, -1, state 1         guard not addo x, -3, state 1
 *     ...                                   ...
 *     guard not addo y, -1, state 2   =>    ...               y is x + -1
 *     ...                                   ...
 *     guard not addo z, -1, state 3         ...               z is x + -2
 *
 * What would have failed further down fails here, and a little more than that:
 * values so near to the end of their type that a step fails which would not
 * have been reached.  The interpreter, which goes on in front of the first
 * step, does right by all of them; but it learns nothing then, so the code
 * stays valid.
 *
 * needs   dominators, loops
 * keeps   control flow
 * breaks  users
 * cost    linear
 * see     GuardWidening in LLVM
 */
#include "framework/base/bits.h"
#include "pe/graph/build.h"
#include "pe/graph/dom.h"
#include "pe/graph/state.h"
#include "pe/opt/cold.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"

enum { MOST_STEP = 1 << 30 };

/* A guard that nothing is added to `of` and then wraps around.  All that it
 * asks for goes the same way, up or down. */
struct head {
    esp_ref guard, of;
    uint32_t block;
    int64_t sum;                /* all of it together */
    bool wider;                 /* than the guard as it stands */
};

struct widen {
    esp_graph *g;
    bool *cold;
    VEC(struct head) heads;     /* heads.at[0] is none */
    uint32_t *head_of;          /* by instruction: the last guard on it */
};

/* x + by must not overflow.  x is a sum itself if `base` is another value, and
 * from_base leads from there to the end. */
struct step { esp_ref x, base; int64_t by, from_base; };

/* Is it a guard on a step that is not large?  Of 64 bits: values of fewer are
 * more often near the end. */
static bool is_step(const esp_graph *g, esp_ref r, struct step *s)
{
    const esp_ins *i = graph_at(g, r), *x;
    esp_ref sum;

    if (i->op != IR_guard
        || (i->c != REASON_deopt && i->c != REASON_invalidate))
        return false;
    sum = graph_negated(g, i->a);
    i = sum ? graph_at(g, sum) : i;
    if (i->op != IR_addo || !graph_is_const(g, i->b))
        return false;
    x = graph_at(g, i->a);
    if (x->ty != TY_i64)
        return false;
    *s = (struct step){ .x = i->a, .base = i->a };
    s->by = s->from_base = (int64_t)graph_const(g, i->b);
    if (x->op == IR_add && graph_is_const(g, x->b)) {
        int64_t more = (int64_t)graph_const(g, x->b);

        if ((more < 0) == (s->by < 0) && more <= MOST_STEP
            && more >= -MOST_STEP) {
            s->base = x->a;
            s->from_base += more;
        }
    }
    return s->by <= MOST_STEP && s->by >= -MOST_STEP;
}

/* The guard above this step which can ask for it, or NULL. */
static struct head *find_head(const struct widen *w, const struct step *s,
                              uint32_t block)
{
    struct head *h = &w->heads.at[w->head_of[s->base]];

    return h->guard && dom_dominates(w->g, h->block, block)
        && (h->sum < 0) == (s->by < 0) && !w->cold[block]
        && s->from_base <= MOST_STEP && s->from_base >= -MOST_STEP ? h : NULL;
}

/* False: some guard above asks for this one. */
static bool stays(struct widen *w, uint32_t block, esp_ref r)
{
    struct step s;
    struct head *h;

    if (!is_step(w->g, r, &s))
        return true;
    h = find_head(w, &s, block);
    if (!h) {
        w->head_of[s.x] = w->heads.n;
        VEC_PUSH(&w->g->unit->scratch, &w->heads,
                 ((struct head){ r, s.x, block, s.by, false }));
        return true;
    }
    if (s.by < 0 ? s.from_base < h->sum : s.from_base > h->sum) {
        h->sum = s.from_base;
        h->wider = true;
    }
    return false;
}

static void visit_block(struct widen *w, uint32_t block)
{
    esp_block *k = &w->g->blocks.at[block];
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->code.n; i++)
        if (stays(w, block, k->code.at[i]))
            k->code.at[n++] = k->code.at[i];
    k->code.n = n;
}

static void make_wider(esp_graph *g, const struct head *h)
{
    esp_build b = { g, h->block };
    esp_ref sum = build_binary(&b, IR_addo, h->of,
                               build_const(g, TY_i64, (uint64_t)h->sum));
    esp_ref cond = build_not(&b, sum);
    esp_ins *i = graph_at(g, h->guard);

    i->a = cond;
    i->c = REASON_deopt;
}

void opt_widen(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    const struct graph_props *p = g->props;
    struct widen w = { .g = g };

    edit_kill_unreachable(g);
    w.cold = ARENA_ARRAY(scratch, bool, g->blocks.n);
    w.head_of = ARENA_ARRAY(scratch, uint32_t, g->ins.n);
    cold_find(g, w.cold, false);
    VEC_PUSH(scratch, &w.heads, ((struct head){ 0 }));
    for (uint32_t i = 0; i < p->dom_order.n; i++)
        visit_block(&w, p->dom_order.at[i]);
    for (uint32_t k = 1; k < w.heads.n; k++)
        if (w.heads.at[k].wider)
            make_wider(g, &w.heads.at[k]);
    arena_release(scratch, mark);
}
