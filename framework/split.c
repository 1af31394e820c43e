/*
 * Splitting: copies of call targets for single call sites.
 *
 * When a node becomes polymorphic, the call site that brought the new thing is
 * compared with the one that the target learned from before.  If they differ,
 * the target asks for copies (t->splits): every site that calls it from then on
 * gets one that has learned nothing.  Calls of a target from inside itself stay
 * inside the copy.
 *
 *     before  a() ─┐                        after  a() ─▶ add'   int only
 *                  ├─▶ add   int, string
 *             b() ─┘                               b() ─▶ add''  string only
 *
 * Copies are not split again.  All of them together may have as many nodes as
 * half of the program, and some hundred more in a small one.
 */
#include "framework/private.h"

enum {
    MOST_COPIES = 8,            /* of one target */
    MOST_NODES = 400,           /* of a target that is copied */
    SPARE_NODES = 500           /* of copies, whatever the program's size */
};

/* What was given up is told once. */
static void stop(esp_target *t, const char *why)
{
    t->splits = false;
    t->tiering->copies = MOST_COPIES;
    esp_trace(t->context->engine, ESP_TRACE_split, "%s  not any more: %s",
              t->name, why);
}

/* Where the running activation of a target was called from, as far as the
 * frames of the interpreter tell. */
static const esp_node *calling_site(const esp_target *t)
{
    const esp_frame *f = t->context->frame;

    return f && f->target == t && f->caller ? f->caller->site : NULL;
}

void split_first(esp_node *node)
{
    esp_target *t = esp_node_target(node);

    if (t && !t->tiering->site)
        t->tiering->site = calling_site(t);
}

void split_polymorphic(esp_node *node)
{
    esp_target *t = esp_node_target(node);

    if (t && !t->tiering->original && t->tiering->copies < MOST_COPIES &&
        calling_site(t) != t->tiering->site)
        t->splits = true;
}

static bool affordable(esp_target *t)
{
    const esp_context *c = t->context;
    uint32_t n = esp_node_count(t->body);
    uint64_t all = c->engine->stats.nodes - c->own->split_nodes;

    if (t->tiering->copies == MOST_COPIES)
        stop(t, "there are enough copies");
    else if (n > MOST_NODES)
        stop(t, "it is too large");
    else if (c->own->split_nodes + n > all / 2 + SPARE_NODES)
        stop(t, "copies are a third of the program");
    else
        return true;
    return false;
}

static esp_target *copy(esp_target *t, const esp_node *site)
{
    esp_context *c = t->context;
    esp_target *new = esp_target_clone(t);
    char where[160];

    if (!new) {
        stop(t, "out of memory");
        return t;
    }
    new->tiering->original = t;
    t->tiering->copies++;
    c->own->split_nodes += esp_node_count(new->body);
    c->engine->stats.splits++;
    esp_node_where(site, where, sizeof where);
    esp_trace(c->engine, ESP_TRACE_split, "%s  copy %u, for %s", t->name,
              t->tiering->copies, where);
    return new;
}

/* The target that has a call site: t itself, or a copy of it; or NULL. */
static esp_target *inside(const esp_node *site, const esp_target *t)
{
    esp_target *in = esp_node_target(site);

    return in && (in == t || in->tiering->original == t) ? in : NULL;
}

esp_target *esp_split_make(esp_split *s, esp_node *node, esp_target *t)
{
    esp_target *in = inside(node, t);

    if (!in && !affordable(t))
        return t;
    if (!in)
        in = copy(t, node);
    esp_node_changing(node);
    s->to = in;
    s->from = t;
    esp_node_changed(node, "call split");
    return s->to;
}
