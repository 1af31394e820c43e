/*
 * Frame states: for each entered C function that has not returned, where it is
 * and what it still needs; and the virtual objects that any of this refers to.
 */
#include "pe/eval/internal.h"

#include "pe/graph/state.h"

typedef VEC(uint32_t) word_vec;

static bool object_of(const esp_graph *g, esp_ref r, uint32_t *id)
{
    const esp_ins *i = graph_at(g, r);

    if (i->op == IR_add)
        i = graph_at(g, i->a);
    *id = i->a;
    return i->op == IR_vobj;
}

/* A live value as a pair (value, ref); notes a virtual object. */
static void live_pair(eval *e, eval_inst *in, uint32_t value, word_vec *pairs,
                      word_vec *objects)
{
    eval_val v = in->env[value - in->fn->nconsts];
    uint32_t id;

    if (!v)             /* on no path that leads here: nobody will read it */
        return;
    VEC_PUSH(&e->unit->scratch, pairs, value);
    VEC_PUSH(&e->unit->scratch, pairs, val_ref(v));
    if (object_of(e->g, val_ref(v), &id))
        VEC_PUSH(&e->unit->scratch, objects, id);
}

static void live_pairs(eval *e, eval_inst *in, uint32_t live, uint32_t n,
                       word_vec *pairs, word_vec *objects)
{
    VEC_RESERVE(&e->unit->scratch, pairs, 2 * n);
    for (uint32_t i = 0; i < n; i++)
        live_pair(e, in, in->fn->refs[live + i], pairs, objects);
}

static uint32_t chain(eval *e, eval_inst *in)
{
    eval_inst *caller = in->caller;
    const esp_icall *c;
    esp_state s = { 0 };
    word_vec pairs = { 0 }, objects = { 0 };
    esp_arena_mark m;

    if (!caller || in->chain)
        return in->chain;
    c = &caller->fn->calls[caller->fn->code[in->call].a];
    s.parent = chain(e, caller);
    s.fn = caller->fn;
    s.point = in->call;
    s.node = caller->node;
    m = arena_mark(&e->unit->scratch);
    live_pairs(e, caller, c->live, c->nlive, &pairs, &objects);
    in->chain = state_make(e->g, &s, pairs.at, pairs.n / 2, NULL, 0);
    in->chain_objects.n = 0;
    for (uint32_t i = 0; i < caller->chain_objects.n; i++)
        VEC_PUSH(&e->unit->notes, &in->chain_objects,
                 caller->chain_objects.at[i]);
    for (uint32_t i = 0; i < objects.n; i++)
        VEC_PUSH(&e->unit->notes, &in->chain_objects, objects.at[i]);
    arena_release(&e->unit->scratch, m);
    return in->chain;
}

static void add_object(eval *e, word_vec *objects, uint32_t id)
{
    for (uint32_t i = 0; i < objects->n; i++)
        if (objects->at[i] == id)
            return;
    VEC_PUSH(&e->unit->scratch, objects, id);
}

static bool describe_object(eval *e, uint32_t id, word_vec *objects,
                            word_vec *out)
{
    esp_arena *a = &e->unit->scratch;
    eval_object *o = flow_find(e->flow, id);
    uint32_t count, other;
    int64_t offset;

    if (!o)
        return false;
    VEC_PUSH(a, out, id);
    count = out->n;
    VEC_PUSH(a, out, 0);
    if (o->real) {
        VEC_PUSH(a, out, OBJECT_IS_REAL);
        VEC_PUSH(a, out, o->real);
        out->at[count] = 1;
        return true;
    }
    VEC_RESERVE(a, out, 2 * o->nwords);
    for (uint32_t w = 0; w < o->nwords; w++) {
        eval_val v = o->word[w].val;

        if (!v)
            continue;
        if (eval_may_be_address(e->g, v)) {
            if (eval_virtual(e, v, &other, &offset))
                add_object(e, objects, other);
            v = eval_resolve(e, e->flow, v);
        }
        VEC_PUSH(a, out, w * 8 + o->word[w].at);
        VEC_PUSH(a, out, val_ref(v));
        out->at[count]++;
    }
    return true;
}

/* Completes a state whose own live values are in `pairs`. */
static uint32_t finish_state(eval *e, eval_inst *in, esp_state *s,
                             const word_vec *pairs, const word_vec *found)
{
    word_vec objects = { 0 }, out = { 0 };
    uint32_t n = 0;

    for (uint32_t i = 0; i < in->chain_objects.n; i++)
        add_object(e, &objects, in->chain_objects.at[i]);
    for (uint32_t i = 0; i < found->n; i++)
        add_object(e, &objects, found->at[i]);
    for (uint32_t i = 0; i < objects.n; i++)
        n += describe_object(e, objects.at[i], &objects, &out);
    return state_make(e->g, s, pairs->at, pairs->n / 2, out.at, n);
}

uint32_t eval_state(eval *e, eval_inst *in, uint32_t at, esp_ref r0, esp_ref r1)
{
    const esp_icall *c = &in->fn->calls[in->fn->code[at].a];
    esp_state s = { .fn = in->fn, .point = at, .result = { r0, r1 },
                    .node = in->node };
    word_vec pairs = { 0 }, found = { 0 };
    esp_arena_mark m;
    uint32_t state;

    s.parent = chain(e, in);
    m = arena_mark(&e->unit->scratch);
    live_pairs(e, in, c->live, c->nlive, &pairs, &found);
    state = finish_state(e, in, &s, &pairs, &found);
    arena_release(&e->unit->scratch, m);
    return state;
}

uint32_t eval_state_at_block(eval *e, eval_inst *in, uint32_t block)
{
    const esp_iblock *b = &in->fn->blocks[block];
    esp_state s = { .fn = in->fn, .point = block | STATE_AT_BLOCK,
                    .node = in->node };
    word_vec pairs = { 0 }, found = { 0 };
    esp_arena_mark m;
    uint32_t state;

    s.parent = chain(e, in);
    m = arena_mark(&e->unit->scratch);
    for (uint32_t i = 0; i < b->nparams; i++)
        live_pair(e, in, in->fn->nconsts + b->first + i, &pairs, &found);
    live_pairs(e, in, b->live, b->nlive, &pairs, &found);
    state = finish_state(e, in, &s, &pairs, &found);
    arena_release(&e->unit->scratch, m);
    return state;
}

void eval_forget_chains(eval *e, eval_inst *in, uint32_t first_state)
{
    (void)e;
    for (; in; in = in->caller)
        if (in->chain >= first_state)
            in->chain = 0;
}
