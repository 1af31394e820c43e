/*
 * Calls that mean something to the evaluator; the rows of intrinsics.def.
 *
 * Each handler sets the call's result, or ends control flow here, or declines:
 * then the call is kept like any other.
 */
#include "pe/eval/internal.h"

#include "pe/graph/state.h"

enum { MAX_VIRTUAL = 256 };     /* bytes of a heap object kept virtual */

typedef struct site {
    eval *e;
    eval_inst *in;
    uint32_t at;
    const esp_icall *call;
} site;

typedef bool handler(site *s);

static eval_val argument(const site *s, uint32_t i)
{
    return eval_get(s->e, s->in, s->in->fn->refs[s->call->args + i]);
}

static bool known(const site *s, uint32_t i, uint64_t *bits)
{
    esp_ref r = val_ref(argument(s, i));

    if (!graph_is_const(s->e->g, r))
        return false;
    *bits = graph_const(s->e->g, r);
    return true;
}

static bool result(site *s, eval_val v)
{
    s->in->env[s->at] = v;
    return true;
}

static bool result_bool(site *s, bool b)
{
    return result(s, build_const(s->e->g, s->call->sig.result[0], b));
}

/* ---- leaving compiled code ------------------------------------------------- */

static bool leave(site *s, esp_reason reason)
{
    eval *e = s->e;

    build_deopt(&e->b, eval_state(e, s->in, s->at, 0, 0), reason);
    e->open = false;
    return true;
}

static bool do_esp_deopt(site *s)
{
    return leave(s, REASON_deopt);
}

static bool do_esp_deopt_invalidate(site *s)
{
    return leave(s, REASON_invalidate);
}

static bool do_esp_deopt_rare(site *s)
{
    return leave(s, REASON_rare);
}

/* ---- questions -------------------------------------------------------------- */

static bool do_esp_in_interpreter(site *s)
{
    return result_bool(s, false);
}

static bool do_esp_in_first_tier(site *s)
{
    return result_bool(s, s->e->unit->counts);
}

static bool do_esp_inlined(site *s)
{
    return result_bool(s, s->in->target && s->in->caller);
}

static bool do_esp_is_constant(site *s)
{
    uint64_t bits;

    return result_bool(s, known(s, 0, &bits));
}

static bool do_esp_assert_constant(site *s)
{
    uint64_t bits;

    if (!known(s, 0, &bits))
        unit_bail(s->e->unit, BAIL_not_constant, "in %s, line %u",
                  s->in->fn->name, s->in->fn->line[s->at]);
    return true;
}

static bool do_esp_assume(site *s)
{
    eval *e = s->e;
    esp_ref cond = val_ref(argument(s, 0));

    if (graph_is_const(e->g, cond))
        return true;
    flow_learn(e, e->flow, cond, build_const(e->g, TY_i1, 1));
    flow_learn(e, e->flow, build_not(&e->b, cond),
               build_const(e->g, TY_i1, 0));
    return true;
}

static bool do_esp_assumption_valid(site *s)
{
    uint64_t bits;

    if (!known(s, 0, &bits))
        return false;
    /* NULL: there was one when the C code asked, a moment ago. */
    return result_bool(s, bits >= 4096 &&
                       eval_rests_on(s->e, (esp_assumption *)bits));
}

static bool do_esp_result_tag(site *s)
{
    uint64_t bits, tag = ESP_RETURNS_NOTHING_YET;

    if (known(s, 0, &bits) && bits >= 4096)
        tag = eval_result_tag(s->e, (const esp_target *)bits);
    return result(s, build_const(s->e->g, TY_i64, tag));
}

/* ---- loops: read off the image, nothing to do here ---------------------------- */

static bool do_esp_explode_loop(site *s)
{
    (void)s;
    return true;
}

static bool do_esp_explode_key(site *s)
{
    (void)s;
    return true;
}

/* ---- guest frames -------------------------------------------------------------- */

static void set_word(site *s, eval_object *o, size_t offset, uint64_t bits)
{
    word_write(s->e, o, (int64_t)offset, build_const(s->e->g, TY_i64, bits));
}

/* A frame as esp_frame_push leaves it, but nowhere in memory.  `caller` and
 * `machine` stay unwritten: they have a meaning only when it exists. */
static bool do_esp_frame_push(site *s)
{
    eval *e = s->e;
    uint32_t id = e->g->vobjs.n;
    uint64_t context, layout_bits, target;
    const esp_layout *layout;
    eval_object *o;

    if (!known(s, 0, &context) || !known(s, 1, &layout_bits) ||
        !known(s, 2, &target))
        return false;
    layout = (const esp_layout *)layout_bits;
    esp_vobj v = { .kind = VOBJ_FRAME, .size = layout->size, .align = 8,
                   .what = layout, .call = s->at, .fn = s->in->fn };
    for (uint32_t i = 0; i < 3; i++)
        v.arg[i] = val_ref(argument(s, i));
    VEC_PUSH(e->g->arena, &e->g->vobjs, v);
    o = flow_add(e, e->flow, id, v.size);
    set_word(s, o, offsetof(esp_frame, layout), layout_bits);
    set_word(s, o, offsetof(esp_frame, target), target);
    set_word(s, o, offsetof(esp_frame, site), 0);
    set_word(s, o, offsetof(esp_frame, argc), 0);
    set_word(s, o, offsetof(esp_frame, args), 0);
    for (uint32_t i = 0; i < layout->nslots; i++) {
        size_t at = offsetof(esp_frame, slots) + i * sizeof(esp_value);

        set_word(s, o, at, (uint64_t)layout->initial.as.i);
        set_word(s, o, at + 8, layout->initial.tag);
    }
    return result(s, build_vobj(e->g, id));
}

static bool do_esp_frame_pop(site *s)
{
    uint32_t id;
    int64_t offset;

    if (!eval_virtual(s->e, argument(s, 1), &id, &offset))
        return false;
    flow_drop(s->e->flow, id);
    return true;
}

/* A heap object of a known type: nowhere, until its address gets away.  Words
 * that are not written are 0, as in a new object. */
static bool do_esp_new(site *s)
{
    eval *e = s->e;
    uint32_t id = e->g->vobjs.n;
    uint64_t context, type_bits;
    const esp_heap_type *type;

    if (e->unit->tier < 2 || !known(s, 0, &context) ||
        !known(s, 1, &type_bits))
        return false;
    type = (const esp_heap_type *)type_bits;
    if (type->size > MAX_VIRTUAL)
        return false;
    esp_vobj v = { .kind = VOBJ_NEW, .size = type->size, .align = 16,
                   .what = type, .call = s->at, .fn = s->in->fn };
    v.arg[0] = val_ref(argument(s, 0));
    v.arg[1] = val_ref(argument(s, 1));
    VEC_PUSH(e->g->arena, &e->g->vobjs, v);
    flow_add(e, e->flow, id, v.size);
    return result(s, build_vobj(e->g, id));
}

/* ---- the C library --------------------------------------------------------------- */

static bool copy(site *s)
{
    uint64_t n;
    eval_val to = argument(s, 0);

    if (!known(s, 2, &n) ||
        !eval_copy(s->e, s->in, s->at, to, argument(s, 1), n))
        return false;
    return result(s, to);
}

static bool do_memcpy(site *s)
{
    return copy(s);
}

static bool do_memmove(site *s)
{
    return copy(s);
}

static bool do_memset(site *s)
{
    uint64_t byte, n;
    eval_val to = argument(s, 0);

    if (!known(s, 1, &byte) || !known(s, 2, &n) ||
        !eval_fill(s->e, to, (uint8_t)byte, n))
        return false;
    return result(s, to);
}

static handler *const handlers[INTRINSIC_COUNT] = {
#define INTRINSIC(name, meaning) [INTRINSIC_##name] = do_##name,
#include "pe/eval/intrinsics.def"
#undef INTRINSIC
};

bool eval_intrinsic(eval *e, eval_inst *in, uint32_t at)
{
    site s = { e, in, at, &in->fn->calls[in->fn->code[at].a] };

    if (handlers[s.call->intrinsic](&s))
        return true;
    eval_keep_call(e, in, at);
    return true;
}
