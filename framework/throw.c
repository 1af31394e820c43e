/*
 * Guest errors, and walks over the guest stack.
 *
 * Activations of the interpreter are a list of frames; those of compiled code
 * are machine frames that only the compiler can read.  Both know where on the
 * C stack they are, so a walk goes along the list and asks the compiler for
 * what lies between two of its frames.  It ends where C has called into guest
 * code first: what is above belongs to somebody else.
 */
#include "framework/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 512, TRACE = 64 };

/* ---- walking ----------------------------------------------------------- */

struct walk {
    esp_activation_fn *visit;
    void *arg;
    bool go;
};

static bool compiled_frame(void *arg, esp_frame *frame)
{
    struct walk *w = arg;
    esp_activation a = { frame->target, frame, frame->site, true };

    w->go = w->visit(w->arg, &a);
    return w->go;
}

/* Returns where the walk goes on. */
static char *walk_compiled(esp_context *c, char *from, char *to,
                           esp_access access, struct walk *w)
{
    esp_compiler *compiler = &c->engine->compiler;

    if (!compiler->walk || !w->go)
        return to;
    return compiler->walk(compiler->self, from, to, access == ESP_WRITE,
                          compiled_frame, w);
}

static void walk_all(esp_context *c, char *from, esp_frame *newest,
                     char *entered, esp_access access, struct walk *w)
{
    for (esp_frame *f = newest; f && w->go; f = f->caller) {
        esp_activation a = { f->target, f, f->site, false };

        from = walk_compiled(c, from, f->machine, access, w);
        if (w->go)
            w->go = w->visit(w->arg, &a);
    }
    if (entered)
        walk_compiled(c, from, entered, access, w);
}

void throw_walk(esp_context *c, char *from, esp_frame *newest, char *entered,
                esp_access access, esp_activation_fn *visit, void *arg)
{
    struct walk w = { visit, arg, true };

    walk_all(c, from, newest, entered, access, &w);
}

/* The walk is a variable of this frame, which therefore stands until the walk
 * that begins at it is over: no compiler makes a tail call of it. */
void esp_walk(esp_context *context, esp_access access,
              esp_activation_fn *visit, void *arg)
{
    struct walk w = { visit, arg, true };

    walk_all(context, __builtin_frame_address(0), context->frame,
             context->own->entered, access, &w);
}

/* ---- making errors ----------------------------------------------------- */

struct collect {
    esp_error *error;
    esp_trace_entry *room;
};

static bool collect_one(void *arg, const esp_activation *a)
{
    struct collect *s = arg;
    esp_error *e = s->error;

    if (e->ntrace == TRACE) {
        e->omitted++;
        return true;
    }
    s->room[e->ntrace].target = a->target;
    s->room[e->ntrace].section =
        e->ntrace || !e->section.source
            ? (a->site ? esp_node_section(a->site) : a->target->section)
            : e->section;
    e->ntrace++;
    return true;
}

static void collect_trace(esp_context *c, esp_error *e)
{
    esp_trace_entry room[TRACE];
    struct collect s = { e, room };

    esp_walk(c, ESP_READ_ONLY, collect_one, &s);
    if (e->ntrace)
        e->trace = heap_reserve(c, e->ntrace * sizeof *room);
    if (e->trace)
        memcpy(e->trace, room, e->ntrace * sizeof *room);
    else
        e->ntrace = 0;
}

static const struct { int code; const char *name; } kinds[] = {
#define ERROR(name, code, meaning) { code, #name },
#include "framework/errors.def"
#undef ERROR
};

static esp_error *error_va(esp_context *context, esp_node *node,
                           esp_error_kind kind, const char *format,
                           va_list args)
{
    char message[MESSAGE];
    esp_error *e = heap_reserve(context, sizeof *e);
    char *copy;

    if (!e)
        e = memset(context->own->spare, 0, sizeof *e);
    vsnprintf(message, sizeof message, format, args);
    copy = heap_reserve(context, strlen(message) + 1);
    e->kind = kind;
    e->exit_code = kinds[kind].code;
    e->message = copy ? strcpy(copy, message) : "out of memory";
    if (node)
        e->section = esp_node_section(node);
    collect_trace(context, e);
    return e;
}

esp_error *esp_error_new(esp_context *context, esp_node *node,
                         esp_error_kind kind, const char *format, ...)
{
    esp_error *e;
    va_list args;

    va_start(args, format);
    e = error_va(context, node, kind, format, args);
    va_end(args);
    return e;
}

static esp_value throw_made(esp_context *context, esp_error *e)
{
    return esp_throw(context, (esp_value){ .as.p = e, .tag = ESP_ERROR });
}

esp_value esp_throw_error(esp_context *context, esp_node *node,
                          const char *format, ...)
{
    esp_error *e;
    va_list args;

    va_start(args, format);
    e = error_va(context, node, ESP_ERROR_GUEST, format, args);
    va_end(args);
    return throw_made(context, e);
}

esp_value esp_throw_exit(esp_context *context, int code)
{
    esp_error *e = esp_error_new(context, NULL, ESP_ERROR_EXIT, "exit");

    e->exit_code = code;
    return throw_made(context, e);
}

esp_value esp_throw_overflow(esp_context *context)
{
    esp_node *site = context->frame ? context->frame->site : NULL;

    return throw_made(context, esp_error_new(context, site, ESP_ERROR_STACK,
                                             "stack overflow"));
}

/* ---- asking ------------------------------------------------------------ */

esp_error *esp_thrown_error(esp_context *context)
{
    return context->thrown.tag == ESP_ERROR ? context->thrown.as.p : NULL;
}

bool esp_error_catchable(const esp_error *e)
{
    return e->kind == ESP_ERROR_GUEST || e->kind == ESP_ERROR_STACK ||
           e->kind == ESP_ERROR_HEAP;
}

static void print_position(esp_engine *e, esp_section section)
{
    esp_position at = esp_section_position(section);

    if (section.source)
        esp_printf(e, "%s:%u:%u: ", section.source->name, at.line, at.column);
}

void esp_error_print(esp_context *context, const esp_error *error)
{
    esp_engine *e = context->engine;

    print_position(e, error->section);
    esp_printf(e, "%s\n", error->message);
    for (uint32_t i = 0; i < error->ntrace; i++) {
        const esp_trace_entry *entry = &error->trace[i];

        esp_printf(e, "    ");
        print_position(e, entry->section);
        esp_printf(e, "in %s\n", entry->target->name ? entry->target->name
                                                     : "?");
    }
    if (error->omitted)
        esp_printf(e, "    and %u more\n", error->omitted);
}
