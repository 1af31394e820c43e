/*
 * special.h: nodes that specialize themselves.
 *
 *     enum { ADD_INT = 1, ADD_BIG = 2, ADD_DOUBLE = 4 };
 *
 *     ESP_SPECIALIZE(node, self->state) {
 *     ESP_CASE(ADD_INT, is_int(l) && is_int(r)) {
 *         int64_t sum;
 *         if (!__builtin_add_overflow(l.as.i, r.as.i, &sum))
 *             return make_int(sum);
 *         ESP_GENERALIZE(ADD_INT, ADD_BIG);
 *     }
 *     ESP_CASE(ADD_BIG, is_integer(l) && is_integer(r))
 *         return big_add(l, r);
 *     ESP_CASE(ADD_DOUBLE, is_double(l) && is_double(r))
 *         return make_double(l.as.d + r.as.d);
 *     ESP_FALLBACK
 *         return type_error(node, "+", l, r);
 *     }
 *
 * Every case returns or generalizes.  Conditions have no effects.  `state` is
 * an ESP_FINAL uint32_t, 0 in a new node: the cases that have been needed.  The
 * interpreter takes the first case that fits, and adds it to the state.
 * Compiled code contains only the cases in the state; when none of them fits,
 * it is left for good, and the interpreter goes on here.
 *
 * So compiled code does not ask the inactive cases above the one it takes:
 * where conditions overlap, either case must do.  A case that was generalized
 * never comes back.  ESP_FALLBACK takes what no condition covers; once needed,
 * it activates every case that is left, to be told apart from them.
 *
 * How it works: in compiled code the macro is a loop around the active cases;
 * behind them the code ends and the interpreter goes round once more.  In
 * native code the loop is not there, unless a case generalizes.
 */
#ifndef ESP_SPECIAL_H
#define ESP_SPECIAL_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* Cases are bits 0-14 of the state; their number plus ESP_EXCLUDED says that
 * a case was generalized. */
enum {
    ESP_CASES = 0x7fff,
    ESP_FALLBACK_CASE = 0x8000,
    ESP_EXCLUDED = 16           /* shift */
};

#define ESP_SPECIALIZE(node, field)                                         \
    for (esp_special esp_s = { (node), &(field), (field) };;                \
         esp_s.now = esp_special_again(&esp_s))

#define ESP_CASE(bit, condition)                                            \
    if ((esp_in_interpreter() || (esp_s.now & (bit))) && (condition) &&     \
        esp_special_enter(&esp_s, (bit)))

#define ESP_FALLBACK                                                        \
    if ((esp_in_interpreter() || (esp_s.now & ESP_FALLBACK_CASE)) &&        \
        esp_special_enter(&esp_s, ESP_FALLBACK_CASE))

/* Inside a case, but not inside a loop of its own: `from` does not hold what
 * it promised, never use it again; start over with `to` active. */
#define ESP_GENERALIZE(from, to)                                            \
    ({ esp_special_generalize(&esp_s, (from), (to)); continue; })

typedef struct esp_special {
    esp_node *node;
    uint32_t *state;
    uint32_t now;               /* *state */
} esp_special;

/* Changes the state and tells everybody. */
ESP_BOUNDARY void esp_special_add(esp_node *node, uint32_t *state,
                                  uint32_t bit);
ESP_BOUNDARY void esp_special_move(esp_node *node, uint32_t *state,
                                   uint32_t from, uint32_t to);

/* A case fits.  Only the interpreter gets here with one that is inactive. */
ESP_INLINE bool esp_special_enter(const esp_special *s, uint32_t bit)
{
    if (ESP_LIKELY(s->now & bit))
        return true;
    if (bit != ESP_FALLBACK_CASE && (s->now & (bit << ESP_EXCLUDED)))
        return false;
    esp_special_add(s->node, s->state, bit);
    return true;
}

ESP_INLINE uint32_t esp_special_again(const esp_special *s)
{
    esp_explode_loop();
    esp_deopt_invalidate();
    return *s->state;
}

ESP_INLINE void esp_special_generalize(const esp_special *s, uint32_t from,
                                       uint32_t to)
{
    esp_deopt_invalidate();
    esp_special_move(s->node, s->state, from, to);
}

#endif
