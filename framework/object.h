/*
 * object.h: objects with properties, laid out by a shape.
 *
 * In a node of the language:
 *
 *     typedef struct { esp_node base; ... esp_symbol *name;
 *                      esp_property_cache cache; } read_node;
 *
 *     esp_value v = esp_property_get(node, &self->cache, context, object,
 *                                    self->name);
 *     if (v.tag == ESP_NOTHING) return no_such_property(...);
 */
#ifndef ESP_OBJECT_H
#define ESP_OBJECT_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

struct esp_object {
    esp_shape *shape;
    void *extra;                /* further slots, or a dictionary's table */
};

/* An object without properties. */
ESP_INLINE void *esp_object_new(esp_context *context, esp_shape *root)
{
    esp_object *o = (esp_object *)esp_new(context, &root->kind->type);

    o->shape = root;
    return o;
}

/* ---- anywhere ---------------------------------------------------------- */

/* ESP_NOTHING: there is no such property. */
ESP_LEAF esp_value esp_object_get(esp_object *o, esp_key key);

/* Writes or adds.  False: no memory, an error was thrown. */
ESP_BOUNDARY bool esp_object_put(esp_context *context, esp_object *o,
                                 esp_key key, esp_value v);

/* Was it there?  The object is a dictionary afterwards. */
ESP_BOUNDARY bool esp_object_remove(esp_context *context, esp_object *o,
                                    esp_key key);

/* Writes or adds, and gives it flags.  esp_object_put leaves the flags as they
 * are, 0 for a new property. */
ESP_BOUNDARY bool esp_object_define(esp_context *context, esp_object *o,
                                    esp_key key, esp_value v, uint32_t flags);
/* 0 when there is no such property. */
ESP_BOUNDARY uint32_t esp_object_flags(esp_object *o, esp_key key);

/* Another dynamic type, the same properties.  False: no memory, an error was
 * thrown. */
ESP_BOUNDARY bool esp_object_set_dynamic(esp_context *context, esp_object *o,
                                         void *dynamic);

/* Properties in insertion order: *at is 0 at first.  False behind the last.
 * Adding or removing meanwhile may skip or repeat, but is safe. */
ESP_LEAF bool esp_object_next(esp_object *o, uint32_t *at, esp_key *key,
                              esp_value *v);
ESP_LEAF uint32_t esp_object_count(const esp_object *o);

/* ---- by location ------------------------------------------------------- */

ESP_INLINE esp_value esp_location_get(const esp_object *o,
                                      const esp_location *at)
{
    const char *base = at->extra ? (const char *)o->extra : (const char *)o;
    const esp_value *p = (const esp_value *)(base + at->offset);
    esp_value v;

    if (at->fixed)
        return (esp_value){ .as.i = p->as.i, .tag = at->tag };
    v = *p;
    esp_assume(!esp_is_abrupt(v));
    return v;
}

/* The tag fits the location. */
ESP_INLINE void esp_location_set(esp_object *o, const esp_location *at,
                                 esp_value v)
{
    char *base = at->extra ? (char *)o->extra : (char *)o;
    esp_value *p = (esp_value *)(base + at->offset);

    p->as = v.as;
    if (!at->fixed)
        p->tag = v.tag;
}

/* The object has got the property that `after` has, and its old shape has not,
 * or not there.  What the place that it leaves has in it is forgotten. */
ESP_INLINE void esp_object_become(esp_object *o, esp_shape *after)
{
    if (after->widened)
        esp_location_set(o, &after->left, (esp_value){ 0 });
    o->shape = after;
}

/* ---- properties that are constant -------------------------------------- */

ESP_INLINE bool esp_constant_valid(const esp_constant *k)
{
    return k && esp_assumption_valid(k->same);
}

/* Does the property stay constant with this value, if it is? */
ESP_INLINE bool esp_constant_agrees(const esp_constant *k, esp_value v)
{
    return !esp_constant_valid(k) ||
           (v.tag == k->value.tag && v.as.i == k->value.as.i);
}

/* Something else is about to be written. */
ESP_NATIVE void esp_constant_end(esp_constant *k);

/* ---- cached in nodes --------------------------------------------------- */

/* What a node knows of one shape and key (dynamic keys are fine).  The key of
 * the base is the shape. */
typedef struct esp_property_entry {
    esp_cached base;
    ESP_FINAL esp_key key;
    ESP_FINAL bool found;       /* reads: false, no such property */
    ESP_FINAL bool grows;       /* writes: `after` needs a larger extra part */
    ESP_FINAL esp_location at;
    ESP_FINAL esp_constant *constant;
    ESP_FINAL esp_shape *after; /* writes: the shape with the property, or NULL
                                 * if the object has it already */
} esp_property_entry;

typedef struct esp_property_cache {
    esp_icache cache;
    ESP_FINAL bool dictionaries;    /* the node has met some */
} esp_property_cache;

/* What is not in a node's cache: finds it, adds it. */
ESP_BOUNDARY esp_value esp_property_get_miss(esp_node *node,
                                             esp_property_cache *c,
                                             esp_context *context,
                                             esp_object *o, esp_key key);
ESP_BOUNDARY bool esp_property_put_miss(esp_node *node, esp_property_cache *c,
                                        esp_context *context, esp_object *o,
                                        esp_key key, esp_value v);
/* Gives the object an extra part as `after` needs it.  False: no memory, an
 * error was thrown. */
ESP_LEAF bool esp_object_grow(esp_context *context, esp_object *o,
                              const esp_shape *after);

/* Must a miss leave compiled code, because the cache will change? */
ESP_INLINE bool esp_property_cache_learns(const esp_property_cache *c,
                                          const esp_object *o)
{
    if (esp_icache_megamorphic(&c->cache))
        return false;
    return !c->dictionaries || !o->shape->dictionary;
}

/* The interpreter need not ask whether it is constant: it has to look, too. */
ESP_INLINE esp_value esp_property_read(const esp_property_entry *e,
                                       const esp_object *o)
{
    if (!e->found)
        return esp_nothing();
    if (!esp_in_interpreter() && esp_constant_valid(e->constant))
        return e->constant->value;
    return esp_location_get(o, &e->at);
}

/* ESP_NOTHING: there is no such property. */
ESP_INLINE esp_value esp_property_get(esp_node *node, esp_property_cache *c,
                                      esp_context *context, esp_object *o,
                                      esp_key key)
{
    ESP_FOR_CACHED(esp_property_entry, e, c->cache, o->shape) {
        if (e->key == key)
            return esp_property_read(e, o);
    }
    if (esp_property_cache_learns(c, o))
        esp_deopt_invalidate();
    return esp_property_get_miss(node, c, context, o, key);
}

/* Writes or adds a property.  False: an error was thrown. */
ESP_INLINE bool esp_property_put(esp_node *node, esp_property_cache *c,
                                 esp_context *context, esp_object *o,
                                 esp_key key, esp_value v)
{
    ESP_FOR_CACHED(esp_property_entry, e, c->cache, o->shape) {
        if (e->key != key || (e->at.fixed && e->at.tag != v.tag))
            continue;
        if (e->grows && !esp_object_grow(context, o, e->after))
            return false;
        if (ESP_UNLIKELY(!esp_constant_agrees(e->constant, v))) {
            esp_deopt_invalidate();
            esp_constant_end(e->constant);
        }
        esp_location_set(o, &e->at, v);
        if (e->after)
            esp_object_become(o, e->after);
        return true;
    }
    if (esp_property_cache_learns(c, o))
        esp_deopt_invalidate();
    return esp_property_put_miss(node, c, context, o, key, v);
}

#endif
