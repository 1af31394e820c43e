/*
 * engine.h: starting and stopping, and what a launcher may choose.
 */
#ifndef ESP_ENGINE_H
#define ESP_ENGINE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

struct esp_compiler;

/* TRACE(name, meaning): kinds of trace lines, bits of options.trace. */
enum {
#define TRACE(name, meaning) ESP_TRACE_##name##_BIT,
#include "framework/base/trace.def"
#undef TRACE
    ESP_TRACES
};
enum {
#define TRACE(name, meaning) ESP_TRACE_##name = 1 << ESP_TRACE_##name##_BIT,
#include "framework/base/trace.def"
#undef TRACE
    ESP_TRACE_ALL = (1 << ESP_TRACES) - 1
};

typedef enum esp_compile_mode {
    ESP_COMPILE_BACKGROUND, ESP_COMPILE_SYNC, ESP_COMPILE_NOW
} esp_compile_mode;

/* What is 0 has its default. */
typedef struct esp_options {
    int tier;                   /* highest; 0: interpreter only */
    esp_compile_mode compile;
    uint32_t heat1, heat2;      /* calls and back edges before a tier; 0: 400
                                 * and 10000 */
    uint32_t trace;             /* ESP_TRACE_... */
    bool generic;               /* nodes activate all their cases at once */
    bool collect;               /* each allocation collects */
    bool osr;                   /* loops are entered at each back edge */
    uint64_t max_stack;         /* bytes; 0: what the thread has */
    uint64_t max_heap;          /* bytes; 0: no limit */
    uint64_t max_time;          /* ms; 0: no limit */
    /* Where traces, statistics, messages and dumps go; NULL: stderr. */
    void (*write)(void *arg, const char *text, size_t n);
    void *write_arg;
} esp_options;

/* What settings of the command line (framework/base/diag.h) say of them. */
struct esp_settings;
esp_options esp_options_from(const struct esp_settings *settings);

/* Engines have options, statistics and the compiler; contexts have a guest
 * program's state.  `options` is copied; NULL: all defaults.  NULL and a
 * message in `error` if the host cannot. */
esp_engine *esp_engine_new(const esp_options *options, char *error, size_t n);

/* Its contexts must have been closed.  Closes the compiler. */
void esp_engine_free(esp_engine *e);

/* The compiler that is to be used, before the first context; the table is
 * copied. */
void esp_engine_set_compiler(esp_engine *e, const struct esp_compiler *c);

const esp_options *esp_engine_options(const esp_engine *e);

/* A context for the calling thread.  The stack limit counts from the caller's
 * C frame.  NULL and a message if the host cannot. */
esp_context *esp_context_new(esp_engine *e, char *error, size_t n);
void esp_context_free(esp_context *context);

/* The context is used from here on: another thread, or a C stack position
 * from which --max-stack is to be counted anew. */
void esp_context_attach(esp_context *context);

/* The language's state; before guest code runs. */
void esp_context_set_language(esp_context *context, void *state);

/* ---- output ------------------------------------------------------------ */

void esp_write(esp_engine *e, const char *text, size_t n);
void esp_printf(esp_engine *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line of a trace, with the time before it and a line end behind, if its
 * kind is wanted. */
void esp_trace(esp_engine *e, uint32_t kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is anybody listening?  Ask before work that only a trace needs. */
bool esp_tracing(const esp_engine *e, uint32_t kind);

/* The kind with this name as in --trace=, or 0. */
uint32_t esp_trace_kind(const char *name, size_t length);

/* ---- statistics -------------------------------------------------------- */

/* STAT(name, meaning): what the framework counts, in an engine. */
typedef struct esp_stats {
#define STAT(name, meaning) uint64_t name;
#include "framework/stats.def"
#undef STAT
} esp_stats;

esp_stats *esp_engine_stats(esp_engine *e);

/* For --stats: a line each; and members of a JSON object, without braces. */
void esp_stats_print(esp_engine *e);
void esp_stats_print_json(esp_engine *e);

/* ---- languages --------------------------------------------------------- */

/* What a launcher has to know of a language. */
typedef struct esp_language {
    const char *name;           /* as in --lang= */
    const char *suffix;         /* of its files, with the dot */
    const char *version;
    /* Makes the language's state; false if the host cannot. */
    bool (*open)(esp_context *context);
    /* Runs a program; the result is an exit code. */
    int (*run)(esp_context *context, esp_source *source, int argc,
               char **argv);
    /* The language's own command, for what follows --lang=NAME when that is no
     * file but an option of it, or nothing; NULL: there is none. */
    int (*command)(esp_context *context, int argc, char **argv);
    void (*close)(esp_context *context);
    /* A value in words, for traces and messages. */
    void (*show)(esp_context *context, esp_value v, char *to, size_t n);
} esp_language;

/* Lets traces show values. */
void esp_context_set_shower(esp_context *context,
                            void (*show)(esp_context *, esp_value, char *,
                                         size_t));

#endif
