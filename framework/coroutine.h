/*
 * coroutine.h: activations that can be left and gone on with later.
 *
 * A coroutine runs a C function, which may call guest code, on a C stack and a
 * frame stack of its own, so whatever lies between resume and yield (builtins,
 * compiled code, the interpreter's C frames) need not know about it:
 *
 *     static esp_value body(esp_context *context, void *arg, esp_value first)
 *     {
 *         return esp_enter_guest(arg, 1, &first);
 *     }
 *
 *     co = esp_coroutine_new(context, body, target);
 *     v = esp_coroutine_resume(co, argument);     a builtin, say
 *     v = esp_coroutine_yield(context, v);        another
 *
 * The value that resume passes comes out of yield, and what yield passes, or
 * the body returns in the end, out of resume; state tells which.  ESP_THROW
 * comes out of resume when it comes out of the body.
 *
 * A coroutine that nobody can reach any more is freed with all that only its
 * stacks refer to; its body does not go on.  One that is closed goes on with
 * ESP_THROW from its yield, so that it can clean up behind it; handlers of the
 * guest program must let this pass (esp_error_catchable).
 *
 * Inside a coroutine guest code has 16 MB of C stack, or what --max-stack says
 * if that is less.
 */
#ifndef ESP_COROUTINE_H
#define ESP_COROUTINE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

typedef struct esp_coroutine esp_coroutine;

typedef enum esp_coroutine_state {
    ESP_COROUTINE_NEW, ESP_COROUTINE_SUSPENDED, ESP_COROUTINE_RUNNING,
    ESP_COROUTINE_NORMAL,       /* it has resumed another, and waits for it */
    ESP_COROUTINE_DEAD
} esp_coroutine_state;

typedef esp_value esp_coroutine_fn(esp_context *context, void *arg,
                                   esp_value first);

/* A guest object.  NULL: an error was thrown, leave with ESP_THROW. */
ESP_BOUNDARY esp_coroutine *esp_coroutine_new(esp_context *context,
                                              esp_coroutine_fn *fn, void *arg);

/* Only a coroutine that is new or suspended can be resumed. */
ESP_BOUNDARY esp_value esp_coroutine_resume(esp_coroutine *co, esp_value v);

/* Only in a coroutine, and not inside esp_coroutine_pin. */
ESP_BOUNDARY esp_value esp_coroutine_yield(esp_context *context, esp_value v);

/* Ends a coroutine that is new, suspended or dead.  ESP_THROW if cleaning up
 * threw something, else ESP_NOTHING. */
ESP_BOUNDARY esp_value esp_coroutine_close(esp_coroutine *co);

/* As yield, wherever the coroutine is: for one that has failed, whose stack is
 * still to be looked at.  An ESP_THROW comes out of resume; then it should only
 * be closed, or forgotten. */
ESP_BOUNDARY esp_value esp_coroutine_suspend(esp_context *context,
                                             esp_value v);

esp_coroutine_state esp_coroutine_state_of(const esp_coroutine *co);

/* The coroutine that runs; NULL: none, this is the thread's stack. */
esp_coroutine *esp_coroutine_running(esp_context *context);
/* How many wait for others to come back, up to the thread's stack. */
uint32_t esp_coroutine_depth(esp_context *context);

/* A word for the language; kept by the coroutine. */
void *esp_coroutine_user(const esp_coroutine *co);
void esp_coroutine_set_user(esp_coroutine *co, void *user);

/* Between pin and unpin, as in the middle of a sort, the running coroutine
 * cannot yield: for languages whose users expect an error there. */
void esp_coroutine_pin(esp_context *context);
void esp_coroutine_unpin(esp_context *context);
bool esp_coroutine_can_yield(esp_context *context);

/* Visits the activations of a coroutine, as esp_walk does those of the one that
 * runs; NULL: those of the thread's stack. */
ESP_BOUNDARY void esp_coroutine_walk(esp_context *context, esp_coroutine *co,
                                     esp_access access,
                                     esp_activation_fn *visit, void *arg);

#endif
