/*
 * What is known about a graph as a whole, computed when asked for.
 */
#include "framework/base/bits.h"
#include "pe/graph/dom.h"
#include "pe/graph/loop.h"
#include "pe/graph/state.h"

#include <string.h>

static void places(esp_graph *g)
{
    struct graph_props *p = g->props;

    PROPS_SIZE(g, &p->place, g->ins.n);
    memset(p->place.at, 0xff, g->ins.n * sizeof *p->place.at);
    for (uint32_t i = 0; i < p->order.n; i++) {
        const esp_block *k = &g->blocks.at[p->order.at[i]];

        for (uint32_t j = 0; j < k->params.n; j++)
            p->place.at[k->params.at[j]] = p->order.at[i];
        for (uint32_t j = 0; j < k->code.n; j++)
            p->place.at[k->code.at[j]] = p->order.at[i];
    }
}

/* ---- users ------------------------------------------------------------ */

/* Instructions that are needed, in some order, and while their inputs are
 * looked at, which of them that is. */
struct uses {
    esp_graph *g;
    VEC(esp_ref) work;
    esp_bits seen;
    esp_ref user;
};

static void count_use(void *arg, esp_ref input)
{
    struct uses *u = arg;
    struct graph_props *p = u->g->props;

    p->uses.at[input]++;
    if (graph_floats(u->g, input) && !bits_get(u->seen, input)) {
        bits_set(u->seen, input);
        VEC_PUSH(&u->g->unit->scratch, &u->work, input);
    }
}

static void fill_use(void *arg, esp_ref input)
{
    struct uses *u = arg;
    struct graph_props *p = u->g->props;

    p->user.at[--p->user_first.at[input]] = u->user;
}

/* All inputs of an instruction, but of a state only once, and only what is to be
 * computed for it: who has it first is the user. */
static void each_use(struct uses *u, esp_ref r, esp_bits states,
                     graph_visit *visit)
{
    u->user = r;
    graph_operands(u->g, r, visit, u);
    state_values_once(u->g, graph_state(u->g, r), states, visit, u);
}

/* Finds all that is needed, and counts how often each is used. */
static void count_uses(struct uses *u)
{
    esp_graph *g = u->g;
    struct graph_props *p = g->props;
    esp_arena *scratch = &g->unit->scratch;
    esp_bits states = bits_new(scratch, g->states.n);

    u->seen = bits_new(scratch, g->ins.n);
    PROPS_SIZE(g, &p->uses, g->ins.n);
    memset(p->uses.at, 0, g->ins.n * sizeof *p->uses.at);
    for (uint32_t i = 0; i < p->order.n; i++) {
        const esp_block *k = &g->blocks.at[p->order.at[i]];

        VEC_RESERVE(scratch, &u->work, k->code.n);
        memcpy(u->work.at + u->work.n, k->code.at,
               k->code.n * sizeof *k->code.at);
        u->work.n += k->code.n;
    }
    for (uint32_t i = 0; i < u->work.n; i++)
        each_use(u, u->work.at[i], states, count_use);
}

static void uses(esp_graph *g)
{
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    struct uses u = { .g = g };

    count_uses(&u);
    arena_release(&g->unit->scratch, mark);
}

static void users(esp_graph *g)
{
    struct graph_props *p = g->props;
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct uses u = { .g = g };
    uint32_t total = 0;
    esp_bits states;

    count_uses(&u);
    PROPS_SIZE(g, &p->user_first, g->ins.n + 1);
    for (uint32_t r = 0; r < g->ins.n; r++)
        p->user_first.at[r] = total += p->uses.at[r];
    p->user_first.at[g->ins.n] = total;
    PROPS_SIZE(g, &p->user, total);
    states = bits_new(scratch, g->states.n);
    for (uint32_t i = 0; i < u.work.n; i++)
        each_use(&u, u.work.at[i], states, fill_use);
    arena_release(scratch, mark);
}

/* ---- on demand -------------------------------------------------------- */

static const struct {
    unsigned prop, needs;
    void (*compute)(esp_graph *g);
} makers[] = {                          /* what is needed stands above */
    { PROP_ORDER,  0,          dom_order },
    { PROP_PREDS,  PROP_ORDER, dom_preds },
    { PROP_DOM,    PROP_PREDS, dom_tree  },
    { PROP_LOOPS,  PROP_DOM,   loop_nest },
    { PROP_PLACES, PROP_ORDER, places    },
    { PROP_USES,   PROP_ORDER, uses      },
    { PROP_USERS,  PROP_ORDER, users     },
};

enum { NMAKERS = sizeof makers / sizeof *makers };

void props_need(esp_graph *g, unsigned props)
{
    for (int i = NMAKERS - 1; i >= 0; i--)
        if (props & makers[i].prop)
            props |= makers[i].needs;
    for (int i = 0; i < NMAKERS; i++)
        if (props & ~g->props->valid & makers[i].prop) {
            makers[i].compute(g);
            g->props->valid |= makers[i].prop;
        }
}

void props_forget(esp_graph *g, unsigned props)
{
    /* whatever was computed from something forgotten is forgotten, too */
    for (int i = 0; i < NMAKERS; i++)
        if (props & makers[i].needs)
            props |= makers[i].prop;
    g->props->valid &= ~props;
}
