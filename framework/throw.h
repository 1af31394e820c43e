/*
 * throw.h: guest errors, and walks over the guest stack.
 */
#ifndef ESP_THROW_H
#define ESP_THROW_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* ---- errors ------------------------------------------------------------ */

/* KIND(name, exit code, meaning) */
typedef enum esp_error_kind {
#define ERROR(name, code, meaning) ESP_ERROR_##name,
#include "framework/errors.def"
#undef ERROR
    ESP_ERROR_KINDS
} esp_error_kind;

/* An activation as it was when an error was made. */
typedef struct esp_trace_entry {
    esp_target *target;
    esp_section section;        /* where it was: the running call's, or the
                                 * error's own for the newest */
} esp_trace_entry;

/*
 * An error of the framework's making.  Languages whose errors are values of
 * their own throw those, and may keep one of these beside them for the trace.
 */
typedef struct esp_error {
    esp_error_kind kind;
    int exit_code;              /* what the launcher returns */
    const char *message;        /* without position */
    esp_section section;
    uint32_t ntrace;            /* newest first */
    uint32_t omitted;           /* activations that the trace has no room for */
    esp_trace_entry *trace;
} esp_error;

/* Throws a value: `return esp_throw(context, v);` */
ESP_INLINE esp_value esp_throw(esp_context *context, esp_value thrown)
{
    context->thrown = thrown;
    return esp_abrupt(ESP_THROW);
}

/* An error about the code of `node` (NULL: unknown), with the stack as it is.
 * Message as in printf. */
ESP_BOUNDARY esp_error *esp_error_new(esp_context *context, esp_node *node,
                                      esp_error_kind kind,
                                      const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Makes a guest error and throws it, as {error, ESP_ERROR}. */
ESP_BOUNDARY esp_value esp_throw_error(esp_context *context, esp_node *node,
                                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends the guest program: an error that nothing may catch. */
ESP_BOUNDARY esp_value esp_throw_exit(esp_context *context, int code);

/* The framework's error in context->thrown, or NULL if it is a value of the
 * language's. */
esp_error *esp_thrown_error(esp_context *context);

/* May a handler of the guest program catch it?  Not limits, exits, and errors
 * in ourselves. */
bool esp_error_catchable(const esp_error *e);

/* Forgets what was thrown, and returns it: for handlers. */
ESP_INLINE esp_value esp_catch(esp_context *context)
{
    esp_value thrown = context->thrown;

    context->thrown = esp_nothing();
    return thrown;
}

/* The error as text: "name:line:column: message" and a line for each
 * activation; to the engine's output. */
void esp_error_print(esp_context *context, const esp_error *e);

/* ---- the guest stack --------------------------------------------------- */

typedef struct esp_activation {
    esp_target *target;
    esp_frame *frame;           /* with its slots.  Of compiled code: a copy,
                                 * valid during the visit, unless ESP_WRITE */
    esp_node *site;             /* the call that is running, or NULL */
    bool compiled;
} esp_activation;

typedef bool esp_activation_fn(void *arg, const esp_activation *a);

/* What a visitor does to the frames.  With ESP_WRITE it may change slots, of
 * compiled activations, too: those leave compiled code and see it. */
typedef enum esp_access { ESP_READ_ONLY, ESP_WRITE } esp_access;

/* Visits all activations, newest first, until the visitor returns false. */
ESP_BOUNDARY void esp_walk(esp_context *context, esp_access access,
                           esp_activation_fn *visit, void *arg);

#endif
