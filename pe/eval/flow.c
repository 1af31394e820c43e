/*
 * Virtual objects along the control flow.
 *
 * Guest frames, argument arrays and C variables whose address is taken are not
 * memory here but a list of words for each point of the control flow.  The
 * list is copied when control splits (sharing what is not written), and joined
 * when it meets again: words that differ become block parameters.
 *
 * An object whose address gets away is materialized: from there on it is
 * memory, and its address an ordinary value.  On another path it may still be
 * virtual; a join then materializes it there, too.
 *
 * see   Stadler, Wuerthinger, Moessenboeck, "Partial escape analysis and scalar
 *       replacement for Java", CGO 2014
 */
#include "pe/eval/internal.h"

#include <string.h>

eval_flow *flow_new(eval *e)
{
    eval_flow *f = ARENA_NEW(&e->unit->notes, eval_flow);

    f->serial = ++e->serial;
    return f;
}

eval_flow *flow_share(eval *e, eval_flow *f)
{
    eval_flow *copy = flow_new(e);

    copy->n = copy->cap = f->n;
    copy->facts = f->facts;
    copy->object = ARENA_ARRAY(&e->unit->notes, eval_object *, f->n);
    if (f->n)
        memcpy(copy->object, f->object, f->n * sizeof *f->object);
    f->serial = ++e->serial;    /* what was its own is shared from now on */
    return copy;
}

/* Newest first: that is where most accesses go. */
static uint32_t position(const eval_flow *f, uint32_t id)
{
    for (uint32_t i = f->n; i-- > 0;)
        if (f->object[i]->id == id)
            return i;
    return UINT32_MAX;
}

eval_object *flow_find(const eval_flow *f, uint32_t id)
{
    uint32_t i = position(f, id);

    return i == UINT32_MAX ? NULL : f->object[i];
}

static size_t object_size(uint32_t nwords)
{
    return sizeof(eval_object) + nwords * sizeof(eval_word);
}

eval_object *flow_write(eval *e, eval_flow *f, uint32_t id)
{
    uint32_t i = position(f, id);
    eval_object *o = f->object[i], *copy;

    if (o->owner == f->serial)
        return o;
    copy = arena_alloc(&e->unit->notes, object_size(o->nwords));
    memcpy(copy, o, object_size(o->nwords));
    copy->owner = f->serial;
    return f->object[i] = copy;
}

static void append(eval *e, eval_flow *f, eval_object *o)
{
    if (f->n == f->cap) {
        uint32_t cap = f->cap ? 2 * f->cap : 8;

        f->object = arena_grow(&e->unit->notes, f->object,
                               f->n * sizeof *f->object,
                               cap * sizeof *f->object);
        f->cap = cap;
    }
    f->object[f->n++] = o;
}

eval_object *flow_add(eval *e, eval_flow *f, uint32_t id, uint32_t size)
{
    uint32_t nwords = (size + 7) / 8;
    eval_object *o = arena_alloc(&e->unit->notes, object_size(nwords));

    o->id = id;
    o->owner = f->serial;
    o->nwords = nwords;
    append(e, f, o);
    return o;
}

void flow_drop(eval_flow *f, uint32_t id)
{
    uint32_t i = position(f, id);

    if (i == UINT32_MAX)
        return;
    memmove(f->object + i, f->object + i + 1,
            (f->n - i - 1) * sizeof *f->object);
    f->n--;
}

/* ---- facts --------------------------------------------------------------- */

enum { LOOK_BACK = 48 };        /* older facts are not worth the search */

void flow_learn(eval *e, eval_flow *f, esp_ref from, esp_ref to)
{
    eval_fact *x = ARENA_NEW(&e->unit->notes, eval_fact);

    *x = (eval_fact){ from, to, f->facts ? f->facts->length + 1 : 1,
                      f->facts };
    f->facts = x;
}

esp_ref flow_known(const eval *e, esp_ref r)
{
    const eval_fact *x = e->flow->facts;

    if (graph_is_const(e->g, r))
        return r;
    for (uint32_t i = 0; x && i < LOOK_BACK; i++, x = x->older)
        if (x->from == r)
            return x->to;
    return r;
}

/* Is a condition decided by what is known of ranges: x == 9 where x < 5 has been
 * proved?  That is how tags are known not to be a way to leave. */
static bool is_beyond(const esp_graph *g, const eval_fact *x, esp_ref value,
                      uint64_t constant)
{
    const esp_ins *i = graph_at(g, x->from);
    bool holds = graph_const(g, x->to) & 1;

    if (i->op != IR_ult)
        return false;
    if (i->a == value && graph_is_const(g, i->b))
        return holds && constant >= graph_const(g, i->b);
    if (i->b == value && graph_is_const(g, i->a))
        return !holds && constant > graph_const(g, i->a);
    return false;
}

esp_ref flow_decided(eval *e, esp_ref cond)
{
    const esp_graph *g = e->g;
    const esp_ins *c = graph_at(g, cond);
    const eval_fact *x = e->flow->facts;

    if ((c->op != IR_eq && c->op != IR_ne) || !graph_is_const(g, c->b))
        return flow_known(e, cond);
    for (uint32_t i = 0; x && i < LOOK_BACK; i++, x = x->older) {
        if (x->from == cond)
            return x->to;
        if (is_beyond(g, x, c->a, graph_const(g, c->b)))
            return build_const(e->g, TY_i1, c->op == IR_ne);
    }
    return cond;
}

/* What holds on both ways: the part that the lists share. */
static const eval_fact *common_facts(const eval_fact *a, const eval_fact *b)
{
    while (a != b) {
        if (!a || !b)
            return NULL;
        if (a->length > b->length) {
            a = a->older;
        } else if (b->length > a->length) {
            b = b->older;
        } else {
            a = a->older;
            b = b->older;
        }
    }
    return a;
}

/* ---- addresses ---------------------------------------------------------- */

bool eval_address(const esp_graph *g, eval_val v, uint32_t *id,
                  int64_t *offset)
{
    const esp_ins *i = graph_at(g, val_ref(v));

    if (i->op == IR_vobj) {
        *id = i->a;
        *offset = 0;
        return true;
    }
    if (i->op == IR_add && graph_at(g, i->a)->op == IR_vobj &&
        graph_is_const(g, i->b)) {
        *id = graph_at(g, i->a)->a;
        *offset = (int64_t)graph_const(g, i->b);
        return true;
    }
    return false;
}

bool eval_virtual(eval *e, eval_val v, uint32_t *id, int64_t *offset)
{
    eval_object *o;

    if (!eval_address(e->g, v, id, offset))
        return false;
    o = flow_find(e->flow, *id);
    return o && !o->real;
}

static eval_val offset_from(eval *e, esp_ref real, int64_t offset)
{
    return build_offset(&e->b, real, offset);
}

eval_val eval_resolve(eval *e, const eval_flow *f, eval_val v)
{
    uint32_t id;
    int64_t offset;
    eval_object *o;

    if (!eval_address(e->g, v, &id, &offset))
        return v;
    o = flow_find(f, id);
    return o && o->real ? offset_from(e, o->real, offset) : v;
}

/* ---- materialization ---------------------------------------------------- */

static esp_ref slot_address(eval *e, esp_vobj *vo)
{
    /* One slot serves all paths on which the object comes to exist. */
    if (!vo->slot) {
        esp_slot s = { (vo->size + 7) & ~7u, vo->align > 16 ? vo->align : 16 };

        VEC_PUSH(e->g->arena, &e->g->slots, s);
        vo->slot = e->g->slots.n;
    }
    return build_slot(e->g, vo->slot - 1);
}

/* Frames and heap objects are allocated by the framework's own functions, with
 * the arguments that the evaluated code called them with.  The function that
 * pushes a frame takes its own machine frame for the one that it belongs to. */
static esp_ref call_allocator(eval *e, const esp_vobj *vo)
{
    const esp_ifunc *fn = vo->fn;
    const esp_icall *ic = &fn->calls[fn->code[vo->call].a];
    esp_ccall c = { .sig = ic->sig, .name = ic->name, .leaf = true };

    c.callee = build_const(e->g, TY_i64, fn->consts[ic->callee]);
    c.args = graph_refs(e->g, vo->arg, ic->nargs);
    c.nargs = ic->nargs;
    return build_call(&e->b, &c);
}

static esp_ref push_frame(eval *e, const esp_vobj *vo)
{
    esp_ref frame = call_allocator(e, vo);

    build_store(&e->b, frame, offsetof(esp_frame, machine),
                build_frameaddr(e->g), 0);
    return frame;
}

static esp_ref allocate(eval *e, uint32_t id)
{
    esp_vobj vo = e->g->vobjs.at[id];

    switch (vo.kind) {
    case VOBJ_ALLOCA:
        return slot_address(e, &e->g->vobjs.at[id]);
    case VOBJ_BORROWED:
        return vo.arg[0];
    case VOBJ_FRAME:
        eval_remark_at(e, e->inst, 0, REMARK_FRAME_ESCAPE, NULL);
        return push_frame(e, &vo);
    default:
        return call_allocator(e, &vo);
    }
}

/* Does memory have this word already? */
static bool is_as_borrowed(const eval *e, const eval_object *o, uint32_t word)
{
    return e->borrowed && e->borrowed->id == o->id &&
           e->borrowed->word[word].val == o->word[word].val;
}

/* Frames are a stack: the older ones have to exist before a newer one. */
static void materialize_older_frames(eval *e, uint32_t id)
{
    for (uint32_t i = 0; i < e->flow->n; i++) {
        eval_object *o = e->flow->object[i];

        if (o->id == id)
            return;
        if (!o->real && e->g->vobjs.at[o->id].kind == VOBJ_FRAME)
            eval_materialize(e, o->id);
    }
}

esp_ref eval_materialize(eval *e, uint32_t id)
{
    eval_object *o = flow_find(e->flow, id);
    esp_ref real;

    if (o->real)
        return o->real;
    if (e->g->vobjs.at[id].kind == VOBJ_FRAME)
        materialize_older_frames(e, id);
    real = allocate(e, id);
    o = flow_write(e, e->flow, id);
    o->real = real;
    for (uint32_t i = 0; i < o->nwords; i++)
        if (o->word[i].val && !is_as_borrowed(e, o, i))
            build_store(&e->b, real, (int64_t)i * 8 + o->word[i].at,
                        eval_real(e, o->word[i].val), 0);
    return real;
}

esp_ref eval_real(eval *e, eval_val v)
{
    uint32_t id;
    int64_t offset;
    eval_object *o;

    if (!eval_address(e->g, v, &id, &offset))
        return val_ref(v);
    o = flow_find(e->flow, id);
    if (!o)     /* its life has ended: the address means nothing any more */
        return build_const(e->g, TY_i64, 0);
    return val_ref(offset_from(e, eval_materialize(e, id), offset));
}

/* ---- joins -------------------------------------------------------------- */

typedef VEC(uint32_t) args_vec;

typedef struct join {
    eval *e;
    uint32_t n;
    const uint32_t *blocks;
    eval_flow **flows;
    uint32_t to;                /* graph block */
    args_vec *args;             /* for each edge */
} join;

/* Work at the end of edge i for a while. */
static void at_edge(join *j, uint32_t i)
{
    j->e->b.block = j->blocks[i];
    j->e->flow = j->flows[i];
}

static bool is_address(eval *e, eval_val v)
{
    uint32_t id;
    int64_t offset;

    return eval_address(e->g, v, &id, &offset);
}

/* Makes a value that differs between edges fit for a parameter.  The address of
 * one object is the same on all edges even if it exists at different places:
 * behind the join it is where the object is then. */
static bool settle_value(join *j, eval_val *const *vals, uint32_t k)
{
    bool same = true, address = false;

    for (uint32_t i = 1; i < j->n; i++)
        same &= val_ref(vals[i][k]) == val_ref(vals[0][k]);
    if (same)
        return false;
    for (uint32_t i = 0; i < j->n; i++) {
        vals[i][k] = eval_resolve(j->e, j->flows[i], vals[i][k]);
        address |= is_address(j->e, vals[i][k]);
    }
    if (!address)
        return false;
    for (uint32_t i = 0; i < j->n; i++) {
        at_edge(j, i);
        vals[i][k] = eval_real(j->e, vals[i][k]);
    }
    return true;
}

/* An object has to be virtual on all edges or on none. */
static bool settle_object(join *j, uint32_t id)
{
    uint32_t real = 0;

    for (uint32_t i = 0; i < j->n; i++)
        real += flow_find(j->flows[i], id)->real != 0;
    if (real == 0 || real == j->n)
        return false;
    for (uint32_t i = 0; i < j->n; i++) {
        at_edge(j, i);
        eval_materialize(j->e, id);
    }
    return true;
}

static eval_val word_on(const join *j, uint32_t i, uint32_t id, uint32_t w)
{
    return flow_find(j->flows[i], id)->word[w].val;
}

/* The same for a word: where addresses of different objects meet, these have
 * to exist. */
static bool settle_word(join *j, uint32_t id, uint32_t w)
{
    bool same = true, address = false;

    for (uint32_t i = 1; i < j->n; i++)
        same &= val_ref(word_on(j, i, id, w)) == val_ref(word_on(j, 0, id, w));
    for (uint32_t i = 0; i < j->n && !same; i++) {
        eval_val v = word_on(j, i, id, w);
        eval_val now = v ? eval_resolve(j->e, j->flows[i], v) : 0;

        if (now != v)
            flow_write(j->e, j->flows[i], id)->word[w].val = now;
        address |= now && is_address(j->e, now);
    }
    if (same || !address)
        return false;
    for (uint32_t i = 0; i < j->n; i++) {
        eval_val v = word_on(j, i, id, w);

        at_edge(j, i);
        if (v)
            v = eval_real(j->e, v);
        if (v)
            flow_write(j->e, j->flows[i], id)->word[w].val = v;
    }
    return true;
}

static bool settle_words(join *j, uint32_t id)
{
    eval_object *o = flow_find(j->flows[0], id);
    bool changed = false;

    for (uint32_t w = 0; !o->real && w < o->nwords; w++)
        changed |= settle_word(j, id, w);
    return changed;
}

static bool on_all_edges(join *j, uint32_t id)
{
    for (uint32_t i = 1; i < j->n; i++)
        if (!flow_find(j->flows[i], id))
            return false;
    return true;
}

static eval_val parameter(join *j, esp_type ty, const eval_val *vals)
{
    eval_val p = graph_param(j->e->g, j->to, ty), frozen = VAL_FROZEN;

    for (uint32_t i = 0; i < j->n; i++) {
        frozen &= vals[i];
        VEC_PUSH(&j->e->unit->scratch, &j->args[i], val_ref(vals[i]));
    }
    return p | frozen;
}

static eval_val join_values(join *j, eval_val *vals)
{
    eval_val frozen = vals[0] & VAL_FROZEN;

    for (uint32_t i = 1; i < j->n; i++) {
        if (val_ref(vals[i]) != val_ref(vals[0]))
            return parameter(j, graph_at(j->e->g, val_ref(vals[0]))->ty, vals);
        frozen &= vals[i];
    }
    return val_ref(vals[0]) | frozen;
}

/* Words of different type or place meet as 64 bits. */
static eval_word join_words(join *j, eval_object **o, uint32_t w,
                            eval_val *vals)
{
    eval *e = j->e;
    eval_word first = o[0]->word[w];
    bool alike = true, any = false;
    esp_type ty = first.val ? graph_at(e->g, val_ref(first.val))->ty : TY_void;

    for (uint32_t i = 0; i < j->n; i++) {
        eval_word x = o[i]->word[w];

        any |= x.val != 0;
        alike &= x.val && x.at == first.at &&
                 graph_at(e->g, val_ref(x.val))->ty == ty;
        vals[i] = x.val;
    }
    if (!any)
        return (eval_word){ 0 };
    if (!alike) {
        first.at = 0;
        for (uint32_t i = 0; i < j->n; i++) {
            at_edge(j, i);
            word_read(e, o[i], (int64_t)w * 8, TY_i64, &vals[i]);
        }
    }
    first.val = join_values(j, vals);
    return first;
}

static bool same_object(const eval_object *a, const eval_object *b)
{
    if (a == b)
        return true;
    for (uint32_t w = 0; w < a->nwords; w++)
        if (a->word[w].val != b->word[w].val ||
            a->word[w].at != b->word[w].at)
            return false;
    return a->real == b->real;
}

static bool same_objects(const join *j, eval_object **o)
{
    for (uint32_t i = 1; i < j->n; i++)
        if (!same_object(o[0], o[i]))
            return false;
    return true;
}

static void join_object(join *j, uint32_t id, eval_flow *to)
{
    eval *e = j->e;
    esp_arena *a = &e->unit->scratch;
    eval_object **o = ARENA_ARRAY(a, eval_object *, j->n), *out;
    eval_val *vals = ARENA_ARRAY(a, eval_val, j->n);

    for (uint32_t i = 0; i < j->n; i++)
        o[i] = flow_find(j->flows[i], id);
    if (same_objects(j, o)) {
        append(e, to, o[0]);
        return;
    }
    out = flow_add(e, to, id, o[0]->nwords * 8);
    if (o[0]->real) {
        for (uint32_t i = 0; i < j->n; i++)
            vals[i] = o[i]->real;
        out->real = val_ref(join_values(j, vals));
        return;
    }
    for (uint32_t w = 0; w < o[0]->nwords; w++) {
        out->word[w] = join_words(j, o, w, vals);
        if (out->word[w].val)
            eval_note_tag(e, id, w, val_ref(out->word[w].val));
    }
}

static void settle(join *j, eval_val **vals, uint32_t nvals)
{
    bool changed;

    do {
        changed = false;
        for (uint32_t k = 0; k < nvals; k++)
            changed |= settle_value(j, vals, k);
        for (uint32_t k = 0; k < j->flows[0]->n; k++) {
            uint32_t id = j->flows[0]->object[k]->id;

            if (on_all_edges(j, id)) {
                changed |= settle_object(j, id);
                changed |= settle_words(j, id);
            }
        }
    } while (changed);
}

/* The joined objects, and what was proved on all edges.  What is the same on
 * all of them is shared, and the edges' own no longer. */
static eval_flow *join_flows(join *j)
{
    eval_flow *to = flow_new(j->e);

    to->facts = j->flows[0]->facts;
    for (uint32_t i = 1; i < j->n; i++)
        to->facts = common_facts(to->facts, j->flows[i]->facts);
    for (uint32_t k = 0; k < j->flows[0]->n; k++)
        if (on_all_edges(j, j->flows[0]->object[k]->id))
            join_object(j, j->flows[0]->object[k]->id, to);
    for (uint32_t i = 0; i < j->n; i++)
        j->flows[i]->serial = ++j->e->serial;
    return to;
}

void eval_join(eval *e, const eval_join_spec *spec, eval_val *out)
{
    uint32_t n = spec->n, nvals = spec->nvals;
    eval_val **vals = spec->vals, *same;
    join j = { e, n, spec->blocks, spec->flows, 0, NULL };
    esp_arena *a = &e->unit->scratch;
    esp_arena_mark mark;
    eval_flow *to;

    if (n == 1) {
        e->b.block = spec->blocks[0];
        e->flow = spec->flows[0];
        for (uint32_t k = 0; k < nvals; k++)
            out[k] = vals[0][k];
        return;
    }
    j.to = graph_block(e->g, false);
    mark = arena_mark(a);
    j.args = arena_alloc(a, n * sizeof *j.args);
    same = ARENA_ARRAY(a, eval_val, n);
    eval_unite(e, spec);
    settle(&j, vals, nvals);
    for (uint32_t k = 0; k < nvals; k++) {
        for (uint32_t i = 0; i < n; i++)
            same[i] = vals[i][k];
        out[k] = join_values(&j, same);
    }
    to = join_flows(&j);
    for (uint32_t i = 0; i < n; i++) {
        esp_build b = { e->g, j.blocks[i] };

        build_jump(&b, j.to, j.args[i].at, j.args[i].n);
    }
    arena_release(a, mark);
    e->b.block = j.to;
    e->flow = to;
}
