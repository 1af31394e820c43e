/*
 * Memory: loads of what is known to be there, stores that make no difference.
 *
 * For each block a list of places whose contents are in some value: they were
 * stored or loaded there, and nothing since can have changed them.  Where
 * control flow joins, what all sides agree on remains; at the header of a loop
 * what comes from outside and nothing in the loop can change.
 *
 *     store a + 8, x
 *     y = load a + 8         =>   y is x
 *     store a + 8, x              goes
 *
 * Which places may be the same is told by alias.h.  Calls change all but slots
 * whose address nobody else has.
 *
 * A store goes if the same place is written again in the same block before
 * anything could look: a load of it, a call, or a guard, behind which the
 * interpreter goes on with the memory as it is.
 *
 * needs   dominators, loops; users if there are slots
 * keeps   control flow
 * breaks  users
 * cost    linear; a list holds at most MOST_PLACES
 */
#include "framework/base/bits.h"
#include "pe/graph/loop.h"
#include "pe/opt/alias.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

#include <string.h>

enum { MOST_PLACES = 48 };

/* A place whose contents are known. */
struct known {
    opt_place at;
    esp_ref value;
    esp_ref store;              /* nobody has looked at it since this one */
};

struct contents {
    struct known *at;
    uint32_t n;
    bool done;                  /* the block has been visited */
};

struct memory {
    esp_graph *g;
    opt_rewrite w;
    opt_alias alias;
    struct contents *out;       /* by block: at its end */
    esp_bits dead;              /* stores that go */
    struct known list[MOST_PLACES];
    uint32_t n;
};

/* ---- the list at hand ------------------------------------------------- */

static void forget(struct memory *m, uint32_t k)
{
    m->list[k] = m->list[--m->n];
}

/* The oldest go when there are too many. */
static void remember(struct memory *m, opt_place p, esp_ref value,
                     esp_ref store)
{
    if (m->n == MOST_PLACES) {
        memmove(m->list, m->list + MOST_PLACES / 4,
                (MOST_PLACES - MOST_PLACES / 4) * sizeof *m->list);
        m->n -= MOST_PLACES / 4;
    }
    m->list[m->n++] = (struct known){ p, value, store };
}

static void forget_overlapping(struct memory *m, opt_place p)
{
    for (uint32_t k = m->n; k-- > 0; )
        if (alias_overlap(&m->alias, m->list[k].at, p))
            forget(m, k);
}

static void forget_all_but_private(struct memory *m)
{
    for (uint32_t k = m->n; k-- > 0; )
        if (!alias_private(&m->alias, m->list[k].at))
            forget(m, k);
}

/* Somebody may look at memory: the stores so far are needed. */
static void all_seen(struct memory *m)
{
    for (uint32_t k = 0; k < m->n; k++)
        m->list[k].store = 0;
}

static void seen(struct memory *m, opt_place p)
{
    for (uint32_t k = 0; k < m->n; k++)
        if (alias_overlap(&m->alias, m->list[k].at, p))
            m->list[k].store = 0;
}

static bool same_place(opt_place a, opt_place b)
{
    return alias_covers(a, b) && alias_covers(b, a);
}

static bool has(const struct contents *c, const struct known *k)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (same_place(c->at[i].at, k->at) && c->at[i].value == k->value)
            return true;
    return false;
}

/* What is known at the start of a block. */
static void start(struct memory *m, uint32_t block)
{
    const struct graph_props *p = m->g->props;
    uint32_t k = p->pred_first.at[block], end = p->pred_first.at[block + 1];
    uint32_t loop = p->loop_of.at[block];
    bool header = loop && p->loops.at[loop].header == block, first = true;

    m->n = 0;
    for (; k < end; k++) {
        uint32_t from = p->pred.at[k].block;
        const struct contents *c = &m->out[from];

        if (header && loop_contains(m->g, loop, from))
            continue;
        if (!c->done) {                 /* a cycle that is no loop */
            m->n = 0;
            return;
        }
        if (first) {
            m->n = c->n;
            if (c->n)
                memcpy(m->list, c->at, c->n * sizeof *c->at);
        } else {
            for (uint32_t i = m->n; i-- > 0; )
                if (!has(c, &m->list[i]))
                    forget(m, i);
        }
        first = false;
    }
    for (uint32_t i = m->n; header && i-- > 0; )
        if (alias_changed_in(&m->alias, loop, m->list[i].at))
            forget(m, i);
}

static void finish(struct memory *m, uint32_t block)
{
    struct contents *c = &m->out[block];

    all_seen(m);
    c->done = true;
    c->n = m->n;
    c->at = ARENA_ARRAY(&m->g->unit->scratch, struct known, m->n);
    if (m->n)
        memcpy(c->at, m->list, m->n * sizeof *c->at);
}

/* ---- what is loaded --------------------------------------------------- */

static esp_type int_of_size(uint32_t size)
{
    return size == 1 ? TY_i8 : size == 2 ? TY_i16
         : size == 4 ? TY_i32 : TY_i64;
}

static bool is_int(esp_type ty)
{
    return ty != TY_void && !type_is_float(ty);
}

/* A value as the integer that lies in memory. */
static esp_ref as_int(struct memory *m, esp_ref v)
{
    esp_type ty = (esp_type)graph_at(m->g, v)->ty;

    return is_int(ty) ? v : build_convert(&m->w.b, IR_bitcast,
                                          int_of_size(type_size[ty]), v);
}

/* The other way round. */
static esp_ref from_int(struct memory *m, esp_type ty, esp_ref v)
{
    if (ty == TY_i1)
        return build_convert(&m->w.b, IR_trunc, ty, v);
    return is_int(ty) ? v : build_convert(&m->w.b, IR_bitcast, ty, v);
}

/* The part of a known place that is loaded, as a value of type `ty`. */
static esp_ref extract(struct memory *m, const struct known *k,
                       opt_place p, esp_type ty)
{
    esp_build *b = &m->w.b;
    esp_ref v = k->value;
    esp_type part = int_of_size(p.size), whole;

    if (graph_at(m->g, v)->ty == ty && k->at.size == p.size)
        return v;
    v = as_int(m, v);
    whole = (esp_type)graph_at(m->g, v)->ty;
    if (k->at.offset != p.offset)
        v = build_binary(b, IR_lshr, v, build_const(
                m->g, whole, 8 * (uint64_t)(p.offset - k->at.offset)));
    if (whole != part)
        v = build_convert(b, IR_trunc, part, v);
    return from_int(m, ty, v);
}

/* A condition is not asked for more: its load says nothing about the other
 * bits of the byte. */
static esp_ref look_up(struct memory *m, opt_place p, esp_type ty)
{
    for (uint32_t k = m->n; k-- > 0; )
        if (alias_covers(m->list[k].at, p)
            && (ty == TY_i1 || graph_at(m->g, m->list[k].value)->ty != TY_i1))
            return extract(m, &m->list[k], p, ty);
    return 0;
}

/* ---- instructions ----------------------------------------------------- */

/* Each says whether the instruction stays. */

static bool visit_load(struct memory *m, esp_ref r)
{
    const esp_ins i = *graph_at(m->g, r);
    opt_place p = alias_of_load(&m->alias, &i);
    esp_ref v;

    if (i.flags & INS_VOLATILE) {
        seen(m, p);
        if (i.flags & INS_ORDERED) {
            all_seen(m);
            forget_all_but_private(m);
        }
        return true;
    }
    v = look_up(m, p, (esp_type)i.ty);
    if (v) {
        rewrite_to(&m->w, r, v);
        return false;
    }
    seen(m, p);
    remember(m, p, r, 0);
    return true;
}

/* Stores that are wholly written over, unseen, go. */
static void kill_covered(struct memory *m, opt_place p)
{
    for (uint32_t k = 0; k < m->n; k++)
        if (m->list[k].store && alias_covers(p, m->list[k].at))
            bits_set(m->dead, m->list[k].store);
}

static bool visit_store(struct memory *m, esp_ref r)
{
    const esp_ins i = *graph_at(m->g, r);
    esp_type ty = (esp_type)graph_at(m->g, i.b)->ty;
    opt_place p = alias_of_store(&m->alias, &i);

    if (i.flags & INS_VOLATILE) {
        all_seen(m);
        forget_overlapping(m, p);
        return true;
    }
    if (alias_write_only(&m->alias, p))
        return false;
    if (ty != TY_i1 && look_up(m, p, ty) == i.b)
        return false;
    kill_covered(m, p);
    forget_overlapping(m, p);
    remember(m, p, i.b, r);
    return true;
}

static bool visit_valid(struct memory *m, esp_ref r)
{
    esp_ref v = look_up(m, alias_valid_flag, TY_i1);

    if (v) {
        rewrite_to(&m->w, r, v);
        return false;
    }
    remember(m, alias_valid_flag, r, 0);
    return true;
}

static bool visit(struct memory *m, esp_ref r)
{
    rewrite_inputs(&m->w, r);
    switch (graph_at(m->g, r)->op) {
    case IR_load:  return visit_load(m, r);
    case IR_store: return visit_store(m, r);
    case IR_valid: return visit_valid(m, r);
    case IR_guard:
        all_seen(m);
        return true;
    case IR_call:
        all_seen(m);
        forget_all_but_private(m);
        return true;
    default:
        return true;
    }
}

static void visit_block(struct memory *m, uint32_t block)
{
    esp_block *k = &m->g->blocks.at[block];
    uint32_t n = 0;

    start(m, block);
    for (uint32_t i = 0; i < k->code.n; i++)
        if (visit(m, k->code.at[i]))
            k->code.at[n++] = k->code.at[i];
    k->code.n = n;
    finish(m, block);
}

static void drop_dead_stores(struct memory *m, uint32_t block)
{
    esp_block *k = &m->g->blocks.at[block];
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->code.n; i++)
        if (!bits_get(m->dead, k->code.at[i]))
            k->code.at[n++] = k->code.at[i];
    k->code.n = n;
}

void opt_memory(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct memory *m = ARENA_NEW(scratch, struct memory);
    const struct graph_props *p = g->props;

    edit_kill_unreachable(g);
    m->g = g;
    m->dead = bits_new(scratch, g->ins.n);
    m->out = ARENA_ARRAY(scratch, struct contents, g->blocks.n);
    alias_init(&m->alias, g);
    rewrite_init(&m->w, g);
    m->w.in_place = true;
    for (uint32_t i = 0; i < p->order.n; i++)
        visit_block(m, p->order.at[i]);
    for (uint32_t i = 0; i < p->order.n; i++)
        drop_dead_stores(m, p->order.at[i]);
    rewrite_vobjs(&m->w);
    arena_release(scratch, mark);
}
