/*
 * Guessed headers.
 *
 * A header is guessed before what leads back to it has been seen: values that
 * are known on entry, the tags among them, are taken to stay as they are,
 * everything else becomes a parameter, and objects stay virtual.  If an edge
 * proves a guess wrong, that guess is remembered, the graph taken back to the
 * entry, and everything behind it evaluated again; after some times nothing is
 * guessed any more.  A guess is remembered under a name that is the same when an
 * outer loop is evaluated again, so that nested loops are not evaluated
 * exponentially often.
 */
#include "pe/eval/guess.h"

#include <string.h>

/* ---- remembered guesses ----------------------------------------------------- */

uint64_t guess_mix(uint64_t a, uint64_t b)
{
    a ^= b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2);
    a *= 0xff51afd7ed558ccdu;
    return a ^ a >> 32;
}

static void insert(uint64_t *table, uint32_t cap, uint64_t key)
{
    uint32_t i = (uint32_t)key & (cap - 1);

    while (table[i] && table[i] != key)
        i = (i + 1) & (cap - 1);
    table[i] = key;
}

bool guess_is_wide(const eval *e, uint64_t key)
{
    uint32_t i;

    if (!e->widened_cap)
        return false;
    key |= 1;
    i = (uint32_t)key & (e->widened_cap - 1);
    while (e->widened[i] && e->widened[i] != key)
        i = (i + 1) & (e->widened_cap - 1);
    return e->widened[i] != 0;
}

void guess_widen(eval *e, uint64_t key)
{
    if (2 * e->nwidened >= e->widened_cap) {
        uint32_t cap = e->widened_cap ? 2 * e->widened_cap : 64;
        uint64_t *table = ARENA_ARRAY(&e->unit->notes, uint64_t, cap);

        for (uint32_t i = 0; i < e->widened_cap; i++)
            if (e->widened[i])
                insert(table, cap, e->widened[i]);
        e->widened = table;
        e->widened_cap = cap;
    }
    insert(e->widened, e->widened_cap, key | 1);
    e->nwidened++;
}

/* ---- remembered tags ------------------------------------------------------- */

/* The tag + 1 that goes with a key, or 0. */
static uint32_t promised(const eval *e, uint64_t key)
{
    for (uint32_t i = 0; i < e->promises.n; i++)
        if (e->promises.at[i].key == key)
            return e->promises.at[i].tag;
    return 0;
}

static void tag_table(eval *e, uint64_t key, uint32_t tag)
{
    eval_promise p = { key, tag };

    VEC_PUSH(&e->unit->notes, &e->promises, p);
}

/* ---- one attempt ------------------------------------------------------------- */

static bool is_address(eval *e, eval_val v)
{
    uint32_t id;
    int64_t offset;

    return eval_virtual(e, v, &id, &offset);
}

/* Of a guest frame, the tags and the header are guessed to stay; payloads are
 * what loops change. */
static bool likely_to_stay(eval *e, uint32_t object, uint32_t word)
{
    uint32_t kind = e->g->vobjs.at[object].kind;

    return (kind != VOBJ_FRAME && kind != VOBJ_BORROWED) ||
           word < offsetof(esp_frame, slots) / 8 || eval_is_tag(e, object, word);
}

/* A tag that is unknown before the loop but always the same behind its body:
 * test it once, before the loop. */
static eval_val promise(guess *s, const guess_place *p, eval_val v)
{
    eval *e = s->e;
    esp_ref r = val_ref(v), tag, is;

    tag = graph_is_const(e->g, r) ? 0 : promised(e, p->key);
    if (!tag || e->unit->loops_vary)
        return v;
    is = build_binary(&e->b, IR_eq, r, build_const(e->g, TY_i64, tag - 1));
    build_guard(&e->b, is, s->before, REASON_loop);
    return build_const(e->g, TY_i64, tag - 1);
}

static eval_val take_place(guess *s, guess_place p, eval_val v, bool stays)
{
    eval *e = s->e;
    esp_ref entry;

    if (stays && !s->nothing)
        v = promise(s, &p, v);
    p.assumed = v;
    if (stays && !s->nothing && !guess_is_wide(e, p.key)) {
        VEC_PUSH(&e->unit->scratch, &s->places, p);
        return v;
    }
    entry = eval_real(e, v);
    p.param = true;
    p.assumed = graph_param(e->g, s->block, graph_at(e->g, entry)->ty) |
                (v & VAL_FROZEN);
    if (p.object != NO_OBJECT)
        eval_note_tag(e, p.object, p.index, val_ref(p.assumed));
    VEC_PUSH(&e->unit->scratch, &s->args, entry);
    VEC_PUSH(&e->unit->scratch, &s->places, p);
    return p.assumed;
}

static void guess_values(guess *s, const eval_val *entry)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++) {
        guess_place p = { guess_mix(s->name, i), NO_OBJECT, i, 0, 0, false };
        bool known = graph_is_const(s->e->g, val_ref(entry[i])) ||
                     is_address(s->e, entry[i]);

        s->in->env[b->first + i] = take_place(s, p, entry[i], known);
    }
}

static uint64_t object_key(const guess *s, uint32_t ordinal)
{
    return guess_mix(guess_mix(s->objects, 0x10000 + ordinal), 7);
}

static uint64_t word_key(const guess *s, uint32_t ordinal, uint32_t word)
{
    return guess_mix(guess_mix(s->name, 0x20000 + ordinal), word);
}

static void guess_object(guess *s, uint32_t ordinal)
{
    eval *e = s->e;
    eval_object *o = e->flow->object[ordinal];
    uint32_t id = o->id;

    if (o->real)
        return;
    for (uint32_t w = 0; w < o->nwords; w++) {
        eval_word word = o->word[w];
        guess_place p = { word_key(s, ordinal, w), id, w, 0,
                    word.val ? word.at : 0, false };
        bool stays;

        if (!word.val) {        /* not written before the loop, but in it? */
            if (!s->nothing && !guess_is_wide(e, p.key))
                continue;
            word = (eval_word){ build_const(e->g, TY_i64, 0), 0 };
        }
        stays = likely_to_stay(e, id, w) || is_address(e, word.val);
        word.val = take_place(s, p, word.val, stays);
        o = flow_write(e, e->flow, id);
        o->word[w] = word;
    }
}

void guess_materialize(guess *s)
{
    eval *e = s->e;

    for (uint32_t i = 0; i < e->flow->n; i++)
        if (guess_is_wide(e, object_key(s, i)))
            eval_materialize(e, e->flow->object[i]->id);
}

static void materialize_addresses(guess *s, const eval_val *entry)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++)
        if (s->nothing || guess_is_wide(s->e, guess_mix(s->name, i)))
            eval_real(s->e, entry[i]);
}

/* ---- back edges ---------------------------------------------------------------- */

eval_val guess_value_on(const guess *s, const eval_edge *x, const guess_place *p)
{
    eval_object *o;
    eval_word w;
    eval_val v;

    if (p->object == NO_OBJECT)
        return eval_resolve(s->e, x->flow, x->vals[p->index]);
    o = flow_find(x->flow, p->object);
    if (!o || o->real)
        return 0;
    w = o->word[p->index];
    if (p->param) {
        esp_type ty = graph_at(s->e->g, val_ref(p->assumed))->ty;

        if (!word_read(s->e, o, (int64_t)p->index * 8 + p->at, ty, &v))
            return 0;
        return v;
    }
    return w.at == p->at ? eval_resolve(s->e, x->flow, w.val) : 0;
}

void guess_at_edge(guess *s, const eval_edge *x)
{
    s->e->b.block = x->block;
    s->e->flow = x->flow;
}

/* Parameters take anything but addresses of virtual objects. */
static void settle_arguments(guess *s, eval_edge *x)
{
    guess_at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++)
        if (s->places.at[i].param) {
            eval_val v = guess_value_on(s, x, &s->places.at[i]);

            if (v && is_address(s->e, v))
                eval_real(s->e, v);
        }
}

static bool words_hold(guess *s, uint32_t ordinal, const eval_object *was,
                       const eval_object *is)
{
    bool hold = true;

    for (uint32_t w = 0; w < was->nwords; w++)
        if (!was->word[w].val && is->word[w].val) {
            guess_widen(s->e, word_key(s, ordinal, w));
            hold = false;
        }
    return hold;
}

static bool objects_hold(guess *s, const eval_edge *x)
{
    bool hold = true;

    for (uint32_t i = 0; i < s->flow->n; i++) {
        eval_object *was = s->flow->object[i];
        eval_object *is = flow_find(x->flow, was->id);

        if (is && is->real != was->real) {
            guess_widen(s->e, object_key(s, i));
            hold = false;
        }
        if (!was->real && is && !is->real)
            hold &= words_hold(s, i, was, is);
    }
    return hold;
}

/* The loop's body has proved what a tag is that was unknown before. */
static bool remember_tag(guess *s, const guess_place *p, eval_val v)
{
    esp_graph *g = s->e->g;

    if (p->object == NO_OBJECT || s->e->unit->loops_vary || !v ||
        graph_is_const(g, val_ref(p->assumed)) ||
        !graph_is_const(g, val_ref(v)) || !eval_is_tag(s->e, p->object, p->index) ||
        promised(s->e, p->key))
        return false;
    tag_table(s->e, p->key, (uint32_t)graph_const(g, val_ref(v)) + 1);
    return true;
}

static bool places_hold(guess *s, const eval_edge *x)
{
    bool hold = true;

    guess_at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++) {
        guess_place *p = &s->places.at[i];
        eval_val v = guess_value_on(s, x, p);

        if (p->object != NO_OBJECT && !flow_find(x->flow, p->object))
            continue;           /* its life ended inside the loop */
        if (p->param ? v != 0 : val_ref(v) == val_ref(p->assumed))
            continue;
        if (!remember_tag(s, p, v))
            guess_widen(s->e, p->key);
        hold = false;
    }
    return hold;
}

static void close_edge(guess *s, const eval_edge *x)
{
    VEC(uint32_t) args = { 0 };

    guess_at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++) {
        guess_place *p = &s->places.at[i];

        if (p->param) {
            eval_val v = guess_value_on(s, x, p);
            esp_ref r = v ? eval_real(s->e, v)
                          : build_const(s->e->g, graph_at(s->e->g,
                                        val_ref(p->assumed))->ty, 0);

            VEC_PUSH(&s->e->unit->scratch, &args, r);
        }
    }
    build_jump(&s->e->b, s->block, args.at, args.n);
}

bool guess_close(guess *s, eval_edge *const *edges, uint32_t n)
{
    bool hold = true;

    for (uint32_t i = 0; i < n; i++) {
        settle_arguments(s, edges[i]);
        hold &= objects_hold(s, edges[i]);
        if (hold)
            hold &= places_hold(s, edges[i]);
    }
    for (uint32_t i = 0; hold && i < n; i++)
        close_edge(s, edges[i]);
    return hold;
}

/* ---- taking an attempt back ------------------------------------------------------ */

guess_undo guess_mark(eval *e, eval_inst *in)
{
    eval_result *r = e->result;

    return (guess_undo){
        graph_mark(e->g, e->b.block), in->edges.n, in->returns.n,
        r->assumptions.n, r->targets.n, r->finals.n, r->remarks.n,
        *eval_room(in)
    };
}

static void undo_edges(eval_inst *in, uint32_t n)
{
    while (in->edges.n > n) {
        eval_edge *x = &in->edges.at[--in->edges.n];

        if (in->pending[x->to])
            in->pending[x->to] = x->next;
    }
}

void guess_release(eval *e, eval_inst *in, const guess_undo *u)
{
    eval_result *r = e->result;

    graph_release(e->g, u->graph);
    for (uint32_t i = 0; i < e->g->vobjs.n; i++) {
        esp_vobj *vo = &e->g->vobjs.at[i];

        if (vo->slot > e->g->slots.n)
            vo->slot = 0;
    }
    eval_forget_chains(e, in, u->graph.states);
    while (e->tags.n && e->tags.at[e->tags.n - 1] >= u->graph.ins)
        e->tags.n--;
    undo_edges(in, u->edges);
    in->returns.n = u->returns;
    r->assumptions.n = u->assumptions;
    r->targets.n = u->targets;
    r->finals.n = u->finals;
    r->remarks.n = u->remarks;
    *eval_room(in) = u->room;
    e->b.block = u->graph.block;
}

/* ---- values on entry ------------------------------------------------------- */

/* The header's parameters and live-ins, as they are on entry.  An attempt may
 * have left the address of an object in their place that existed then. */
eval_val *guess_save(eval *e, const eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    eval_val *v = ARENA_ARRAY(&e->unit->notes, eval_val, b->nparams + b->nlive);

    for (uint32_t i = 0; i < b->nparams; i++)
        v[i] = in->env[b->first + i];
    for (uint32_t i = 0; i < b->nlive; i++)
        v[b->nparams + i] =
            in->env[in->fn->refs[b->live + i] - in->fn->nconsts];
    return v;
}

void guess_restore(const guess *s, const eval_val *v)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++)
        s->in->env[b->first + i] = v[i];
    for (uint32_t i = 0; i < b->nlive; i++)
        s->in->env[s->in->fn->refs[b->live + i] - s->in->fn->nconsts] =
            v[b->nparams + i];
}

/* ---- the header ------------------------------------------------------------ */

void guess_begin(guess *s)
{
    eval *e = s->e;
    const eval_val *entry = guess_save(e, s->in, s->header);
    esp_build from;

    materialize_addresses(s, entry);
    s->before = eval_state_at_block(e, s->in, s->header);
    s->block = graph_block(e->g, false);
    guess_values(s, entry);
    for (uint32_t i = 0; i < e->flow->n; i++)
        guess_object(s, i);
    from = e->b;
    build_jump(&from, s->block, s->args.at, s->args.n);
    e->b.block = s->block;
    s->flow = flow_share(e, e->flow);
}
