/*
 * Loops: exploded, merged, or guessed.
 *
 * A loop that contains esp_explode_loop() is unrolled: each iteration is
 * evaluated by itself, with what is known in it, until control no longer comes
 * back.  With esp_explode_key() it is for merge.c.
 *
 * Any other loop becomes a loop: its header is guessed (guess.c).  A loop whose
 * variables hold objects that it makes itself is guessed behind its first
 * iteration, so that these replace objects of their kind, and stay virtual
 * (unite.c).
 */
#include "pe/eval/guess.h"

enum { MAX_ITERATIONS = 1 << 20 };

void eval_iteration(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    uint32_t end = in->end;

    in->end = b->loop_end;
    eval_block(e, in, header, b->first + b->nparams);
    eval_range(e, in, header + 1, b->loop_end);
    in->end = end;
}

/* ---- guessed ---------------------------------------------------------------- */

static eval_back seen_back(const guess *s, eval_edge *x)
{
    return (eval_back){ s->in, s->header, s->flow, x->flow, x->vals };
}

/* Objects that the loop makes take the place of those of the iteration before;
 * says whether one does. */
static bool unite_objects(guess *s, eval_edge *x)
{
    eval_back back = seen_back(s, x);
    bool changed = !s->nothing, any = false;

    guess_at_edge(s, x);
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < s->places.n; i++) {
            const guess_place *p = &s->places.at[i];

            if (!p->param)
                changed |= eval_unite_back(s->e, &back, p->assumed,
                                           guess_value_on(s, x, p));
        }
        any |= changed;
    }
    return any;
}

static uint64_t peel_key(const guess *s)
{
    return guess_mix(s->name, 0x40000);
}

static uint64_t never_peel_key(const guess *s)
{
    return guess_mix(s->name, 0x40001);
}

/* Does an edge bring an object that the loop has made and that nobody else
 * knows, in place of something that was there before the loop?  Behind the
 * first iteration it would be in place of one of its own kind. */
static bool wants_peeling(guess *s, eval_edge *x)
{
    eval_back back = seen_back(s, x);

    if (s->peeled || s->never_peel || s->nothing || s->e->unit->tier < 2)
        return false;
    for (uint32_t i = 0; i < s->places.n; i++) {
        const guess_place *p = &s->places.at[i];

        if (p->object != NO_OBJECT && p->param &&
            eval_is_made_in(s->e, &back, guess_value_on(s, x, p)))
            return true;
    }
    return false;
}

static bool close_loop(guess *s)
{
    uint32_t n = eval_pending(s->e, s->in, s->header);
    eval_edge **edges = ARENA_ARRAY(&s->e->unit->notes, eval_edge *, n);
    bool united = false;

    eval_take_pending(s->e, s->in, s->header, edges, n);
    for (uint32_t i = 0; i < n; i++)
        if (wants_peeling(s, edges[i])) {
            guess_widen(s->e, peel_key(s));
            return false;
        }
    for (uint32_t i = 0; i < n; i++)
        united |= unite_objects(s, edges[i]);
    if (s->peeled && n && !united) {
        guess_widen(s->e, never_peel_key(s));
        return false;
    }
    return guess_close(s, edges, n);
}

static bool attempt(guess *s)
{
    guess_materialize(s);
    guess_begin(s);
    eval_iteration(s->e, s->in, s->header);
    return close_loop(s);
}

/* The first iteration by itself; false if no other one follows. */
static bool peel(eval *e, eval_inst *in, uint32_t header)
{
    uint64_t path = in->path;

    in->path = guess_mix(path, header);
    eval_iteration(e, in, header);
    in->path = path;
    if (!in->pending[header])
        return false;
    eval_enter_block(e, in, header);
    return true;
}

static void guess_loop(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    const eval_val *entry = guess_save(e, in, header);
    eval_flow *flow = e->flow;
    guess_undo u = guess_mark(e, in);
    uint64_t name = guess_mix(in->path, header);

    for (uint32_t tries = 0;; tries++) {
        guess s = { .e = e, .in = in, .header = header, .name = name,
                    .objects = name, .nothing = tries >= MAX_GUESSES };

        e->flow = flow_share(e, flow);
        guess_restore(&s, entry);
        s.never_peel = guess_is_wide(e, never_peel_key(&s));
        s.peeled = !s.never_peel && guess_is_wide(e, peel_key(&s));
        if (s.peeled && !peel(e, in, header))
            return;
        if (attempt(&s))
            return;
        if (tries > 4 * MAX_GUESSES)
            unit_bail(e->unit, BAIL_merge, "loop in %s, line %u", in->fn->name,
                      in->fn->line[b->first]);
        guess_release(e, in, &u);
    }
}

/* ---- exploded --------------------------------------------------------------- */

static void explode_loop(eval *e, eval_inst *in, uint32_t header)
{
    const esp_iblock *b = &in->fn->blocks[header];
    uint64_t path = in->path;

    for (uint32_t i = 0; in->pending[header]; i++) {
        if (i == MAX_ITERATIONS)
            unit_bail(e->unit, BAIL_explosion, "in %s, line %u", in->fn->name,
                      in->fn->line[b->first]);
        in->path = guess_mix(path, i);
        eval_enter_block(e, in, header);
        eval_iteration(e, in, header);
    }
    in->path = path;
}

void eval_loop(eval *e, eval_inst *in, uint32_t header)
{
    uint32_t key;

    if (!in->fn->blocks[header].explode) {
        eval_enter_block(e, in, header);
        guess_loop(e, in, header);
    } else if (eval_merge_key(e, in, header, &key)) {
        eval_enter_block(e, in, header);
        eval_merge(e, in, header, key);
    } else {
        explode_loop(e, in, header);
    }
}
