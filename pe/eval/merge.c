/*
 * Exploded loops whose iterations have keys, such as dispatch loops.
 *
 * Iterations that begin with the same key are one: those that are waiting when
 * the first of them is evaluated are joined, and one that comes later jumps back
 * to it.  Nobody knows beforehand where that will be.  So an iteration begins
 * without a header at first; when control comes back to its key, everything is
 * taken back to the start of the loop and evaluated again, this time with a
 * guessed header there (guess.c), until no guess fails any more.  Smaller keys
 * go first: places in code mostly lead forward.
 *
 * The keys are values of a variable of the loop, so its header has them.
 *
 * see   Wuerthinger and others, "Practical partial evaluation for
 *       high-performance dynamic language runtimes", PLDI 2017: merging
 *       explosion
 */
#include "pe/eval/guess.h"

#include <string.h>

enum { ATTEMPTS = 100, BUCKETS = 64 };

/* An iteration that has been evaluated. */
typedef struct visit {
    struct visit *next;         /* of its bucket */
    uint64_t key;
    guess *header;              /* NULL: nobody was expected to come back */
} visit;

typedef struct merge {
    eval *e;
    eval_inst *in;
    uint32_t header;            /* image block */
    uint32_t key;               /* its parameter that has the keys */
    uint64_t name, path;
    const eval_fact *facts;     /* from before the loop */
    VEC(eval_edge) waiting;     /* to begin with an iteration */
    visit *visits[BUCKETS];
    bool failed;
} merge;

/* ---- keys ------------------------------------------------------------------- */

static uint32_t strip_casts(const esp_ifunc *fn, uint32_t value)
{
    while (value >= fn->nconsts) {
        const esp_ins *i = &fn->code[value - fn->nconsts];

        if (i->op != IR_zext && i->op != IR_sext && i->op != IR_trunc)
            break;
        value = i->a;
    }
    return value;
}

static bool names_key(const esp_ifunc *fn, const esp_ins *i)
{
    return i->op == IR_call &&
           fn->calls[i->a].intrinsic == INTRINSIC_esp_explode_key;
}

static bool has_keys(const esp_ifunc *fn)
{
    for (uint32_t i = 0; i < fn->ncalls; i++)
        if (fn->calls[i].intrinsic == INTRINSIC_esp_explode_key)
            return true;
    return false;
}

/* The call that names the key, in the loop but not in one inside of it; NULL:
 * there is none. */
static const esp_ins *find_call(const esp_ifunc *fn, uint32_t header)
{
    uint32_t end = fn->blocks[header].loop_end;

    for (uint32_t b = header; b < end; b++) {
        const esp_iblock *block = &fn->blocks[b];

        if (b != header && block->loop_end) {
            b = block->loop_end - 1;
            continue;
        }
        for (uint32_t at = block->first; at < block->end; at++)
            if (names_key(fn, &fn->code[at]))
                return &fn->code[at];
    }
    return NULL;
}

bool eval_merge_key(eval *e, const eval_inst *in, uint32_t header,
                    uint32_t *key)
{
    const esp_ifunc *fn = in->fn;
    const esp_iblock *b = &fn->blocks[header];
    const esp_ins *call = has_keys(fn) ? find_call(fn, header) : NULL;
    uint32_t value;

    if (!call)
        return false;
    value = strip_casts(fn, fn->refs[fn->calls[call->a].args]) - fn->nconsts;
    if (value < b->first || value >= b->first + b->nparams)
        unit_bail(e->unit, BAIL_explosion, "the key is no variable of the loop, "
                  "in %s, line %u", fn->name, fn->line[b->first]);
    *key = value - b->first;
    return true;
}

static uint64_t key_of(const merge *m, const eval_edge *x)
{
    esp_ref r = val_ref(x->vals[m->key]);

    if (!graph_is_const(m->e->g, r))
        unit_bail(m->e->unit, BAIL_explosion, "the key is not known, in %s, "
                  "line %u", m->in->fn->name,
                  m->in->fn->line[m->in->fn->blocks[m->header].first]);
    return graph_const(m->e->g, r);
}

/* ---- iterations ------------------------------------------------------------- */

static visit *find_visit(merge *m, uint64_t key)
{
    visit *v = m->visits[key % BUCKETS];

    while (v && v->key != key)
        v = v->next;
    return v;
}

static visit *new_visit(merge *m, uint64_t key)
{
    visit *v = ARENA_NEW(&m->e->unit->scratch, visit);

    *v = (visit){ m->visits[key % BUCKETS], key, NULL };
    return m->visits[key % BUCKETS] = v;
}

static uint64_t name_of(const merge *m, uint64_t key)
{
    return guess_mix(m->name, key);
}

static uint64_t header_name(const merge *m, uint64_t key)
{
    return guess_mix(name_of(m, key), 0x50000);
}

/* Edges that wait with the smallest key. */
static uint32_t take_smallest(merge *m, uint64_t *key, eval_edge *edges)
{
    uint32_t n = 0, rest = 0;

    *key = UINT64_MAX;
    for (uint32_t i = 0; i < m->waiting.n; i++)
        if (key_of(m, &m->waiting.at[i]) < *key)
            *key = key_of(m, &m->waiting.at[i]);
    for (uint32_t i = 0; i < m->waiting.n; i++) {
        eval_edge x = m->waiting.at[i];

        if (key_of(m, &x) == *key)
            edges[n++] = x;
        else
            m->waiting.at[rest++] = x;
    }
    m->waiting.n = rest;
    return n;
}

/* What came back to the header waits; the list of edges may move. */
static void await(merge *m)
{
    uint32_t n = eval_pending(m->e, m->in, m->header);
    eval_edge **edges = ARENA_ARRAY(&m->e->unit->scratch, eval_edge *, n);

    eval_take_pending(m->e, m->in, m->header, edges, n);
    for (uint32_t i = 0; i < n; i++)
        VEC_PUSH(&m->e->unit->scratch, &m->waiting, *edges[i]);
}

/* Control comes in from several places, so that only what was proved before
 * the loop still holds. */
static guess *begin_header(merge *m, uint64_t key)
{
    guess *s = ARENA_NEW(&m->e->unit->scratch, guess);

    *s = (guess){ .e = m->e, .in = m->in, .header = m->header,
                  .name = name_of(m, key), .objects = m->name };
    m->e->flow->facts = m->facts;
    guess_begin(s);
    return s;
}

static void first_visit(merge *m, uint64_t key, eval_edge *const *edges,
                        uint32_t n)
{
    const esp_iblock *b = &m->in->fn->blocks[m->header];
    visit *v = new_visit(m, key);

    eval_enter_edges(m->e, m->in, m->header, edges, n);
    if (guess_is_wide(m->e, header_name(m, key)))
        v->header = begin_header(m, key);
    memset(m->in->visits + m->header, 0, b->loop_end - m->header);
    m->in->path = guess_mix(m->path, key);
    eval_iteration(m->e, m->in, m->header);
    m->in->path = m->path;
    await(m);
}

static void come_back(merge *m, visit *v, eval_edge *const *edges, uint32_t n)
{
    m->e->merged = true;
    if (!v->header) {
        guess_widen(m->e, header_name(m, v->key));
        m->failed = true;
    } else if (!guess_close(v->header, edges, n)) {
        m->failed = true;
    }
}

static void next_key(merge *m)
{
    esp_arena *a = &m->e->unit->scratch;
    uint32_t most = m->waiting.n, n;
    eval_edge *edges = ARENA_ARRAY(a, eval_edge, most);
    eval_edge **some = ARENA_ARRAY(a, eval_edge *, most);
    uint64_t key;
    visit *v;

    n = take_smallest(m, &key, edges);
    for (uint32_t i = 0; i < n; i++)
        some[i] = &edges[i];
    v = find_visit(m, key);
    if (v)
        come_back(m, v, some, n);
    else
        first_visit(m, key, some, n);
}

/* ---- the loop --------------------------------------------------------------- */

/* Goes on with whatever waits even when a guess has failed, so that more of them
 * fail in one attempt. */
static bool attempt(merge *m, const eval_val *entry, eval_flow *flow)
{
    eval *e = m->e;
    guess before = { .e = e, .in = m->in, .header = m->header,
                     .name = m->name, .objects = m->name };
    eval_edge start = { .to = m->header };

    e->flow = flow_share(e, flow);
    guess_restore(&before, entry);
    guess_materialize(&before);
    start.block = e->b.block;
    start.flow = e->flow;
    start.vals = guess_save(e, m->in, m->header);
    VEC_PUSH(&e->unit->scratch, &m->waiting, start);
    while (m->waiting.n)
        next_key(m);
    return !m->failed;
}

void eval_merge(eval *e, eval_inst *in, uint32_t header, uint32_t key)
{
    const eval_val *entry = guess_save(e, in, header);
    eval_flow *flow = e->flow;
    guess_undo u = guess_mark(e, in);

    for (uint32_t tries = 0;; tries++) {
        merge m = { .e = e, .in = in, .header = header, .key = key,
                    .name = guess_mix(in->path, header), .path = in->path,
                    .facts = flow->facts };

        if (attempt(&m, entry, flow))
            return;
        if (tries == ATTEMPTS)
            unit_bail(e->unit, BAIL_merge, "loop in %s, line %u", in->fn->name,
                      in->fn->line[in->fn->blocks[header].first]);
        guess_release(e, in, &u);
    }
}
