/*
 * Trees of nodes: making, changing, walking, copying, printing.
 *
 * All of it goes by the table of children in a node's class.  Nodes are never
 * freed alone: a tree that was replaced may still be running.
 */
#include "framework/private.h"

#include <stdio.h>
#include <string.h>

esp_node *esp_node_new(esp_context *context, const esp_node_class *class,
                       esp_section section)
{
    esp_node *node = esp_context_alloc(context, class->size);

    if (!node)
        return NULL;
    node->class = class;
    node->section = section;
    context->engine->stats.nodes++;
    return node;
}

/* ---- children ---------------------------------------------------------- */

/* The child pointers of one row of the table: `n` from *at on. */
static esp_node **field_children(const esp_node *node,
                                 const esp_child_field *field, uint32_t *n)
{
    char *at = (char *)node + field->offset;

    if (!field->count) {
        *n = 1;
        return (esp_node **)at;
    }
    *n = *(uint32_t *)((char *)node + field->count);
    return *(esp_node ***)at;
}

typedef bool slot_fn(void *arg, esp_node **slot);

/* Calls `fn` for each child pointer that is not NULL, in order, until it
 * returns false; false then. */
static bool each_slot(const esp_node *node, slot_fn *fn, void *arg)
{
    const esp_node_class *class = node->class;

    for (uint32_t i = 0; i < class->nchildren; i++) {
        uint32_t n;
        esp_node **slot = field_children(node, &class->children[i], &n);

        for (uint32_t k = 0; k < n; k++)
            if (slot[k] && !fn(arg, &slot[k]))
                return false;
    }
    return true;
}

struct nth { uint32_t n; esp_node *found; };

static bool find_nth(void *arg, esp_node **slot)
{
    struct nth *s = arg;

    if (s->n--)
        return true;
    s->found = *slot;
    return false;
}

esp_node *esp_node_child(const esp_node *node, uint32_t n)
{
    struct nth s = { n, NULL };

    each_slot(node, find_nth, &s);
    return s.found;
}

static bool adopt_slot(void *arg, esp_node **slot)
{
    (*slot)->parent = arg;
    esp_node_adopt(*slot);
    return true;
}

void esp_node_adopt(esp_node *node)
{
    each_slot(node, adopt_slot, node);
}

/* ---- where ------------------------------------------------------------- */

static const esp_node *top(const esp_node *node)
{
    while (node->parent)
        node = node->parent;
    return node;
}

esp_target *esp_node_target(const esp_node *node)
{
    return top(node)->target;
}

esp_section esp_node_section(const esp_node *node)
{
    for (; node; node = node->parent)
        if (node->section.source)
            return node->section;
    return (esp_section){ 0 };
}

void esp_node_where(const esp_node *node, char *to, size_t n)
{
    esp_target *t = esp_node_target(node);

    snprintf(to, n, "%s:%u %s", t && t->name ? t->name : "?",
             esp_section_position(esp_node_section(node)).line,
             node->class->name);
}

/* ---- changing ---------------------------------------------------------- */

static esp_engine *engine_of(const esp_node *node)
{
    esp_target *t = esp_node_target(node);

    return t ? t->context->engine : NULL;
}

static void trace_change(esp_engine *e, const esp_node *node, const char *why)
{
    char where[160], state[160] = "";

    if (!esp_tracing(e, ESP_TRACE_rewrite))
        return;
    esp_node_where(node, where, sizeof where);
    if (node->class->describe)
        node->class->describe(node, state, sizeof state);
    esp_trace(e, ESP_TRACE_rewrite, "%s%s%s%s: %s", where,
              *state ? " (" : "", state, *state ? ")" : "", why);
}

void esp_node_changing(esp_node *node)
{
    esp_target *t = esp_node_target(node);

    if (!t)
        return;
    t->tiering->changing++;
    tier_changing(t->context->engine, &t->tiering->dependents,
                  "its tree changed");
}

/* What a compiler beside the guest reads, it may have read half done. */
static void told_late(esp_target *t, const esp_node *node, const char *why)
{
    esp_engine *e = t->context->engine;

    tier_changing(e, &t->tiering->dependents, why);
    e->stats.told_late++;
    if (e->compiler.told_late)
        e->compiler.told_late(e->compiler.self, node, why);
}

void esp_node_changed(esp_node *node, const char *why)
{
    esp_target *t = esp_node_target(node);

    /* A node that is not in a tree yet is not in compiled code either. */
    if (!t)
        return;
    if (t->tiering->changing)
        t->tiering->changing--;
    else
        told_late(t, node, why);
    t->tiering->version++;
    trace_change(t->context->engine, node, why);
    esp_target_invalidate(t, why);
}

esp_node *esp_node_insert(esp_node *parent, esp_node *child)
{
    esp_node_changing(parent);
    child->parent = parent;
    esp_node_adopt(child);
    esp_node_changed(parent, "child inserted");
    return child;
}

struct swap { esp_node *old, *new; };

static bool swap_slot(void *arg, esp_node **slot)
{
    struct swap *s = arg;

    if (*slot != s->old)
        return true;
    *slot = s->new;
    return false;
}

esp_node *esp_node_replace(esp_node *old, esp_node *new, const char *why)
{
    esp_engine *e = engine_of(old);
    esp_target *t = old->target;
    esp_node *parent = old->parent;     /* `old` may be a child of `new` */
    struct swap swap = { old, new };

    esp_node_changing(old);
    new->parent = parent;
    if (!new->section.source)
        new->section = old->section;
    esp_node_adopt(new);
    if (parent) {
        each_slot(parent, swap_slot, &swap);
    } else if (t) {
        old->target = NULL;
        new->target = t;
        t->body = new;
    }
    if (e)
        e->stats.replacements++;
    esp_node_changed(new, why);
    return new;
}

/* ---- walking ----------------------------------------------------------- */

struct walk { esp_visit_fn *visit; void *arg; uint32_t depth; };

static bool walk_slot(void *arg, esp_node **slot)
{
    struct walk *w = arg;
    bool go = w->visit(w->arg, *slot, w->depth);

    w->depth++;
    go = go && each_slot(*slot, walk_slot, w);
    w->depth--;
    return go;
}

bool esp_node_walk(esp_node *node, esp_visit_fn *visit, void *arg)
{
    struct walk w = { visit, arg, 0 };

    return walk_slot(&w, &node);
}

static bool count_one(void *arg, esp_node *node, uint32_t depth)
{
    (void)node, (void)depth;
    ++*(uint32_t *)arg;
    return true;
}

uint32_t esp_node_count(const esp_node *node)
{
    uint32_t n = 0;

    esp_node_walk((esp_node *)node, count_one, &n);
    return n;
}

struct find { uint32_t tags; esp_node *found; };

static bool find_tags(void *arg, esp_node *node, uint32_t depth)
{
    struct find *s = arg;

    (void)depth;
    if ((node->class->tags & s->tags) != s->tags)
        return true;
    s->found = node;
    return false;
}

esp_node *esp_node_find(esp_node *node, uint32_t tags)
{
    struct find s = { tags, NULL };

    esp_node_walk(node, find_tags, &s);
    return s.found;
}

/* ---- copying ----------------------------------------------------------- */

/* Arrays of children are part of the node that has them. */
static bool own_arrays(esp_context *context, esp_node *copy)
{
    const esp_node_class *class = copy->class;

    for (uint32_t i = 0; i < class->nchildren; i++) {
        uint32_t n;
        esp_node **old = field_children(copy, &class->children[i], &n);
        esp_node **new;

        if (!class->children[i].count || !n)
            continue;
        new = ESP_CONTEXT_ARRAY(context, esp_node *, n);
        if (!new)
            return false;
        memcpy(new, old, n * sizeof *new);
        *(esp_node ***)((char *)copy + class->children[i].offset) = new;
    }
    return true;
}

struct clone { esp_context *context; esp_node *parent; };

static bool clone_slot(void *arg, esp_node **slot)
{
    struct clone *c = arg;

    *slot = esp_node_clone(c->context, *slot);
    if (*slot)
        (*slot)->parent = c->parent;
    return *slot != NULL;
}

esp_node *esp_node_clone(esp_context *context, const esp_node *node)
{
    const esp_node_class *class = node->class;
    esp_node *copy = esp_node_new(context, class, node->section);
    struct clone c = { context, copy };

    if (!copy)
        return NULL;
    memcpy(copy, node, class->size);
    copy->parent = NULL;
    copy->target = NULL;
    if (class->forget)
        class->forget(copy);
    if (!own_arrays(context, copy) || !each_slot(copy, clone_slot, &c))
        return NULL;
    return copy;
}

/* ---- printing ---------------------------------------------------------- */

static bool print_one(void *arg, esp_node *node, uint32_t depth)
{
    char state[160] = "";
    esp_section section = node->section;

    if (node->class->describe)
        node->class->describe(node, state, sizeof state);
    esp_printf(arg, "%*s%s", (int)(2 * depth), "", node->class->name);
    if (*state)
        esp_printf(arg, " (%s)", state);
    if (section.source)
        esp_printf(arg, "  :%u", esp_section_position(section).line);
    esp_printf(arg, "\n");
    return true;
}

void esp_node_print(esp_context *context, const esp_node *node)
{
    esp_node_walk((esp_node *)node, print_one, context->engine);
}
