/*
 * Frame states, hash-consed.
 */
#include "pe/graph/props.h"
#include "pe/graph/state.h"
#include "pe/graph/table.h"

#include <string.h>

static uint32_t hash_words(uint32_t h, const uint32_t *p, uint32_t n)
{
    uint32_t i = 0;

    for (; i + 2 <= n; i += 2)
        h = table_hash((uint64_t)p[i] << 32 | p[i + 1], h);
    return i < n ? table_hash(p[i], h) : h;
}

/* How many words `n` records of virtual objects take. */
static uint32_t object_words(const uint32_t *objects, uint32_t n)
{
    uint32_t at = 0;

    while (n--)
        at += 2 + 2 * objects[at + 1];
    return at;
}

/* What a state is made of, with its lists in hand. */
struct contents {
    const esp_state *s;
    const uint32_t *live, *objects;
    uint32_t words;                     /* of objects */
};

static uint32_t hash_state(struct contents c)
{
    const esp_state *s = c.s;
    uint32_t h = table_hash((uint64_t)s->parent << 32 | s->point,
                            (uintptr_t)s->fn ^ (uintptr_t)s->node);

    h = hash_words(h, s->result, 2);
    h = hash_words(h, c.live, 2 * s->nlive);
    return hash_words(h, c.objects, c.words);
}

static bool same_words(const uint32_t *x, const uint32_t *y, uint32_t n)
{
    return n == 0 || memcmp(x, y, n * sizeof *x) == 0;
}

static bool same_state(const esp_graph *g, uint32_t index, struct contents c)
{
    const esp_state *t = &g->states.at[index], *s = c.s;

    return t->parent == s->parent && t->fn == s->fn && t->point == s->point
        && t->nlive == s->nlive && t->nobjects == s->nobjects
        && t->node == s->node && same_words(t->result, s->result, 2)
        && same_words(g->refs.at + t->live, c.live, 2 * s->nlive)
        && object_words(g->refs.at + t->objects, t->nobjects) == c.words
        && same_words(g->refs.at + t->objects, c.objects, c.words);
}

/* Hashing the lists again took longer than all the rest of cleaning the
 * table. */
static uint32_t hash_at(const esp_graph *g, uint32_t state)
{
    return g->states.at[state].hash;
}

uint32_t state_make(esp_graph *g, const esp_state *s,
                    const uint32_t *live, uint32_t nlive,
                    const uint32_t *objects, uint32_t nobjects)
{
    graph_table *t = g->state_numbers;
    esp_state new = *s;
    struct contents c = { &new, live, objects,
                          object_words(objects, nobjects) };
    uint32_t h;

    new.nlive = nlive;
    new.nobjects = nobjects;
    new.hash = h = hash_state(c);
    for (uint32_t k = h & t->mask; t->at[k].index; k = (k + 1) & t->mask)
        if (t->at[k].hash == h && t->at[k].index < g->states.n
            && same_state(g, t->at[k].index, c))
            return t->at[k].index;

    new.live = graph_refs(g, live, 2 * nlive);
    new.objects = graph_refs(g, objects, c.words);
    table_put(t, h, g->states.n, g->states.n);
    VEC_PUSH(g->arena, &g->states, new);
    if (t->used * 2 > t->mask)
        table_clean(g, t, g->states.n, hash_at);
    return g->states.n - 1;
}

void state_enter(esp_graph *g, uint32_t state)
{
    graph_table *t = g->state_numbers;
    esp_state *s = &g->states.at[state];
    const uint32_t *objects = g->refs.at + s->objects;

    s->hash = hash_state((struct contents){ s, g->refs.at + s->live, objects,
                                  object_words(objects, s->nobjects) });
    table_put(t, s->hash, state, g->states.n);
    if (t->used * 2 > t->mask)
        table_clean(g, t, g->states.n, hash_at);
}

/* What is looked at of what a state refers to: all, or what has to be
 * computed.  Most of it are constants, and states are asked often.  Who visits
 * may add to the graph, whose arrays move then. */
enum which { ALL, VALUES };

static void visit_sunk(const esp_graph *g, esp_ref r, graph_visit *visit,
                       void *arg);

static inline void visit_ref(const esp_graph *g, esp_ref r, enum which which,
                             graph_visit *visit, void *arg)
{
    if (which == VALUES && (graph_at(g, r)->flags & INS_SUNK))
        visit_sunk(g, r, visit, arg);
    else if (which == ALL || !state_is_given(g, r))
        visit(arg, r);
}

static void visit_sunk(const esp_graph *g, esp_ref r, graph_visit *visit,
                       void *arg)
{
    uint32_t n = op_info[graph_at(g, r)->op].inputs;

    for (uint32_t k = 0; k < n; k++)
        visit_ref(g, (&graph_at(g, r)->a)[k], VALUES, visit, arg);
}

static inline void visit_object(const esp_graph *g, uint32_t object,
                                enum which which, graph_visit *visit, void *arg)
{
    for (uint32_t k = 0; k < 4; k++)
        if (g->vobjs.at[object].arg[k])
            visit_ref(g, g->vobjs.at[object].arg[k], which, visit, arg);
}

static inline void visit_objects(const esp_graph *g, uint32_t at, uint32_t n,
                                 enum which which, graph_visit *visit,
                                 void *arg)
{
    while (n--) {
        uint32_t object = g->refs.at[at], words = g->refs.at[at + 1];

        for (uint32_t k = 0; k < words; k++)
            visit_ref(g, g->refs.at[at + 3 + 2 * k], which, visit, arg);
        visit_object(g, object, which, visit, arg);
        at += 2 + 2 * words;
    }
}

static inline void visit_state(const esp_graph *g, uint32_t state,
                               enum which which, graph_visit *visit, void *arg)
{
    const esp_state s = g->states.at[state];

    for (uint32_t k = 0; k < s.nlive; k++)
        visit_ref(g, g->refs.at[s.live + 2 * k + 1], which, visit, arg);
    for (uint32_t k = 0; k < 2; k++)
        if (s.result[k])
            visit_ref(g, s.result[k], which, visit, arg);
    visit_objects(g, s.objects, s.nobjects, which, visit, arg);
}

void state_own_inputs(const esp_graph *g, uint32_t state, graph_visit *visit,
                      void *arg)
{
    visit_state(g, state, ALL, visit, arg);
}

void state_own_values(const esp_graph *g, uint32_t state, graph_visit *visit,
                      void *arg)
{
    visit_state(g, state, VALUES, visit, arg);
}

void state_inputs(const esp_graph *g, uint32_t state, graph_visit *visit,
                  void *arg)
{
    for (; state; state = g->states.at[state].parent)
        state_own_inputs(g, state, visit, arg);
}

void state_values_once(const esp_graph *g, uint32_t state, esp_bits seen,
                       graph_visit *visit, void *arg)
{
    for (; state && !bits_get(seen, state);
         state = g->states.at[state].parent) {
        bits_set(seen, state);
        state_own_values(g, state, visit, arg);
    }
}

/* ---- what has to be kept for a state ---------------------------------- */

struct gather {
    const esp_graph *g;
    esp_ref *out;
    uint32_t n, cap;
};

bool state_rebuilt(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    if (state_is_given(g, r) || (i->flags & INS_SUNK))
        return true;
    while (i->op == IR_add && graph_is_const(g, i->b))
        i = graph_at(g, i->a);
    return i->op == IR_vobj;
}

static void gather_ref(void *arg, esp_ref r)
{
    struct gather *c = arg;
    struct graph_props *p = c->g->props;

    if (p->stamp.at[r] == p->round)
        return;
    p->stamp.at[r] = p->round;
    if (state_rebuilt(c->g, r))
        return;
    if (c->n < c->cap)
        c->out[c->n] = r;
    c->n++;
}

uint32_t graph_state_refs(const esp_graph *g, uint32_t state,
                          esp_ref *out, uint32_t cap)
{
    struct gather c = { g, out, 0, cap };
    struct graph_props *p = g->props;

    while (p->stamp.n < g->ins.n)
        VEC_PUSH(g->arena, &p->stamp, 0);
    p->round++;
    for (; state; state = g->states.at[state].parent)
        state_own_values(g, state, gather_ref, &c);
    return c.n;
}

const char *reason_name(esp_reason r)
{
    static const char *const names[REASON_COUNT] = {
#define REASON(name, meaning) #name,
#include "pe/graph/reasons.def"
#undef REASON
    };

    return r < REASON_COUNT ? names[r] : "?";
}
