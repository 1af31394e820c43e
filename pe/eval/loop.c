/*
 * Loops: exploded, or guessed.
 *
 * A loop that contains esp_explode_loop() is unrolled: each iteration is
 * evaluated by itself, with what is known in it, until control no longer comes
 * back.
 *
 * Any other loop becomes a loop.  Its header is guessed before its body has
 * been seen: values that are known on entry, the tags among them, are taken to
 * stay as they are, everything else becomes a parameter, and objects stay
 * virtual.  If the body proves a guess wrong, that guess is remembered, the
 * graph taken back to the entry, and the body evaluated again; after three
 * times nothing is guessed any more.  A loop whose variables hold objects that
 * it makes itself is guessed behind its first iteration, so that these replace
 * objects of their kind, and stay virtual (unite.c).  A guess is remembered under a name that
 * is the same when an outer loop is evaluated again, so that nested loops are
 * not evaluated exponentially often.
 */
#include "pe/eval/internal.h"

#include <string.h>

enum { MAX_ITERATIONS = 1 << 20, MAX_GUESSES = 3 };

/* ---- remembered guesses ----------------------------------------------------- */

static uint64_t mix(uint64_t a, uint64_t b)
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

static bool is_wide(const eval *e, uint64_t key)
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

static void widen(eval *e, uint64_t key)
{
    if (2 * e->nwidened >= e->widened_cap) {
        uint32_t cap = e->widened_cap ? 2 * e->widened_cap : 64;
        uint64_t *table = ARENA_ARRAY(e->g->arena, uint64_t, cap);

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

    VEC_PUSH(e->g->arena, &e->promises, p);
}

/* ---- one attempt ------------------------------------------------------------- */

typedef VEC(uint32_t) ref_vec;

/* A place of the header: where a back edge has to agree, or brings an
 * argument. */
typedef struct place {
    uint64_t key;
    uint32_t object;            /* id, or NO_OBJECT: a C value */
    uint32_t index;             /* word or parameter */
    eval_val assumed;
    uint8_t at;                 /* of a word */
    bool param;
} place;

typedef struct guess {
    eval *e;
    eval_inst *in;
    uint32_t header;            /* image block */
    uint32_t block;             /* graph block */
    uint32_t before;            /* frame state in front of the loop */
    uint64_t name;
    bool nothing;               /* guess nothing */
    bool peeled;                /* the first iteration stands by itself */
    bool never_peel;            /* it did, and that was good for nothing */
    VEC(place) places;
    ref_vec args;               /* from the entry */
} guess;

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
static eval_val promise(guess *s, const place *p, eval_val v)
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

static eval_val guess_place(guess *s, place p, eval_val v, bool stays)
{
    eval *e = s->e;
    esp_ref entry;

    if (stays && !s->nothing)
        v = promise(s, &p, v);
    p.assumed = v;
    if (stays && !s->nothing && !is_wide(e, p.key)) {
        VEC_PUSH(e->g->arena, &s->places, p);
        return v;
    }
    entry = eval_real(e, v);
    p.param = true;
    p.assumed = graph_param(e->g, s->block, graph_at(e->g, entry)->ty) |
                (v & VAL_FROZEN);
    if (p.object != NO_OBJECT)
        eval_note_tag(e, p.object, p.index, val_ref(p.assumed));
    VEC_PUSH(e->g->arena, &s->args, entry);
    VEC_PUSH(e->g->arena, &s->places, p);
    return p.assumed;
}

static void guess_values(guess *s, const eval_val *entry)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++) {
        place p = { mix(s->name, i), NO_OBJECT, i, 0, 0, false };
        bool known = graph_is_const(s->e->g, val_ref(entry[i])) ||
                     is_address(s->e, entry[i]);

        s->in->env[b->first + i] = guess_place(s, p, entry[i], known);
    }
}

static uint64_t object_key(const guess *s, uint32_t ordinal)
{
    return mix(mix(s->name, 0x10000 + ordinal), 7);
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
        place p = { mix(mix(s->name, 0x20000 + ordinal), w), id, w, 0,
                    word.val ? word.at : 0, false };
        bool stays;

        if (!word.val) {        /* not written before the loop, but in it? */
            if (!s->nothing && !is_wide(e, p.key))
                continue;
            word = (eval_word){ build_const(e->g, TY_i64, 0), 0 };
        }
        stays = likely_to_stay(e, id, w) || is_address(e, word.val);
        word.val = guess_place(s, p, word.val, stays);
        o = flow_write(e, e->flow, id);
        o->word[w] = word;
    }
}

/* Objects that have to exist in the loop do so before it. */
static void materialize_wide(guess *s)
{
    eval *e = s->e;

    for (uint32_t i = 0; i < e->flow->n; i++)
        if (is_wide(e, object_key(s, i)))
            eval_materialize(e, e->flow->object[i]->id);
}

static void materialize_addresses(guess *s, const eval_val *entry)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++)
        if (s->nothing || is_wide(s->e, mix(s->name, i)))
            eval_real(s->e, entry[i]);
}

/* ---- back edges ---------------------------------------------------------------- */

static eval_val value_on(const guess *s, const eval_edge *x, const place *p)
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

static void at_edge(guess *s, const eval_edge *x)
{
    s->e->b.block = x->block;
    s->e->flow = x->flow;
}

/* Parameters take anything but addresses of virtual objects. */
static bool settle_arguments(guess *s, eval_edge *x)
{
    at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++)
        if (s->places.at[i].param) {
            eval_val v = value_on(s, x, &s->places.at[i]);

            if (v && is_address(s->e, v))
                eval_real(s->e, v);
        }
    return true;
}

static bool words_hold(guess *s, uint32_t ordinal, const eval_object *was,
                       const eval_object *is)
{
    bool hold = true;

    for (uint32_t w = 0; w < was->nwords; w++)
        if (!was->word[w].val && is->word[w].val) {
            widen(s->e, mix(mix(s->name, 0x20000 + ordinal), w));
            hold = false;
        }
    return hold;
}

static bool objects_hold(guess *s, const eval_flow *header, const eval_edge *x)
{
    bool hold = true;

    for (uint32_t i = 0; i < header->n; i++) {
        eval_object *was = header->object[i];
        eval_object *is = flow_find(x->flow, was->id);

        if (is && !is->real != !was->real) {
            widen(s->e, object_key(s, i));
            hold = false;
        }
        if (!was->real && is && !is->real)
            hold &= words_hold(s, i, was, is);
    }
    return hold;
}

/* The loop's body has proved what a tag is that was unknown before. */
static bool remember_tag(guess *s, const place *p, eval_val v)
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

    at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++) {
        place *p = &s->places.at[i];
        eval_val v = value_on(s, x, p);

        if (p->object != NO_OBJECT && !flow_find(x->flow, p->object))
            continue;           /* its life ended inside the loop */
        if (p->param ? v != 0 : val_ref(v) == val_ref(p->assumed))
            continue;
        if (!remember_tag(s, p, v))
            widen(s->e, p->key);
        hold = false;
    }
    return hold;
}

static void close_edge(guess *s, const eval_edge *x)
{
    ref_vec args = { 0 };

    at_edge(s, x);
    for (uint32_t i = 0; i < s->places.n; i++) {
        place *p = &s->places.at[i];

        if (p->param) {
            eval_val v = value_on(s, x, p);
            esp_ref r = v ? eval_real(s->e, v)
                          : build_const(s->e->g, graph_at(s->e->g,
                                        val_ref(p->assumed))->ty, 0);

            VEC_PUSH(s->e->g->arena, &args, r);
        }
    }
    build_jump(&s->e->b, s->block, args.at, args.n);
}

static eval_back seen_back(const guess *s, const eval_flow *header,
                           eval_edge *x)
{
    return (eval_back){ s->in, s->header, header, x->flow, x->vals };
}

/* Objects that the loop makes take the place of those of the iteration before;
 * says whether one does. */
static bool unite_objects(guess *s, const eval_flow *header, eval_edge *x)
{
    eval_back back = seen_back(s, header, x);
    bool changed = !s->nothing, any = false;

    at_edge(s, x);
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < s->places.n; i++) {
            const place *p = &s->places.at[i];

            if (!p->param)
                changed |= eval_unite_back(s->e, &back, p->assumed,
                                           value_on(s, x, p));
        }
        any |= changed;
    }
    return any;
}

static uint64_t peel_key(const guess *s)
{
    return mix(s->name, 0x40000);
}

static uint64_t never_peel_key(const guess *s)
{
    return mix(s->name, 0x40001);
}

/* Does an edge bring an object that the loop has made and that nobody else
 * knows, in place of something that was there before the loop?  Behind the
 * first iteration it would be in place of one of its own kind. */
static bool wants_peeling(guess *s, const eval_flow *header, eval_edge *x)
{
    eval_back back = seen_back(s, header, x);

    if (s->peeled || s->never_peel || s->nothing || s->e->unit->tier < 2)
        return false;
    for (uint32_t i = 0; i < s->places.n; i++) {
        const place *p = &s->places.at[i];

        if (p->object != NO_OBJECT && p->param &&
            eval_is_made_in(s->e, &back, value_on(s, x, p)))
            return true;
    }
    return false;
}

static bool close_loop(guess *s, const eval_flow *header)
{
    uint32_t n = eval_pending(s->e, s->in, s->header);
    eval_edge **edges = ARENA_ARRAY(s->e->g->arena, eval_edge *, n);
    bool hold = true, united = false;

    eval_take_pending(s->e, s->in, s->header, edges, n);
    for (uint32_t i = 0; i < n; i++)
        if (wants_peeling(s, header, edges[i])) {
            widen(s->e, peel_key(s));
            return false;
        }
    for (uint32_t i = 0; i < n; i++)
        united |= unite_objects(s, header, edges[i]);
    if (s->peeled && n && !united) {
        widen(s->e, never_peel_key(s));
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        settle_arguments(s, edges[i]);
        hold &= objects_hold(s, header, edges[i]);
        if (hold)
            hold &= places_hold(s, edges[i]);
    }
    for (uint32_t i = 0; hold && i < n; i++)
        close_edge(s, edges[i]);
    return hold;
}

/* ---- taking an attempt back ------------------------------------------------------ */

typedef struct undo {
    esp_graph_mark graph;
    uint32_t edges, returns, assumptions, targets, finals, remarks, room;
} undo;

static undo undo_mark(eval *e, eval_inst *in)
{
    eval_result *r = e->result;

    return (undo){ graph_mark(e->g, e->b.block), in->edges.n, in->returns.n,
                   r->assumptions.n, r->targets.n, r->finals.n, r->remarks.n,
                   *eval_room(in) };
}

static void undo_edges(eval_inst *in, uint32_t n)
{
    while (in->edges.n > n) {
        eval_edge *x = &in->edges.at[--in->edges.n];

        if (in->pending[x->to])
            in->pending[x->to] = x->next;
    }
}

static void undo_release(eval *e, eval_inst *in, const undo *u)
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

/* ---- the two kinds ------------------------------------------------------------------ */

static void eval_body(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    uint32_t end = in->end;

    in->end = b->loop_end;
    eval_block(e, in, header, b->first + b->nparams);
    eval_range(e, in, header + 1, b->loop_end);
    in->end = end;
}

/* The header's parameters and live-ins, as they are on entry.  An attempt may
 * have left the address of an object in their place that existed then. */
static eval_val *save_values(eval *e, const eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    eval_val *v = ARENA_ARRAY(e->g->arena, eval_val, b->nparams + b->nlive);

    for (uint32_t i = 0; i < b->nparams; i++)
        v[i] = in->env[b->first + i];
    for (uint32_t i = 0; i < b->nlive; i++)
        v[b->nparams + i] =
            in->env[in->fn->refs[b->live + i] - in->fn->nconsts];
    return v;
}

static void restore_values(guess *s, const eval_val *v)
{
    const esp_iblock *b = &s->in->fn->blocks[s->header];

    for (uint32_t i = 0; i < b->nparams; i++)
        s->in->env[b->first + i] = v[i];
    for (uint32_t i = 0; i < b->nlive; i++)
        s->in->env[s->in->fn->refs[b->live + i] - s->in->fn->nconsts] =
            v[b->nparams + i];
}

static bool attempt(guess *s)
{
    const eval_val *entry = save_values(s->e, s->in, s->header);
    eval *e = s->e;
    eval_flow *header;
    esp_build from;

    materialize_wide(s);
    materialize_addresses(s, entry);
    s->before = eval_state_at_block(e, s->in, s->header);
    s->block = graph_block(e->g, false);
    guess_values(s, entry);
    for (uint32_t i = 0; i < e->flow->n; i++)
        guess_object(s, i);
    from = e->b;
    build_jump(&from, s->block, s->args.at, s->args.n);
    e->b.block = s->block;
    header = flow_share(e, e->flow);
    eval_body(e, s->in, s->header);
    return close_loop(s, header);
}

/* The first iteration by itself; false if no other one follows. */
static bool peel(eval *e, eval_inst *in, uint32_t header)
{
    uint64_t path = in->path;

    in->path = mix(path, header);
    eval_body(e, in, header);
    in->path = path;
    if (!in->pending[header])
        return false;
    eval_enter_block(e, in, header);
    return true;
}

static void guess_loop(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    const eval_val *entry = save_values(e, in, header);
    eval_flow *flow = e->flow;
    undo u = undo_mark(e, in);

    for (uint32_t tries = 0;; tries++) {
        guess s = { .e = e, .in = in, .header = header,
                    .name = mix(in->path, header),
                    .nothing = tries >= MAX_GUESSES };

        e->flow = flow_share(e, flow);
        restore_values(&s, entry);
        s.never_peel = is_wide(e, never_peel_key(&s));
        s.peeled = !s.never_peel && is_wide(e, peel_key(&s));
        if (s.peeled && !peel(e, in, header))
            return;
        if (attempt(&s))
            return;
        if (tries > 4 * MAX_GUESSES)
            unit_bail(e->unit, BAIL_merge, "loop in %s, line %u", in->fn->name,
                      in->fn->line[b->first]);
        undo_release(e, in, &u);
    }
}

static void explode_loop(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    uint64_t path = in->path;

    for (uint32_t i = 0; in->pending[header]; i++) {
        if (i == MAX_ITERATIONS)
            unit_bail(e->unit, BAIL_explosion, "in %s, line %u", in->fn->name,
                      in->fn->line[b->first]);
        in->path = mix(path, i);
        eval_enter_block(e, in, header);
        eval_body(e, in, header);
    }
    in->path = path;
}

void eval_loop(eval *e, eval_inst *in, uint32_t header)
{
    if (in->fn->blocks[header].explode) {
        explode_loop(e, in, header);
        return;
    }
    eval_enter_block(e, in, header);
    guess_loop(e, in, header);
}
