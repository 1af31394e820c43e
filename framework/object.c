/*
 * Objects: properties by shape, dictionaries, and the slow side of property
 * caches.
 *
 * A dictionary keeps its entries in insertion order, and finds them through a
 * hash table of their numbers.  Entries that were removed have no key; they
 * are squeezed out when the dictionary grows.
 */
#include "framework/private.h"

#include <string.h>

typedef struct entry {
    esp_key key;
    esp_value value;
    uint64_t flags;
} entry;

typedef struct dictionary {
    entry *entries;
    uint32_t *hash;             /* number of the entry + 1; 0: free */
    uint32_t n, live, cap;      /* entries: used, not removed, room */
    uint32_t size;              /* of hash: a power of two, above 4/3 cap */
} dictionary;

enum { FIRST = 8 };

static dictionary *dictionary_of(const esp_object *o)
{
    return o->extra;
}

/* ---- dictionaries ------------------------------------------------------ */

/* Where in the hash table the key is, or would be. */
static uint32_t *find_number(const dictionary *d, esp_key key)
{
    uint32_t i = esp_hash_pointer(key) & (d->size - 1);

    /* Removed entries have lost their key but not their place. */
    while (d->hash[i] && d->entries[d->hash[i] - 1].key != key)
        i = (i + 1) & (d->size - 1);
    return &d->hash[i];
}

static entry *find_entry(const dictionary *d, esp_key key)
{
    uint32_t number = *find_number(d, key);

    return number ? &d->entries[number - 1] : NULL;
}

static dictionary *new_dictionary(esp_context *c, uint32_t cap)
{
    dictionary *d = esp_alloc(c, sizeof *d);

    if (!d)
        return NULL;
    d->cap = cap;
    d->size = 2 * cap;
    d->entries = esp_alloc(c, cap * sizeof *d->entries);
    d->hash = d->entries ? esp_alloc_flat(c, d->size * sizeof *d->hash)
                         : NULL;
    if (!d->hash)
        return NULL;
    memset(d->hash, 0, d->size * sizeof *d->hash);
    return d;
}

static void append(dictionary *d, esp_key key, esp_value v, uint64_t flags)
{
    *find_number(d, key) = d->n + 1;
    d->entries[d->n++] = (entry){ key, v, flags };
    d->live++;
}

/* The same without removed entries, with room for one more. */
static dictionary *rebuild(esp_context *c, const dictionary *old)
{
    uint32_t cap = FIRST;
    dictionary *d;

    while (cap <= old->live)
        cap *= 2;
    d = new_dictionary(c, cap);
    for (uint32_t i = 0; d && i < old->n; i++)
        if (old->entries[i].key)
            append(d, old->entries[i].key, old->entries[i].value,
                   old->entries[i].flags);
    return d;
}

static bool dictionary_put(esp_context *c, esp_object *o, esp_key key,
                           esp_value v, const uint32_t *flags)
{
    dictionary *d = dictionary_of(o);
    entry *e = find_entry(d, key);

    if (e) {
        e->value = v;
        if (flags)
            e->flags = *flags;
        return true;
    }
    if (d->n == d->cap) {
        d = rebuild(c, d);
        if (!d)
            return false;
        o->extra = d;
    }
    append(d, key, v, flags ? *flags : 0);
    return true;
}

/* An object that shapes do not fit any longer. */
static bool become_dictionary(esp_context *c, esp_object *o)
{
    esp_shape *shape = o->shape, *to = shape_dictionary(shape);
    uint32_t cap = FIRST;
    dictionary *d;

    while (cap <= shape->nproperties)
        cap *= 2;
    d = to ? new_dictionary(c, cap) : NULL;
    if (!d)
        return false;
    for (uint32_t i = 0; i < shape->nproperties; i++) {
        const esp_property *p = esp_shape_nth(shape, i);

        append(d, p->key, esp_location_get(o, &p->at), p->flags);
    }
    memset((char *)o + shape->kind->slots, 0, shape->kind->room);
    o->shape = to;
    o->extra = d;
    c->engine->stats.dictionaries++;
    return true;
}

/* ---- by shape ---------------------------------------------------------- */

bool esp_object_grow(esp_context *context, esp_object *o,
                     const esp_shape *after)
{
    void *extra = esp_alloc(context, after->extra_size);

    if (!extra)
        return false;
    if (o->shape->extra_used)
        memcpy(extra, o->extra, o->shape->extra_used);
    o->extra = extra;
    return true;
}

void esp_constant_end(esp_constant *k)
{
    esp_assumption_invalidate(k->same, "another value");
    k->value = esp_nothing();       /* keeps nothing alive */
}

/* The object has the property, and the value fits its location. */
static void put_at(esp_object *o, const esp_property *p, esp_value v)
{
    if (!esp_constant_agrees(p->constant, v))
        esp_constant_end(p->constant);
    esp_location_set(o, &p->at, v);
}

/* The object gets another shape that has all its properties, and a new value
 * of one of them. */
static bool move_to(esp_context *c, esp_object *o, esp_shape *after,
                    const esp_property *p, esp_value v)
{
    if (after->extra_size != o->shape->extra_size &&
        !esp_object_grow(c, o, after))
        return false;
    esp_object_become(o, after);
    put_at(o, p, v);
    return true;
}

static bool fits(const esp_location *at, esp_value v)
{
    return !at->fixed || at->tag == v.tag;
}

/* The shape in which the object has this property at a location that v fits,
 * with these flags if they matter.  NULL: there is none. */
static esp_shape *shape_for(esp_shape *s, esp_key key, esp_value v,
                            const uint32_t *flags)
{
    const esp_property *p = esp_shape_find(s, key);

    if (!p)
        return shape_add(s, key, flags ? *flags : 0, v);
    if (!fits(&p->at, v)) {
        s = shape_widen(s, p);
        p = s ? &s->newest : NULL;
    }
    if (p && flags && p->flags != *flags)
        s = shape_set_flags(s, p, *flags);
    return s;
}

static bool put(esp_context *c, esp_object *o, esp_key key, esp_value v,
                const uint32_t *flags)
{
    esp_shape *after = o->shape->dictionary
        ? NULL : shape_for(o->shape, key, v, flags);

    if (after)
        return move_to(c, o, after, esp_shape_find(after, key), v);
    if (!o->shape->dictionary && !become_dictionary(c, o))
        return false;
    return dictionary_put(c, o, key, v, flags);
}

/* ---- anywhere ---------------------------------------------------------- */

esp_value esp_object_get(esp_object *o, esp_key key)
{
    const esp_property *p;
    const entry *e;

    if (o->shape->dictionary) {
        e = find_entry(dictionary_of(o), key);
        return e ? e->value : esp_nothing();
    }
    p = esp_shape_find(o->shape, key);
    return p ? esp_location_get(o, &p->at) : esp_nothing();
}

bool esp_object_put(esp_context *context, esp_object *o, esp_key key,
                    esp_value v)
{
    return put(context, o, key, v, NULL);
}

bool esp_object_define(esp_context *context, esp_object *o, esp_key key,
                       esp_value v, uint32_t flags)
{
    return put(context, o, key, v, &flags);
}

uint32_t esp_object_flags(esp_object *o, esp_key key)
{
    const esp_property *p;
    const entry *e;

    if (o->shape->dictionary) {
        e = find_entry(dictionary_of(o), key);
        return e ? (uint32_t)e->flags : 0;
    }
    p = esp_shape_find(o->shape, key);
    return p ? p->flags : 0;
}

bool esp_object_remove(esp_context *context, esp_object *o, esp_key key)
{
    dictionary *d;
    entry *e;

    if (!o->shape->dictionary) {
        if (!esp_shape_find(o->shape, key) || !become_dictionary(context, o))
            return false;
    }
    d = dictionary_of(o);
    e = find_entry(d, key);
    if (!e)
        return false;
    *e = (entry){ .value = esp_nothing() };
    d->live--;
    return true;
}

bool esp_object_set_dynamic(esp_context *context, esp_object *o,
                            void *dynamic)
{
    esp_shape *after;

    if (o->shape->dynamic == dynamic)
        return true;
    if (!o->shape->dictionary) {
        after = shape_set_dynamic(o->shape, dynamic);
        if (after) {
            o->shape = after;
            return true;
        }
        if (!become_dictionary(context, o))
            return false;
    }
    after = esp_shape_root(context, o->shape->kind, dynamic);
    after = after ? shape_dictionary(after) : NULL;
    if (after)
        o->shape = after;
    return after != NULL;
}

bool esp_object_next(esp_object *o, uint32_t *at, esp_key *key, esp_value *v)
{
    const esp_property *p;
    const dictionary *d;

    if (!o->shape->dictionary) {
        p = esp_shape_nth(o->shape, *at);
        if (!p)
            return false;
        ++*at;
        *key = p->key;
        *v = esp_location_get(o, &p->at);
        return true;
    }
    for (d = dictionary_of(o); *at < d->n;) {
        const entry *e = &d->entries[(*at)++];

        if (!e->key)
            continue;
        *key = e->key;
        *v = e->value;
        return true;
    }
    return false;
}

uint32_t esp_object_count(const esp_object *o)
{
    return o->shape->dictionary ? dictionary_of(o)->live
                                : o->shape->nproperties;
}

/* ---- misses ------------------------------------------------------------ */

/*
 * Megamorphic nodes look into a table of the context: from a shape and a key
 * to the property's description, or to the shape that a write leads to.  Both
 * live as long as the context.
 */
static esp_shared_cache *shared(esp_context *c)
{
    if (!c->own->properties)
        c->own->properties = esp_context_alloc(c, sizeof(esp_shared_cache));
    return c->own->properties;
}

static const esp_property *find_shared(esp_context *c, esp_shape *s,
                                       esp_key key)
{
    esp_shared_cache *table = shared(c);
    const esp_property *p = table ? esp_shared_find(table, s, key) : NULL;

    if (p)
        return p;
    p = esp_shape_find(s, key);
    if (p && table)
        esp_shared_put(table, s, key, (void *)p);
    return p;
}

/* Shapes are aligned, so the address plus one is a key of its own. */
static esp_shape *find_after(esp_context *c, esp_shape *s, esp_key key,
                             esp_value v)
{
    const void *origin = (const char *)s + 1;
    esp_shared_cache *table = shared(c);
    esp_shape *after = table ? esp_shared_find(table, origin, key) : NULL;

    if (after && fits(&after->newest.at, v))
        return after;
    after = shape_add(s, key, 0, v);
    if (after && table)
        esp_shared_put(table, origin, key, after);
    return after;
}

/* The node has met a dictionary. */
static void note_dictionary(esp_property_cache *c, esp_node *node)
{
    if (c->dictionaries)
        return;
    esp_node_changing(node);
    c->dictionaries = true;
    esp_node_changed(node, "first dictionary");
}

static esp_property_entry *new_entry(esp_context *c, const esp_shape *shape,
                                     esp_key key)
{
    esp_property_entry *e = esp_context_alloc(c, sizeof *e);

    if (e) {
        e->base.key = shape;
        e->key = key;
    }
    return e;
}

static void remember_get(esp_property_cache *c, esp_node *node,
                         esp_context *context, const esp_object *o,
                         esp_key key, const esp_property *p)
{
    esp_property_entry *e = new_entry(context, o->shape, key);

    if (!e)
        return;
    e->found = p != NULL;
    if (p) {
        e->at = p->at;
        e->constant = p->constant;
    }
    esp_icache_add(&c->cache, node, &e->base, ESP_ICACHE_LIMIT);
}

esp_value esp_property_get_miss(esp_node *node, esp_property_cache *c,
                                esp_context *context, esp_object *o,
                                esp_key key)
{
    const esp_property *p;

    if (o->shape->dictionary) {
        if (!esp_icache_megamorphic(&c->cache))
            note_dictionary(c, node);
        return esp_object_get(o, key);
    }
    if (esp_icache_megamorphic(&c->cache)) {
        p = find_shared(context, o->shape, key);
    } else {
        p = esp_shape_find(o->shape, key);
        remember_get(c, node, context, o, key, p);
    }
    return p ? esp_location_get(o, &p->at) : esp_nothing();
}

static void remember_put(esp_property_cache *c, esp_node *node,
                         esp_context *context, esp_shape *before,
                         esp_shape *after, esp_key key)
{
    const esp_property *p = esp_shape_find(after, key);
    esp_property_entry *e = new_entry(context, before, key);

    if (!e)
        return;
    e->found = true;
    e->at = p->at;
    e->constant = p->constant;
    if (after != before) {
        e->after = after;
        e->grows = after->extra_size != before->extra_size;
    }
    esp_icache_add(&c->cache, node, &e->base, ESP_ICACHE_LIMIT);
}

static bool put_shared(esp_context *c, esp_object *o, esp_key key,
                       esp_value v)
{
    const esp_property *p = find_shared(c, o->shape, key);
    esp_shape *after;

    if (p && fits(&p->at, v)) {
        put_at(o, p, v);
        return true;
    }
    if (p)
        return put(c, o, key, v, NULL);
    after = find_after(c, o->shape, key, v);
    return after ? move_to(c, o, after, &after->newest, v)
                 : put(c, o, key, v, NULL);
}

bool esp_property_put_miss(esp_node *node, esp_property_cache *c,
                           esp_context *context, esp_object *o, esp_key key,
                           esp_value v)
{
    esp_shape *before = o->shape;

    if (!before->dictionary && esp_icache_megamorphic(&c->cache))
        return put_shared(context, o, key, v);
    if (!put(context, o, key, v, NULL))
        return false;
    if (esp_icache_megamorphic(&c->cache))
        return true;
    if (o->shape->dictionary)
        note_dictionary(c, node);
    else
        remember_put(c, node, context, before, o->shape, key);
    return true;
}
