/*
 * loop.h: loops.
 *
 * A loop node's execute is one line:
 *
 *     static inline esp_value while_step(esp_node *node, esp_frame *frame)
 *     {
 *         while_node *self = (while_node *)node;
 *         esp_value go = ESP_TRY(esp_execute(self->condition, frame));
 *
 *         if (!is_true(go))
 *             return esp_abrupt(ESP_BREAK);
 *         return esp_execute(self->body, frame);
 *     }
 *
 *     static esp_value while_execute(esp_node *node, esp_frame *frame)
 *     {
 *         return esp_loop_execute(node, frame, while_step);
 *     }
 *
 * Loops of another form call esp_back_edge themselves, before each iteration
 * but the first.
 */
#ifndef ESP_LOOP_H
#define ESP_LOOP_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* One iteration: a value or ESP_CONTINUE to go on; ESP_BREAK to end the loop;
 * anything else leaves it. */
typedef esp_value esp_step_fn(esp_node *node, esp_frame *frame);

/* A target got hot in a loop of its own (tier.c).  Not NULL: compiled code for
 * this loop, which goes on with the next iteration. */
ESP_BOUNDARY esp_execute_fn *esp_loop_hot(esp_target *t, esp_node *loop,
                                          esp_frame *frame);

/* Is it worth while to ask?  Tier-1 code would have to be left. */
ESP_LEAF bool esp_loop_due(esp_target *t, const esp_node *loop, bool tier1);

/* The loop goes round again: polls.  False: leave with ESP_THROW. */
ESP_INLINE bool esp_back_edge(esp_frame *frame)
{
    return esp_poll(frame->target->context);
}

/* Counts an iteration.  Not NULL: `return code(node, frame);`, for all that
 * the loop knows is in the frame. */
ESP_INLINE esp_execute_fn *esp_loop_count(esp_node *loop, esp_frame *frame)
{
    esp_target *t = frame->target;

    if (!esp_profiling() || ESP_LIKELY(++t->heat < t->hot))
        return NULL;
    if (!esp_loop_due(t, loop, esp_in_first_tier()))
        return NULL;
    esp_deopt();                /* the frame has to exist */
    return esp_loop_hot(t, loop, frame);
}

/* Runs a loop to its end: ESP_NOTHING; or what left it early. */
ESP_INLINE esp_value esp_loop_execute(esp_node *node, esp_frame *frame,
                                      esp_step_fn *step)
{
    for (;;) {
        esp_value v = step(node, frame);
        esp_execute_fn *code;

        if (v.tag == ESP_BREAK)
            return esp_nothing();
        if (ESP_UNLIKELY(esp_is_abrupt(v)) && v.tag != ESP_CONTINUE)
            return v;
        if (ESP_UNLIKELY(!esp_back_edge(frame)))
            return esp_abrupt(ESP_THROW);
        code = esp_loop_count(node, frame);
        if (ESP_UNLIKELY(code))
            return code(node, frame);
    }
}

#endif
