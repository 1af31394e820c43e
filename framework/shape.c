/*
 * Shapes: the tree of transitions, and finding properties in it.
 *
 * All of this is slow and seldom: nodes remember what they found.
 */
#include "framework/private.h"

#include <string.h>

enum { ROOT_BUCKETS = 64, FEW = 8, SLOT = sizeof(esp_value) };

/* The empty shape for a dynamic type, and the one of dictionaries. */
struct shape_root {
    struct shape_root *next;
    void *dynamic;
    esp_shape *empty, *dictionary;
};

/* All shapes of a kind. */
struct shape_family {
    struct shape_family *next;
    esp_context *context;
    const esp_kind *kind;
    uint32_t nshapes;
    struct shape_root *roots[ROOT_BUCKETS];
};

/* Ways from a shape to another. */
enum how { ADD, ADD_WIDE, WIDEN, SET_FLAGS, SET_DYNAMIC };

struct shape_transition {
    struct shape_transition *next;
    enum how how;
    uint32_t flags;             /* ADD, ADD_WIDE, SET_FLAGS */
    const void *what;           /* key, or dynamic type */
    uint64_t tag;               /* ADD: the fixed tag */
    esp_shape *to;
};

/* The properties of a shape with many. */
struct shape_table {
    uint32_t size;              /* of hash; a power of two */
    const esp_property **hash, **order;
};

/* ---- making ------------------------------------------------------------ */

static esp_shape *new_shape(struct shape_family *f)
{
    esp_shape *s;

    if (f->nshapes >= ESP_MAX_SHAPES)
        return NULL;
    s = esp_context_alloc(f->context, sizeof *s);
    if (!s)
        return NULL;
    s->family = f;
    s->kind = f->kind;
    f->nshapes++;
    f->context->engine->stats.shapes++;
    return s;
}

static struct shape_family *find_family(esp_context *context,
                                        const esp_kind *kind)
{
    struct shape_family *f = context->own->families;

    while (f && f->kind != kind)
        f = f->next;
    if (f)
        return f;
    f = esp_context_alloc(context, sizeof *f);
    if (!f)
        return NULL;
    f->context = context;
    f->kind = kind;
    f->next = context->own->families;
    return context->own->families = f;
}

static struct shape_root *find_root(struct shape_family *f, void *dynamic)
{
    uint32_t bucket = esp_hash_pointer(dynamic) % ROOT_BUCKETS;
    struct shape_root *r = f->roots[bucket];

    while (r && r->dynamic != dynamic)
        r = r->next;
    if (r)
        return r;
    r = esp_context_alloc(f->context, sizeof *r);
    if (!r)
        return NULL;
    r->dynamic = dynamic;
    r->next = f->roots[bucket];
    return f->roots[bucket] = r;
}

/* Roots do not count towards the limit of shapes: without them there would be
 * no objects. */
static esp_shape *root_shape(struct shape_family *f, void *dynamic,
                             bool dictionary)
{
    esp_shape *s = esp_context_alloc(f->context, sizeof *s);

    if (!s)
        return NULL;
    s->family = f;
    s->kind = f->kind;
    s->dynamic = dynamic;
    s->dictionary = dictionary;
    f->context->engine->stats.shapes++;
    return s;
}

esp_shape *esp_shape_root(esp_context *context, const esp_kind *kind,
                          void *dynamic)
{
    struct shape_family *f = find_family(context, kind);
    struct shape_root *r = f ? find_root(f, dynamic) : NULL;

    if (r && !r->empty)
        r->empty = root_shape(f, dynamic, false);
    return r ? r->empty : NULL;
}

esp_shape *shape_dictionary(esp_shape *shape)
{
    struct shape_root *r = find_root(shape->family, shape->dynamic);

    if (r && !r->dictionary)
        r->dictionary = root_shape(shape->family, shape->dynamic, true);
    return r ? r->dictionary : NULL;
}

/* ---- transitions ------------------------------------------------------- */

static bool same(const struct shape_transition *a,
                 const struct shape_transition *b)
{
    return a->how == b->how && a->what == b->what && a->flags == b->flags &&
           a->tag == b->tag;
}

static struct shape_transition *find_transition(
    const esp_shape *s, const struct shape_transition *wanted)
{
    struct shape_transition *t = s->transitions;

    while (t && !same(t, wanted))
        t = t->next;
    return t;
}

/* The shape at the end of a new transition: a copy, to be changed. */
static esp_shape *new_transition(esp_shape *from,
                                 const struct shape_transition *how)
{
    struct shape_transition *t;
    esp_shape *to;

    if (from->ntransitions >= ESP_MAX_TRANSITIONS ||
        from->links >= ESP_MAX_LINKS || !(to = new_shape(from->family)))
        return NULL;
    t = esp_context_alloc(from->family->context, sizeof *t);
    if (!t)
        return NULL;
    *to = *from;
    to->parent = from;
    to->links = from->links + 1;
    to->table = NULL;
    to->transitions = NULL;
    to->ntransitions = 0;
    to->newest = (esp_property){ 0 };
    to->widened = false;
    to->usual = NULL;
    to->outdated = false;
    *t = *how;
    t->to = to;
    t->next = from->transitions;
    from->transitions = t;
    from->ntransitions++;
    return to;
}

/* ---- locations --------------------------------------------------------- */

/* Room for one more: in the object while there is some, then outside. */
static esp_location place(esp_shape *s, uint32_t size)
{
    esp_location at = { 0 };

    if (s->inline_used + size <= s->kind->room) {
        at.offset = s->kind->slots + s->inline_used;
        s->inline_used += size;
        return at;
    }
    at.extra = true;
    at.offset = s->extra_used;
    s->extra_used += size;
    while (s->extra_size < s->extra_used)
        s->extra_size = s->extra_size ? 2 * s->extra_size : 4 * SLOT;
    return at;
}

/* May the property's location have only the payload?  Not when objects with
 * this shape have been seen to put other tags there. */
static bool may_fix(const esp_shape *s, esp_key key, uint32_t flags,
                    uint64_t tag)
{
    if (tag >= 64 || !(s->kind->fixed >> tag & 1))
        return false;
    for (const struct shape_transition *t = s->transitions; t; t = t->next)
        if (t->what == key && t->flags == flags &&
            (t->how == ADD_WIDE || (t->how == ADD && t->tag != tag)))
            return false;
    return true;
}

/* NULL: the kind does not want one, or there is no memory. */
static esp_constant *new_constant(const esp_shape *s, esp_value first)
{
    esp_context *c = s->family->context;
    esp_constant *k;

    if (first.tag >= 64 || !(s->kind->constant >> first.tag & 1))
        return NULL;
    k = esp_context_alloc(c, sizeof *k);
    if (!k)
        return NULL;
    k->value = first;
    k->same = esp_assumption_new(c, "property is constant");
    return k->same ? k : NULL;
}

/* Objects get the property with a wide location from now on. */
static void outdate(esp_shape *from, esp_key key, uint32_t flags)
{
    for (struct shape_transition *t = from->transitions; t; t = t->next)
        if (t->how == ADD && t->what == key && t->flags == flags) {
            t->to->outdated = true;
            esp_assumption_invalidate(t->to->usual, "wider property");
        }
}

esp_assumption *esp_shape_usual(esp_shape *shape)
{
    if (!shape->usual && !shape->outdated)
        shape->usual = esp_assumption_new(shape->family->context,
                                          "usual shape");
    return shape->outdated ? NULL : shape->usual;
}

bool esp_shape_outdated(const esp_shape *shape)
{
    while (shape && !shape->outdated)
        shape = shape->parent;
    return shape != NULL;
}

esp_shape *shape_add(esp_shape *shape, esp_key key, uint32_t flags,
                     esp_value first)
{
    bool fixed = may_fix(shape, key, flags, first.tag);
    struct shape_transition how = {
        .how = fixed ? ADD : ADD_WIDE, .flags = flags, .what = key,
        .tag = fixed ? first.tag : 0
    };
    struct shape_transition *t = find_transition(shape, &how);
    esp_shape *to;

    if (t)
        return t->to;
    to = new_transition(shape, &how);
    if (!to)
        return NULL;
    to->newest.key = key;
    to->newest.flags = flags;
    to->newest.index = to->nproperties++;
    to->newest.at = place(to, fixed ? SLOT / 2 : SLOT);
    to->newest.at.fixed = fixed;
    to->newest.at.tag = fixed ? first.tag : 0;
    to->newest.constant = new_constant(to, first);
    if (!fixed)
        outdate(shape, key, flags);
    return to;
}

/* From now on the property is wide where objects get it, too. */
static void widen_at_origin(esp_shape *s, const esp_property *p)
{
    struct shape_transition how = { .how = ADD_WIDE, .flags = p->flags,
                                    .what = p->key };

    while (s->parent && !(s->newest.key == p->key &&
                          s->parent->nproperties < s->nproperties))
        s = s->parent;
    if (s->parent && !find_transition(s->parent, &how))
        shape_add(s->parent, p->key, p->flags, esp_nothing());
}

esp_shape *shape_widen(esp_shape *shape, const esp_property *p)
{
    struct shape_transition how = { .how = WIDEN, .what = p->key };
    struct shape_transition *t = find_transition(shape, &how);
    esp_shape *to;

    if (t)
        return t->to;
    to = new_transition(shape, &how);
    if (!to)
        return NULL;
    widen_at_origin(shape, p);
    to->newest = *p;
    to->newest.at = place(to, SLOT);
    to->newest.constant = NULL;
    to->widened = true;
    to->left = p->at;
    return to;
}

esp_shape *shape_set_flags(esp_shape *shape, const esp_property *p,
                           uint32_t flags)
{
    struct shape_transition how = { .how = SET_FLAGS, .what = p->key,
                                    .flags = flags };
    struct shape_transition *t = find_transition(shape, &how);
    esp_shape *to;

    if (t)
        return t->to;
    to = new_transition(shape, &how);
    if (!to)
        return NULL;
    to->newest = *p;
    to->newest.flags = flags;
    return to;
}

esp_shape *shape_set_dynamic(esp_shape *shape, void *dynamic)
{
    struct shape_transition how = { .how = SET_DYNAMIC, .what = dynamic };
    struct shape_transition *t = find_transition(shape, &how);
    esp_shape *to;

    if (!shape->nproperties)
        return esp_shape_root(shape->family->context, shape->kind, dynamic);
    if (t)
        return t->to;
    to = new_transition(shape, &how);
    if (to)
        to->dynamic = dynamic;
    return to;
}

/* ---- finding ----------------------------------------------------------- */

static const esp_property **hash_slot(const struct shape_table *t, esp_key key)
{
    uint32_t i = esp_hash_pointer(key) & (t->size - 1);

    while (t->hash[i] && t->hash[i]->key != key)
        i = (i + 1) & (t->size - 1);
    return &t->hash[i];
}

/* Newer links hide older ones, so what is there first stays. */
static void fill_table(struct shape_table *t, const esp_shape *s)
{
    for (; s; s = s->parent) {
        const esp_property **slot;

        if (!s->newest.key)
            continue;
        slot = hash_slot(t, s->newest.key);
        if (!*slot) {
            *slot = &s->newest;
            t->order[s->newest.index] = &s->newest;
        }
    }
}

/* NULL: the host has no memory. */
static struct shape_table *table_of(esp_shape *s)
{
    esp_context *c = s->family->context;
    struct shape_table *t;

    if (s->table)
        return s->table;
    t = esp_context_alloc(c, sizeof *t);
    if (!t)
        return NULL;
    for (t->size = 4; t->size < 2 * s->nproperties;)
        t->size *= 2;
    t->hash = ESP_CONTEXT_ARRAY(c, const esp_property *, t->size);
    t->order = ESP_CONTEXT_ARRAY(c, const esp_property *, s->nproperties);
    if (!t->hash || !t->order)
        return NULL;
    fill_table(t, s);
    return s->table = t;
}

static const esp_property *walk_links(const esp_shape *s, esp_key key)
{
    for (; s; s = s->parent)
        if (s->newest.key == key)
            return &s->newest;
    return NULL;
}

const esp_property *esp_shape_find(esp_shape *shape, esp_key key)
{
    struct shape_table *t;

    if (shape->links <= FEW || !(t = table_of(shape)))
        return walk_links(shape, key);
    return *hash_slot(t, key);
}

const esp_property *esp_shape_nth(esp_shape *shape, uint32_t n)
{
    struct shape_table *t;

    if (n >= shape->nproperties)
        return NULL;
    if (shape->links > FEW && (t = table_of(shape)))
        return t->order[n];
    for (const esp_shape *s = shape; s; s = s->parent)
        if (s->newest.key && s->newest.index == n)
            return &s->newest;
    return NULL;
}
