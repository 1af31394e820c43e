/*
 * call.h: calling targets.
 *
 * esp_run0..3 and esp_runn are the interpreter: the entries of targets that
 * are not compiled, and the functions that compiled code is evaluated from.
 * Nodes call with the inline functions below, which note the call in the
 * frame (stack traces), and finish tail calls of the callee.
 */
#ifndef ESP_CALL_H
#define ESP_CALL_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

esp_value esp_run0(esp_target *t);
esp_value esp_run1(esp_target *t, uint64_t p0, uint64_t t0);
esp_value esp_run2(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                   uint64_t t1);
esp_value esp_run3(esp_target *t, uint64_t p0, uint64_t t0, uint64_t p1,
                   uint64_t t1, uint64_t p2, uint64_t t2);
esp_value esp_runn(esp_target *t, uint64_t argc, const esp_value *args);

/* ---- tail calls -------------------------------------------------------- */

/* `return esp_tail_call(context, t, n, args);` leaves the caller first. */
ESP_BOUNDARY esp_value esp_tail_call(esp_context *context, esp_target *t,
                                     uint64_t argc, const esp_value *args);

/* Does what context->tail says until something else comes back. */
ESP_BOUNDARY esp_value esp_finish_tail(esp_context *context);

/* What t->returns will be for as long as this code is valid: in compiled code a
 * tag, if it always was the same, or ESP_RETURNS_MANY. */
ESP_INTRINSIC uint64_t esp_result_tag(const esp_target *t)
{
    (void)t;
    return ESP_RETURNS_NOTHING_YET;
}

/* What a target's entry returned: a value, or a way to leave, of which only
 * ESP_THROW remains.  Saying so leaves callers nothing to ask. */
ESP_INLINE esp_value esp_called(esp_target *t, esp_value v)
{
    uint64_t tag = esp_result_tag(t);

    if (tag < ESP_ABRUPT) {
        if (ESP_UNLIKELY(v.tag != tag))
            return esp_abrupt(ESP_THROW);
        return v;
    }
    if (v.tag == ESP_TAIL)
        v = esp_finish_tail(t->context);
    if (esp_is_abrupt(v))
        return esp_abrupt(ESP_THROW);
    esp_assume(!esp_is_abrupt(v));
    return v;
}

/* ---- from nodes -------------------------------------------------------- */

/* Notes where a frame is, for stack traces.  Compiled code does much in one
 * call and counts none of it, so an interpreted caller of such code gets as hot
 * as if the work were its own; once, for later it is to have learned. */
ESP_INLINE void esp_leave_for(esp_node *node, esp_frame *frame,
                              const esp_target *t)
{
    frame->site = node;
    if (esp_in_interpreter() && !frame->target->was_hot)
        frame->target->heat += t->call_heat;
}

/* Calls `t` from `node`, which runs in `frame`. */
ESP_INLINE esp_value esp_invoke0(esp_node *node, esp_frame *frame,
                                 esp_target *t)
{
    esp_leave_for(node, frame, t);
    return esp_called(t, t->call0(t));
}

ESP_INLINE esp_value esp_invoke1(esp_node *node, esp_frame *frame,
                                 esp_target *t, esp_value a)
{
    esp_leave_for(node, frame, t);
    return esp_called(t, t->call1(t, ESP_WORDS(a)));
}

ESP_INLINE esp_value esp_invoke2(esp_node *node, esp_frame *frame,
                                 esp_target *t, esp_value a, esp_value b)
{
    esp_leave_for(node, frame, t);
    return esp_called(t, t->call2(t, ESP_WORDS(a), ESP_WORDS(b)));
}

ESP_INLINE esp_value esp_invoke3(esp_node *node, esp_frame *frame,
                                 esp_target *t, esp_value a, esp_value b,
                                 esp_value c)
{
    esp_leave_for(node, frame, t);
    return esp_called(t, t->call3(t, ESP_WORDS(a), ESP_WORDS(b),
                                  ESP_WORDS(c)));
}

ESP_INLINE esp_value esp_invoke(esp_node *node, esp_frame *frame,
                                esp_target *t, uint64_t argc,
                                const esp_value *args)
{
    esp_leave_for(node, frame, t);
    return esp_called(t, esp_call(t, argc, args));
}

/* ---- splitting --------------------------------------------------------- */

/*
 * A target that several sites call with different types learns all of them, and
 * is slower for each.  A site that has a split gets a copy of such a target,
 * which learns what this site needs:
 *
 *     t = esp_split_target(&self->split, node, t);
 *
 * How many copies there may be is limited (split.c).  Zero for class->forget.
 */
typedef struct esp_split {
    ESP_FINAL esp_target *from, *to;
} esp_split;

/* The copy for this site, made if there is to be one; or t. */
ESP_BOUNDARY esp_target *esp_split_make(esp_split *s, esp_node *node,
                                        esp_target *t);

ESP_INLINE esp_target *esp_split_target(esp_split *s, esp_node *node,
                                        esp_target *t)
{
    if (s->from == t)
        return s->to;
    if (esp_profiling() && ESP_UNLIKELY(t->splits)) {
        esp_deopt();
        return esp_split_make(s, node, t);
    }
    return t;
}

/* ---- direct call sites ------------------------------------------------- */

/* A call whose target never changes; embed it in a node.  The count, made in
 * tier 1, tells tier 2 what is worth inlining. */
typedef struct esp_call_site {
    ESP_FINAL esp_target *target;
    uint32_t count;
} esp_call_site;

ESP_INLINE esp_target *esp_call_site_target(esp_call_site *s)
{
    if (esp_in_first_tier())
        s->count++;
    return s->target;
}

/* ---- indirect call sites ----------------------------------------------- */

/*
 * A call whose target varies: an inline cache of the targets that were met.
 * esp_indirect2(node, frame, &self->callees, t, a, b) calls t; in compiled
 * code through a chain of compares, behind each of which the target is known.
 */
typedef struct esp_callees { esp_icache cache; } esp_callees;

enum { ESP_CALLEES_LIMIT = 8 };

/* Adds t to the cache if it is not there. */
ESP_BOUNDARY void esp_callees_miss(esp_callees *c, esp_node *node,
                                   esp_target *t);

typedef struct esp_callee {
    esp_cached base;
    esp_split split;
} esp_callee;

/* What the interpreter calls for t. */
ESP_INLINE esp_target *esp_callees_split(esp_callees *c, esp_node *node,
                                         esp_target *t)
{
    esp_callee *e = (esp_callee *)c->cache.first;

    return e && e->base.key == t ? esp_split_target(&e->split, node, t) : t;
}

ESP_INLINE void esp_callees_note(esp_callees *c, esp_node *node,
                                 esp_target *t)
{
    esp_cached *e = c->cache.first;

    if (!(e && e->key == t) && !esp_icache_megamorphic(&c->cache))
        esp_callees_miss(c, node, t);
}

/* A statement for each callee that is known, with its name for the target;
 * then one for the others. */
#define ESP_INDIRECT(node, callees, t, known, call_known, call_other)       \
    do {                                                                    \
        if (esp_in_interpreter()) {                                         \
            esp_callees_note((callees), (node), (t));                       \
            (t) = esp_callees_split((callees), (node), (t));                \
            call_other;                                                     \
        }                                                                   \
        ESP_FOR_CACHED(esp_callee, esp_e, (callees)->cache, (t)) {          \
            esp_target *known = esp_split_target(                           \
                &esp_e->split, (node), (esp_target *)esp_e->base.key);      \
            if (esp_in_first_tier())                                        \
                esp_e->base.count++;                                        \
            call_known;                                                     \
        }                                                                   \
        if (!esp_icache_megamorphic(&(callees)->cache)) {                   \
            esp_deopt_invalidate();                                         \
            esp_callees_note((callees), (node), (t));                       \
        }                                                                   \
        call_other;                                                         \
    } while (0)

ESP_INLINE esp_value esp_indirect0(esp_node *node, esp_frame *frame,
                                   esp_callees *callees, esp_target *t)
{
    ESP_INDIRECT(node, callees, t, known,
                 return esp_invoke0(node, frame, known),
                 return esp_invoke0(node, frame, t));
}

ESP_INLINE esp_value esp_indirect1(esp_node *node, esp_frame *frame,
                                   esp_callees *callees, esp_target *t,
                                   esp_value a)
{
    ESP_INDIRECT(node, callees, t, known,
                 return esp_invoke1(node, frame, known, a),
                 return esp_invoke1(node, frame, t, a));
}

ESP_INLINE esp_value esp_indirect2(esp_node *node, esp_frame *frame,
                                   esp_callees *callees, esp_target *t,
                                   esp_value a, esp_value b)
{
    ESP_INDIRECT(node, callees, t, known,
                 return esp_invoke2(node, frame, known, a, b),
                 return esp_invoke2(node, frame, t, a, b));
}

ESP_INLINE esp_value esp_indirect3(esp_node *node, esp_frame *frame,
                                   esp_callees *callees, esp_target *t,
                                   esp_value a, esp_value b, esp_value c)
{
    ESP_INDIRECT(node, callees, t, known,
                 return esp_invoke3(node, frame, known, a, b, c),
                 return esp_invoke3(node, frame, t, a, b, c));
}

ESP_INLINE esp_value esp_indirect(esp_node *node, esp_frame *frame,
                                  esp_callees *callees, esp_target *t,
                                  uint64_t argc, const esp_value *args)
{
    ESP_INDIRECT(node, callees, t, known,
                 return esp_invoke(node, frame, known, argc, args),
                 return esp_invoke(node, frame, t, argc, args));
}

/* ---- entering ---------------------------------------------------------- */

/* Throws a guest stack overflow. */
ESP_BOUNDARY esp_value esp_throw_overflow(esp_context *context);

/* There is no room, or a poll is due. */
ESP_BOUNDARY bool esp_enter_slow(esp_context *context, void *machine);

/* Polls, and makes sure that there is room for one more activation, on the C
 * stack below `machine` and on the frame stack, whose limit leaves room for
 * any frame.  False: leave with ESP_THROW. */
ESP_INLINE bool esp_enter(esp_context *context, void *machine)
{
#ifdef __SANITIZE_THREAD__
    uintptr_t limit = __atomic_load_n(&context->enter_limit, __ATOMIC_RELAXED);
#else
    uintptr_t limit = context->enter_limit;
#endif

    /* Compiled code has its frames elsewhere. */
    if (ESP_UNLIKELY((uintptr_t)machine < limit) ||
        (esp_in_interpreter() &&
         ESP_UNLIKELY(context->frame_next >= context->frame_limit))) {
        esp_deopt_rare();
        return esp_enter_slow(context, machine);
    }
    return true;
}

/* A call with any number of arguments, tail calls of the callee included. */
esp_value esp_call_any(esp_target *t, uint64_t argc, const esp_value *args);

/* From C, outside any guest code or inside a builtin: calls, finishes tail
 * calls.  The result is a value or ESP_THROW. */
esp_value esp_enter_guest(esp_target *t, uint64_t argc,
                          const esp_value *args);

#endif
