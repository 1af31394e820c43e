/*
 * Virtual objects that take each other's place.
 *
 * A variable holds an object that one branch has made, or another one; or the
 * object of the iteration before, in place of which each iteration makes a new
 * one.  The two never exist at once as far as anybody can tell, so where control
 * flow meets they become one virtual object, whose words are joined like those
 * of any other, and neither has to be allocated:
 *
 *     p = new(); p.x = 0              p.x is 0 before the loop
 *     while (i < n) {
 *         q = new();                  q has no name in memory
 *         q.x = p.x + i;
 *         p = q;                      here q becomes p: what goes round the
 *     }                               loop is x
 *
 * This is renaming: on one edge, all that referred to the old object refers to
 * the new one.  What is not listed for the edge must not refer to it: the
 * values of the C functions further out.  Nor may the object of the iteration
 * before live on under another name, as when a list is made: then it has to
 * exist soon anyway.
 */
#include "pe/eval/internal.h"

static bool refers(const eval *e, eval_val v, uint32_t id)
{
    uint32_t other;
    int64_t offset;

    return eval_address(e->g, v, &other, &offset) && other == id;
}

/* Is there a value of a function further out that refers to an object, while
 * the call `at` of `in` runs? */
static bool is_known_outside(const eval *e, const eval_inst *in, uint32_t at,
                             uint32_t id)
{
    for (; in; at = in->call, in = in->caller) {
        const esp_icall *c = &in->fn->calls[in->fn->code[at].a];

        for (uint32_t i = 0; i < c->nlive; i++) {
            uint32_t value = in->fn->refs[c->live + i] - in->fn->nconsts;

            if (refers(e, in->env[value], id))
                return true;
        }
    }
    return false;
}

/* ---- renaming ------------------------------------------------------------ */

static eval_val renamed(eval *e, eval_val v, uint32_t from, uint32_t to)
{
    esp_build b = e->b;
    uint32_t id;
    int64_t offset;

    if (!eval_address(e->g, v, &id, &offset) || id != from)
        return v;
    return build_offset(&b, build_vobj(e->g, to), offset) | (v & VAL_FROZEN);
}

static void rename_words(eval *e, eval_flow *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < f->n; i++) {
        eval_object *o = f->object[i];

        for (uint32_t w = 0; w < o->nwords; w++)
            if (refers(e, o->word[w].val, from)) {
                o = flow_write(e, f, o->id);
                o->word[w].val = renamed(e, o->word[w].val, from, to);
            }
    }
}

/* One edge: its flow and its values. */
static void rename_object(eval *e, eval_flow *f, eval_val *vals, uint32_t nvals,
                          uint32_t from, uint32_t to)
{
    rename_words(e, f, from, to);
    for (uint32_t k = 0; k < nvals; k++)
        vals[k] = renamed(e, vals[k], from, to);
    flow_write(e, f, from)->id = to;
}

static uint32_t copy_vobj(eval *e, uint32_t id)
{
    esp_vobj v = e->g->vobjs.at[id];

    VEC_PUSH(e->g->arena, &e->g->vobjs, v);
    return e->g->vobjs.n - 1;
}

/* ---- which ---------------------------------------------------------------- */

/* Is it the address of a heap object that is virtual in this flow? */
static bool is_new(const eval *e, const eval_flow *f, eval_val v, uint32_t *id,
                   int64_t *offset)
{
    const eval_object *o;

    if (!v || !eval_address(e->g, v, id, offset) ||
        e->g->vobjs.at[*id].kind != VOBJ_NEW)
        return false;
    o = flow_find(f, *id);
    return o && !o->real;
}

static bool are_alike(const eval *e, uint32_t x, uint32_t y)
{
    const esp_vobj *a = &e->g->vobjs.at[x], *b = &e->g->vobjs.at[y];

    return a->what == b->what && a->size == b->size && a->arg[0] == b->arg[0] &&
           a->arg[1] == b->arg[1];
}

/* ---- joins ---------------------------------------------------------------- */

/* A place where the edges have something each: a value, or a word. */
static eval_val at_place(const eval_join_spec *j, uint32_t i, uint32_t object,
                         uint32_t index)
{
    return object == NO_OBJECT ? j->vals[i][index]
                               : flow_find(j->flows[i], object)->word[index].val;
}

/* Have all edges a virtual object there, and not the same one? */
static bool find_ids(eval *e, const eval_join_spec *j, uint32_t object,
                     uint32_t index, uint32_t *ids)
{
    bool same = true;
    int64_t first = 0, offset;

    for (uint32_t i = 0; i < j->n; i++) {
        if (!is_new(e, j->flows[i], at_place(j, i, object, index), &ids[i],
                    &offset))
            return false;
        if (i == 0)
            first = offset;
        if (offset != first || !are_alike(e, ids[0], ids[i]))
            return false;
        same &= ids[i] == ids[0];
    }
    for (uint32_t i = 0; !same && i < j->n; i++)
        if (is_known_outside(e, j->outer, j->at, ids[i]))
            return false;
    return !same;
}

static bool on_all_edges(const eval_join_spec *j, uint32_t id)
{
    for (uint32_t i = 0; i < j->n; i++) {
        const eval_object *o = flow_find(j->flows[i], id);

        if (!o || o->real)
            return false;
    }
    return true;
}

/* Is each edge's object in this place, or none of them? */
static bool agrees(const eval *e, const eval_join_spec *j, uint32_t object,
                   uint32_t index, const uint32_t *ids)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < j->n; i++)
        n += refers(e, at_place(j, i, object, index), ids[i]);
    return n == 0 || n == j->n;
}

/* Somebody who has an object by its old name would tell it from the new one. */
static bool all_agree(const eval *e, const eval_join_spec *j,
                      const uint32_t *ids)
{
    const eval_flow *f = j->flows[0];

    for (uint32_t k = 0; k < j->nvals; k++)
        if (!agrees(e, j, NO_OBJECT, k, ids))
            return false;
    for (uint32_t k = 0; k < f->n; k++)
        for (uint32_t w = 0; w < f->object[k]->nwords; w++)
            if (on_all_edges(j, f->object[k]->id) &&
                !agrees(e, j, f->object[k]->id, w, ids))
                return false;
    return true;
}

static bool unite_at(eval *e, const eval_join_spec *j, uint32_t object,
                     uint32_t index, uint32_t *ids)
{
    uint32_t one;

    if (!find_ids(e, j, object, index, ids) || !all_agree(e, j, ids))
        return false;
    one = copy_vobj(e, ids[0]);
    for (uint32_t i = 0; i < j->n; i++)
        rename_object(e, j->flows[i], j->vals[i], j->nvals, ids[i], one);
    return true;
}

static bool unite_words(eval *e, const eval_join_spec *j, uint32_t id,
                        uint32_t *ids)
{
    uint32_t nwords = flow_find(j->flows[0], id)->nwords;
    bool changed = false;

    for (uint32_t w = 0; w < nwords; w++)
        changed |= unite_at(e, j, id, w, ids);
    return changed;
}

static bool has_new(const eval *e, const eval_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (e->g->vobjs.at[f->object[i]->id].kind == VOBJ_NEW)
            return true;
    return false;
}

void eval_unite(eval *e, const eval_join_spec *j)
{
    uint32_t *ids;
    bool changed = true;

    for (uint32_t i = 0; i < j->n; i++)
        if (!has_new(e, j->flows[i]))
            return;
    ids = ARENA_ARRAY(&e->unit->notes, uint32_t, j->n);
    while (changed) {
        changed = false;
        for (uint32_t k = 0; k < j->nvals; k++)
            changed |= unite_at(e, j, NO_OBJECT, k, ids);
        for (uint32_t k = 0; k < j->flows[0]->n; k++)
            if (on_all_edges(j, j->flows[0]->object[k]->id))
                changed |= unite_words(e, j, j->flows[0]->object[k]->id, ids);
    }
}

/* ---- back edges ------------------------------------------------------------ */

/* Marks the objects that one refers to; true if there are new ones. */
static bool mark_referred(eval *e, const eval_flow *f, const eval_object *o,
                          bool *reached)
{
    bool changed = false;

    for (uint32_t w = 0; w < o->nwords && !o->real; w++) {
        uint32_t id;
        int64_t offset;

        if (!o->word[w].val || !eval_address(e->g, o->word[w].val, &id, &offset))
            continue;
        for (uint32_t i = 0; i < f->n; i++)
            if (f->object[i]->id == id && !reached[i])
                changed = reached[i] = true;
    }
    return changed;
}

/* Would the object `old` still be known when `new` has taken its place?  By what
 * there was at the header it would, or by the new one. */
static bool lives_on(eval *e, const eval_back *x, uint32_t old, uint32_t new)
{
    const eval_flow *f = x->flow;
    bool *reached = ARENA_ARRAY(&e->unit->notes, bool, f->n), changed = true;

    for (uint32_t i = 0; i < f->n; i++)
        reached[i] = f->object[i]->id == new ||
                     (f->object[i]->id != old &&
                      flow_find(x->before, f->object[i]->id));
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < f->n; i++)
            if (reached[i])
                changed |= mark_referred(e, f, f->object[i], reached);
    }
    for (uint32_t i = 0; i < f->n; i++)
        if (f->object[i]->id == old && reached[i])
            return true;
    return false;
}

/* Do C values refer to it, here or further out? */
static bool is_held(eval *e, const eval_back *x, uint32_t id)
{
    const esp_iblock *b = &x->in->fn->blocks[x->header];

    for (uint32_t k = 0; k < b->nparams + b->nlive; k++)
        if (refers(e, x->vals[k], id))
            return true;
    return is_known_outside(e, x->in->caller, x->in->call, id);
}

bool eval_unite_back(eval *e, const eval_back *x, eval_val was, eval_val is)
{
    uint32_t old, new;
    int64_t old_offset, offset;

    if (!is_new(e, x->before, was, &old, &old_offset) ||
        !is_new(e, x->flow, is, &new, &offset) || old_offset != offset ||
        flow_find(x->before, new) || !are_alike(e, old, new) ||
        is_held(e, x, old) || lives_on(e, x, old, new))
        return false;
    flow_drop(x->flow, old);
    rename_object(e, x->flow, x->vals, x->in->fn->blocks[x->header].nparams,
                  new, old);
    return true;
}

bool eval_is_made_in(eval *e, const eval_back *x, eval_val is)
{
    uint32_t id;
    int64_t offset;

    return is_new(e, x->flow, is, &id, &offset) && !flow_find(x->before, id);
}
