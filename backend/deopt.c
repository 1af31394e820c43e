/*
 * Deoptimization.
 *
 * A frame state is a chain of C functions that were entered and have not
 * returned: where each is, and its live values.  A value is a constant, the
 * address of a virtual object, or in a register or spill slot.
 *
 *     machine frame ──▶ objects: allocate all, then fill
 *                   ──▶ C frames, innermost first:
 *                         values from the frame ──▶ exec_resume ──▶ result ─┐
 *                         next frame's pending call has returned this  ◀────┘
 *
 * States have most of their lists in common, or differ in a value or two: lists
 * are streams of small integers, and equal ones are there once.
 *
 * All of it lives on the C stack above the machine frame that stopped, so that
 * addresses of its slots stay valid, and a collector that scans the stack sees
 * every value.
 */
#include "backend/deopt.h"

#include "backend/pool.h"
#include "pe/graph/arith.h"
#include "pe/graph/state.h"

#include <alloca.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables ------------------------------------------------------------------ */

typedef enum source_kind {
    FROM_CONST, FROM_OBJECT, FROM_MACHINE,
    FROM_FRAME,                 /* its address */
    FROM_SUNK                   /* computed from other sources */
} source_kind;

/* Where a value of a state comes from. */
typedef struct source {
    uint8_t kind, size;
    uint32_t id;                /* object, graph ref, or place in `sunk` */
    uint64_t bits;              /* constant, or offset into the object */
} source;

/* What a sunk value is; see pe/opt/sink.c. */
typedef struct sunk {
    uint8_t op, ty, in;
    uint32_t from[3];           /* sources */
} sunk;

typedef struct object_row {
    uint32_t id, nwords;
    uint32_t first;             /* in lists: (offset, source) pairs */
} object_row;

typedef struct frame_row {
    uint32_t parent;
    const esp_ifunc *fn;
    uint32_t point;
    uint32_t live, nlive;       /* in lists: (value, source) pairs */
    uint32_t objects, nobjects; /* in rows */
    uint32_t result[2];         /* sources; 0: none */
    const void *node;
} frame_row;

struct deopt_tables {
    const frame_row *states;    /* those that no point needs are empty */
    const object_row *rows;
    const uint8_t *lists;
    const source *sources;      /* sources[0] is none */
    const sunk *sunk;
    const esp_vobj *objects;
    uint32_t nobjects;
};

/* The tables while they grow, in scratch memory. */
typedef struct tables_build {
    esp_arena *a;
    const esp_graph *g;
    frame_row *states;
    VEC(object_row) rows;
    esp_pool lists;
    VEC(uint8_t) list;          /* that is being written */
    VEC(source) sources;
    VEC(sunk) sunk;
    uint32_t *source_of;        /* by ref */
} tables_build;

static uint32_t source_for(tables_build *b, esp_ref r);

static uint32_t sunk_for(tables_build *b, const esp_ins *i)
{
    sunk x = { i->op, i->ty, graph_at(b->g, i->a)->ty, { 0 } };

    for (uint32_t k = 0; k < op_info[i->op].inputs; k++)
        x.from[k] = source_for(b, (&i->a)[k]);
    VEC_PUSH(b->a, &b->sunk, x);
    return b->sunk.n - 1;
}

static source make_source(tables_build *b, esp_ref r)
{
    const esp_graph *g = b->g;
    const esp_ins *i = graph_at(g, r);
    source s = { FROM_MACHINE, type_size[i->ty], r, 0 };

    if (i->flags & INS_SUNK) {
        s.kind = FROM_SUNK;
        s.id = sunk_for(b, i);
    } else if (i->op == IR_const) {
        s.kind = FROM_CONST;
        s.bits = graph_const(g, r);
    } else if (i->op == IR_frameaddr) {
        s.kind = FROM_FRAME;
    } else if (i->op == IR_vobj) {
        s.kind = FROM_OBJECT;
        s.id = i->a;
    } else if (i->op == IR_add && graph_at(g, i->a)->op == IR_vobj) {
        s.kind = FROM_OBJECT;
        s.id = graph_at(g, i->a)->a;
        s.bits = graph_const(g, i->b);
    }
    return s;
}

static uint32_t source_for(tables_build *b, esp_ref r)
{
    if (r && !b->source_of[r]) {
        source s = make_source(b, r);

        b->source_of[r] = b->sources.n;
        VEC_PUSH(b->a, &b->sources, s);
    }
    return r ? b->source_of[r] : 0;
}

/* In groups of seven bits, low ones first. */
static void write_uint(tables_build *b, uint32_t x)
{
    for (; x >= 0x80; x >>= 7)
        VEC_PUSH(b->a, &b->list, (uint8_t)(x | 0x80));
    VEC_PUSH(b->a, &b->list, (uint8_t)x);
}

/* First of a pair: how far it is behind the one before. */
static uint32_t copy_pairs(tables_build *b, const uint32_t *pairs, uint32_t n)
{
    uint32_t before = 0;

    b->list.n = 0;
    for (uint32_t i = 0; i < n; i++) {
        write_uint(b, pairs[2 * i] - before);
        write_uint(b, source_for(b, pairs[2 * i + 1]));
        before = pairs[2 * i];
    }
    return pool_add(&b->lists, b->list.at, b->list.n);
}

/* Reads what copy_pairs has written. */
typedef struct pairs {
    const uint8_t *next;
    uint32_t key, source;
} pairs;

static uint32_t read_uint(const uint8_t **at)
{
    uint32_t x = 0, shift = 0;

    do
        x |= (uint32_t)(**at & 0x7f) << shift;
    while (shift += 7, *(*at)++ & 0x80);
    return x;
}

static pairs pairs_at(const deopt_tables *t, uint32_t first)
{
    return (pairs){ .next = t->lists + first };
}

static void next_pair(pairs *p)
{
    p->key += read_uint(&p->next);
    p->source = read_uint(&p->next);
}

static frame_row copy_state(tables_build *b, const esp_state *s)
{
    const uint32_t *refs = b->g->refs.at, *o = refs + s->objects;
    frame_row f = { s->parent, s->fn, s->point, 0, s->nlive, b->rows.n,
                    s->nobjects,
                    { source_for(b, s->result[0]), source_for(b, s->result[1]) },
                    s->node };

    f.live = copy_pairs(b, refs + s->live, s->nlive);
    for (uint32_t i = 0; i < s->nobjects; i++) {
        object_row row = { o[0], o[1], copy_pairs(b, o + 2, o[1]) };

        VEC_PUSH(b->a, &b->rows, row);
        o += 2 + 2 * o[1];
    }
    return f;
}

/* A state that a point needs, and its parents. */
static void keep_state(tables_build *b, uint32_t state)
{
    for (; state && !b->states[state].fn; state = b->g->states.at[state].parent)
        b->states[state] = copy_state(b, &b->g->states.at[state]);
}

/* Arguments of an allocation become sources, too. */
static esp_vobj *keep_objects(tables_build *b)
{
    const esp_graph *g = b->g;
    esp_vobj *all = ARENA_ARRAY(b->a, esp_vobj, g->vobjs.n);

    for (uint32_t i = 0; i < g->vobjs.n; i++) {
        all[i] = g->vobjs.at[i];
        if (all[i].kind != VOBJ_ALLOCA)
            for (uint32_t k = 0; k < 3; k++)
                all[i].arg[k] = source_for(b, all[i].arg[k]);
    }
    return all;
}

static void *keep(esp_arena *to, const void *from, size_t size)
{
    void *p = arena_alloc(to, size);

    return size ? memcpy(p, from, size) : p;
}

void deopt_keep_states(esp_code *code, const esp_graph *g)
{
    esp_arena *a = &code->arena, *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    deopt_tables *t = ARENA_NEW(a, deopt_tables);
    tables_build b = { .a = scratch, .g = g };
    const esp_vobj *objects;

    b.states = ARENA_ARRAY(scratch, frame_row, g->states.n);
    pool_init(&b.lists, scratch);
    b.source_of = ARENA_ARRAY(scratch, uint32_t, g->ins.n);
    VEC_PUSH(scratch, &b.sources, ((source){ 0 }));
    for (uint32_t i = 0; i < code->ncalls; i++)
        keep_state(&b, code->calls[i].state);
    for (uint32_t i = 0; i < code->nexits; i++)
        keep_state(&b, code->exits[i].state);
    objects = keep_objects(&b);
    t->states = keep(a, b.states, g->states.n * sizeof *b.states);
    t->rows = keep(a, b.rows.at, b.rows.n * sizeof *b.rows.at);
    t->lists = keep(a, b.lists.bytes.at, b.lists.bytes.n);
    t->sources = keep(a, b.sources.at, b.sources.n * sizeof *b.sources.at);
    t->sunk = keep(a, b.sunk.at, b.sunk.n * sizeof *b.sunk.at);
    t->objects = keep(a, objects, g->vobjs.n * sizeof *objects);
    t->nobjects = g->vobjs.n;
    code->deopt = t;
    arena_release(scratch, mark);
}

deopt_place deopt_where(const esp_code *code, uint32_t state)
{
    const deopt_tables *t = code->deopt;
    const frame_row *f = &t->states[state];
    uint32_t at = f->point & STATE_AT_BLOCK
                ? f->fn->blocks[f->point & ~STATE_AT_BLOCK].first : f->point;

    return (deopt_place){ f->fn, f->fn->line ? f->fn->line[at] : 0, f->node };
}

/* ---- values ------------------------------------------------------------------- */

typedef struct rebuild {
    const deopt_tables *t;
    const frame_row *top;       /* the innermost: it lists the objects */
    const deopt_stop *stop;
    char **address;             /* of each object of `top`, in order */
} rebuild;

static uint32_t row_of(const rebuild *b, uint32_t id)
{
    uint32_t i = 0;

    while (i < b->top->nobjects &&
           b->t->rows[b->top->objects + i].id != id)
        i++;
    return i;
}

static uint64_t from_machine(const rebuild *b, esp_ref ref)
{
    const esp_point *p = b->stop->point;
    const esp_loc *loc = code_loc(b->stop->code, p, ref);

    return loc ? code_read(loc, b->stop->regs, b->stop->machine) : 0;
}

static uint64_t value(const rebuild *b, uint32_t s);

static uint64_t from_sunk(const rebuild *b, const sunk *x)
{
    return arith((esp_op)x->op, (esp_type)x->ty, (esp_type)x->in,
                 value(b, x->from[0]), value(b, x->from[1]),
                 value(b, x->from[2]));
}

static uint64_t value(const rebuild *b, uint32_t s)
{
    const source *x = &b->t->sources[s];
    uint32_t row;

    switch (x->kind) {
    case FROM_CONST:
        return x->bits;
    case FROM_MACHINE:
        return from_machine(b, x->id);
    case FROM_FRAME:
        return (uintptr_t)b->stop->machine;
    case FROM_SUNK:
        return from_sunk(b, &b->t->sunk[x->id]);
    default:
        row = row_of(b, x->id);
        if (row == b->top->nobjects || !b->address[row])
            return 0;           /* its life has ended */
        return (uint64_t)(uintptr_t)(b->address[row] + x->bits);
    }
}

/* ---- objects -------------------------------------------------------------------- */

static void fill(const rebuild *b, uint32_t i)
{
    const object_row *o = &b->t->rows[b->top->objects + i];
    pairs w = pairs_at(b->t, o->first);

    for (uint32_t k = 0; k < o->nwords; k++) {
        uint64_t v;

        next_pair(&w);
        if (w.key == OBJECT_IS_REAL)
            return;
        v = value(b, w.source);
        memcpy(b->address[i] + w.key, &v, b->t->sources[w.source].size);
    }
}

static bool is_real(const rebuild *b, uint32_t i, uint32_t *s)
{
    const object_row *o = &b->t->rows[b->top->objects + i];
    pairs w = pairs_at(b->t, o->first);

    if (o->nwords)
        next_pair(&w);
    *s = w.source;
    return o->nwords == 1 && w.key == OBJECT_IS_REAL;
}

static esp_frame *push(const rebuild *b, const esp_vobj *vo,
                       esp_context *context)
{
    const source *s = b->t->sources;
    esp_frame *f = esp_frame_push(context, vo->what,
                                  (esp_target *)s[vo->arg[2]].bits);

    f->machine = b->stop->machine;
    return f;
}

/* What a stack walk gave away is newer than the machine frame. */
static void take_kept(const rebuild *b, uint32_t i, const deopt_kept *kept)
{
    const object_row *o = &b->t->rows[b->top->objects + i];
    esp_frame *f = (esp_frame *)b->address[i];

    for (; kept; kept = kept->next)
        if (kept->machine == b->stop->machine && kept->object == o->id)
            memcpy(f->slots, kept->frame->slots,
                   f->layout->nslots * sizeof f->slots[0]);
}

/* A borrowed frame was brought up to date by the walk that gave it away. */
static bool was_written(const rebuild *b, uint32_t i, const deopt_kept *kept)
{
    while (kept && (kept->machine != b->stop->machine ||
                    (char *)kept->frame != b->address[i]))
        kept = kept->next;
    return kept != NULL;
}

/* Frames are a stack, so older ones, which have lower numbers, come first. */
static void push_frames(const rebuild *b, esp_context *context)
{
    uint32_t n = b->top->nobjects, s;

    for (uint64_t last = 0;;) {
        uint32_t best = n;
        uint64_t best_id = UINT64_MAX;

        for (uint32_t i = 0; i < n; i++) {
            uint64_t id = b->t->rows[b->top->objects + i].id + 1ull;

            if (b->t->objects[id - 1].kind == VOBJ_FRAME &&
                !is_real(b, i, &s) && id > last && id < best_id) {
                best = i;
                best_id = id;
            }
        }
        if (best == n)
            return;
        b->address[best] = (char *)push(b, &b->t->objects[best_id - 1],
                                        context);
        last = best_id;
    }
}

/* ---- C frames --------------------------------------------------------------------- */

static void load_values(const rebuild *b, const frame_row *f, uint64_t *values)
{
    pairs w = pairs_at(b->t, f->live);

    for (uint32_t i = 0; i < f->nlive; i++) {
        next_pair(&w);
        values[w.key] = value(b, w.source);
    }
}

static esp_exec_result finish_frame(const rebuild *b, const frame_row *f,
                                    esp_exec_result result, esp_exec *x)
{
    size_t n = f->fn->nconsts + f->fn->ncode;
    uint64_t *values = alloca(n * sizeof *values);

    memset(values, 0, n * sizeof *values);
    load_values(b, f, values);
    if (f->point & STATE_AT_BLOCK)
        return exec_resume_block(x, f->fn, f->point & ~STATE_AT_BLOCK, values);
    return exec_resume(x, f->fn, f->point, values, result);
}

/* Registers are read for all frames before the first of them runs: running
 * takes long, and a collector has to see the values meanwhile, which the saved
 * registers in the machine frame's exit guarantee. */
esp_exec_result deopt_finish(const deopt_stop *stop, esp_context *context,
                             const deopt_kept *kept, esp_exec *x)
{
    const deopt_tables *t = stop->code->deopt;
    const frame_row *f = &t->states[stop->point->state];
    rebuild b = { t, f, stop, alloca(f->nobjects * sizeof(char *) + 1) };
    esp_exec_result result = { { 0, 0 } };
    uint32_t s;

    memset(b.address, 0, f->nobjects * sizeof(char *));
    for (uint32_t i = 0; i < f->nobjects; i++) {
        const esp_vobj *vo =
            &t->objects[t->rows[f->objects + i].id];

        if (is_real(&b, i, &s))
            b.address[i] = (char *)value(&b, s);
        else if (vo->kind == VOBJ_NEW)
            b.address[i] = esp_new(context, vo->what);
        else if (vo->kind == VOBJ_BORROWED)
            b.address[i] = (char *)value(&b, vo->arg[0]);
        else if (vo->kind == VOBJ_ALLOCA)
            b.address[i] = memset(alloca(vo->size + 16), 0, vo->size);
    }
    push_frames(&b, context);
    for (uint32_t i = 0; i < f->nobjects; i++) {
        if (!was_written(&b, i, kept))
            fill(&b, i);
        if (t->objects[t->rows[f->objects + i].id].kind == VOBJ_FRAME &&
            !is_real(&b, i, &s))
            take_kept(&b, i, kept);
    }
    for (uint32_t k = 0; k < 2; k++)
        if (f->result[k])
            result.r[k] = value(&b, f->result[k]);
    for (;; f = &t->states[f->parent]) {
        result = finish_frame(&b, f, result, x);
        if (!f->parent)
            return result;
    }
}

/* ---- walks -------------------------------------------------------------------------- */

static esp_frame *copy_frame(const rebuild *b, uint32_t i)
{
    const esp_vobj *vo =
        &b->t->objects[b->t->rows[b->top->objects + i].id];
    esp_frame *f = calloc(1, vo->size);

    if (!f)
        return NULL;
    b->address[i] = (char *)f;
    fill(b, i);
    f->machine = b->stop->machine;
    return f;
}

/* The newest frame below `bound`; the number of objects when there is none. */
static uint32_t newest_frame(const rebuild *b, uint64_t bound)
{
    uint32_t best = b->top->nobjects, s;
    uint64_t best_id = 0;

    for (uint32_t i = 0; i < b->top->nobjects; i++) {
        uint64_t id = b->t->rows[b->top->objects + i].id + 1ull;

        if (b->t->objects[id - 1].kind == VOBJ_FRAME &&
            !is_real(b, i, &s) && id < bound && id > best_id) {
            best = i;
            best_id = id;
        }
    }
    return best;
}

/* A borrowed frame is where the interpreter left it, with old contents. */
static bool update_borrowed(const rebuild *b, const deopt_kept *kept,
                            deopt_found *found, void *arg)
{
    for (uint32_t i = 0; i < b->top->nobjects; i++) {
        uint32_t id = b->t->rows[b->top->objects + i].id, s;
        const esp_vobj *vo = &b->t->objects[id];

        if (vo->kind != VOBJ_BORROWED || is_real(b, i, &s))
            continue;
        b->address[i] = (char *)value(b, vo->arg[0]);
        if (!was_written(b, i, kept))
            fill(b, i);
        if (!found(arg, (esp_frame *)b->address[i], DEOPT_BORROWED))
            return false;
    }
    return true;
}

bool deopt_frames(const deopt_stop *stop, const deopt_kept *kept,
                  deopt_found *found, void *arg)
{
    const deopt_tables *t = stop->code->deopt;
    const frame_row *f = &t->states[stop->point->state];
    rebuild b = { t, f, stop, alloca(f->nobjects * sizeof(char *) + 1) };
    uint64_t bound = UINT64_MAX;

    memset(b.address, 0, f->nobjects * sizeof(char *));
    if (!update_borrowed(&b, kept, found, arg))
        return false;
    for (;;) {
        uint32_t i = newest_frame(&b, bound), id;
        esp_frame *copy;

        if (i == f->nobjects)
            return true;
        id = t->rows[f->objects + i].id;
        bound = id + 1ull;
        copy = copy_frame(&b, i);
        if (!copy || !found(arg, copy, id))
            return false;
    }
}
