/*
 * array.h: arrays of values, stored as narrowly as their elements allow.
 *
 * Elements are numbered from 0 and stand side by side:
 *
 *   uniform   all have one tag, kept once: 8 bytes each.  Arrays of integers,
 *             of doubles, of objects: reading one needs no look at a tag.
 *   mixed     16 bytes each, and some may be holes.
 *
 * An array begins empty and takes the strategy of its first element; it
 * becomes mixed when something else is stored.  Its last element is never a
 * hole: removing that one makes the array shorter, by the holes in front of
 * it, too.
 *
 * An array is a part of an object of the language:
 *
 *     typedef struct list { esp_object base; esp_array elements; ... } list;
 *     static const esp_array_kind list_kind =
 *         { "list", UNIFORM_TAGS, FLAT_TAGS, { .tag = NIL } };
 *
 * and in a node, with a site for what it has met:
 *
 *     esp_value v = esp_array_get(node, &self->site, &list_kind,
 *                                 &l->elements, (uint64_t)index);
 *     if (v.tag == NIL) return no_such_element(...);
 *
 * In compiled code an access is a compare of the index with the length, one of
 * the tag, and a load or store; what the node has not met leaves the code.
 */
#ifndef ESP_ARRAY_H
#define ESP_ARRAY_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* A language's kind of arrays; a constant. */
typedef struct esp_array_kind {
    const char *name;
    ESP_FINAL uint64_t uniform; /* set of tags, below 64, that may be kept once;
                                 * not the hole's */
    ESP_FINAL uint64_t flat;    /* those of them without pointers */
    ESP_FINAL esp_value hole;   /* what is in holes, and outside: a tag that no
                                 * element has */
} esp_array_kind;

/* How elements are stored.  Code that the evaluator enters reaches them through
 * these types only (ESP_ELEMENT). */
typedef struct esp_narrow { ESP_ELEMENT int64_t bits; } esp_narrow;
typedef struct esp_wide { ESP_ELEMENT esp_value value; } esp_wide;

/* An array; all zero: an empty one. */
typedef struct esp_array {
    void *data;                 /* esp_narrow or esp_wide */
    uint32_t length;            /* elements, holes included */
    uint32_t capacity;          /* of data */
    uint32_t tag;               /* of all elements, or ESP_MIXED */
    uint32_t mark;              /* the language's; 0 at first */
} esp_array;

enum {
    ESP_MIXED = 0x3ffffffd,             /* no value has this tag */
    ESP_MOST_ELEMENTS = 1 << 30
};

/* What a node has met; all zero in a new one, and for class->forget. */
typedef struct esp_array_site {
    ESP_FINAL uint32_t seen;            /* of the set below */
    ESP_FINAL uint32_t tag;             /* if ESP_ARRAY_ONE */
} esp_array_site;

enum {
    ESP_ARRAY_ONE = 1,          /* uniform arrays, of one tag */
    ESP_ARRAY_UNIFORM = 2,      /* of several */
    ESP_ARRAY_MIXED = 4,
    ESP_ARRAY_OUTSIDE = 8,      /* get: no such element */
    ESP_ARRAY_APPENDS = 16,     /* set: the element behind the last */
    ESP_ARRAY_CHANGES = 32      /* set: anything else */
};

/* ---- anywhere ---------------------------------------------------------- */

/* An element whose index is below the length. */
ESP_INLINE esp_value esp_array_element(const esp_array *a, uint64_t i)
{
    esp_value v;

    if (a->tag != ESP_MIXED) {
        v = (esp_value){ .as.i = ((const esp_narrow *)a->data)[i].bits,
                         .tag = a->tag };
        esp_assume(v.tag < ESP_MIXED);
        return v;
    }
    v = ((const esp_wide *)a->data)[i].value;
    esp_assume(!esp_is_abrupt(v));
    return v;
}

/* Any: a hole if there is no such element. */
ESP_INLINE esp_value esp_array_at(const esp_array_kind *kind,
                                  const esp_array *a, uint64_t i)
{
    return i < a->length ? esp_array_element(a, i) : kind->hole;
}

/*
 * Is this element better kept here than in a table?  The next one is, and what
 * leaves less than about a third of the array in new holes; never what is
 * beyond ESP_MOST_ELEMENTS.  For languages that let any index be written:
 * esp_array_put makes room for every element, however far away.
 */
ESP_INLINE bool esp_array_takes(const esp_array *a, uint64_t i)
{
    return i <= (uint64_t)a->length + a->length / 2 + 8 &&
           i < ESP_MOST_ELEMENTS;
}

/* Writes an element, whatever that takes; what lies between the end and a new
 * element are holes.  Writing a hole removes.  False: no memory, an error was
 * thrown, and nothing has changed. */
ESP_NATIVE bool esp_array_put(esp_context *context, const esp_array_kind *kind,
                              esp_array *a, uint64_t i, esp_value v);

/* Room for so many elements like `v`, so that appending them does not copy:
 * only a hint for arrays that have other elements.  False: as above. */
ESP_NATIVE bool esp_array_reserve(esp_context *context,
                                  const esp_array_kind *kind, esp_array *a,
                                  uint64_t n, esp_value v);

/* No more than n elements. */
ESP_NATIVE void esp_array_truncate(const esp_array_kind *kind, esp_array *a,
                                   uint64_t n);

/* Puts an element in front of the i-th, where i is at most the length; or
 * takes the i-th out, where it is less.  Those behind it move. */
ESP_NATIVE bool esp_array_insert(esp_context *context,
                                 const esp_array_kind *kind, esp_array *a,
                                 uint64_t i, esp_value v);
ESP_NATIVE esp_value esp_array_remove(const esp_array_kind *kind, esp_array *a,
                                      uint64_t i);

/* The first element from number *i on that is no hole; its number is put
 * there.  False: there is none. */
ESP_NATIVE bool esp_array_next(const esp_array_kind *kind, const esp_array *a,
                               uint64_t *i, esp_value *v);

/* ---- at a site --------------------------------------------------------- */

/* What the site has not met: remembers it. */
ESP_NATIVE ESP_COLD
esp_value esp_array_get_miss(esp_node *node, esp_array_site *s,
                             const esp_array_kind *kind, const esp_array *a,
                             uint64_t i);
ESP_NATIVE ESP_COLD
bool esp_array_set_miss(esp_node *node, esp_array_site *s,
                        esp_context *context, const esp_array_kind *kind,
                        esp_array *a, uint64_t i, esp_value v);

/* A hole: there is no such element. */
ESP_INLINE esp_value esp_array_get(esp_node *node, esp_array_site *s,
                                   const esp_array_kind *kind,
                                   const esp_array *a, uint64_t i)
{
    if (ESP_LIKELY(i < a->length)) {
        if ((s->seen & ESP_ARRAY_ONE) && a->tag == s->tag)
            return (esp_value){ .as.i = ((const esp_narrow *)a->data)[i].bits,
                                .tag = s->tag };
        if ((s->seen & ESP_ARRAY_UNIFORM) && a->tag != ESP_MIXED)
            return esp_array_element(a, i);
        if ((s->seen & ESP_ARRAY_MIXED) && a->tag == ESP_MIXED)
            return esp_array_element(a, i);
    } else if (s->seen & ESP_ARRAY_OUTSIDE) {
        return kind->hole;
    }
    esp_deopt_invalidate();
    return esp_array_get_miss(node, s, kind, a, i);
}

/* The store itself, if the site has met such an array and value. */
ESP_INLINE bool esp_array_store(const esp_array_site *s,
                                const esp_array_kind *kind, esp_array *a,
                                uint64_t i, esp_value v)
{
    if ((s->seen & ESP_ARRAY_ONE) && a->tag == s->tag && v.tag == s->tag) {
        ((esp_narrow *)a->data)[i].bits = v.as.i;
        return true;
    }
    if ((s->seen & ESP_ARRAY_UNIFORM) && a->tag == v.tag) {
        ((esp_narrow *)a->data)[i].bits = v.as.i;
        return true;
    }
    if ((s->seen & ESP_ARRAY_MIXED) && a->tag == ESP_MIXED &&
        v.tag != kind->hole.tag) {
        ((esp_wide *)a->data)[i].value = v;
        return true;
    }
    return false;
}

/* Could the site do it without help, had it met it before? */
ESP_INLINE bool esp_array_simple(const esp_array_kind *kind,
                                 const esp_array *a, uint64_t i, esp_value v)
{
    return i <= a->length && i < a->capacity &&
           (a->tag == ESP_MIXED ? v.tag != kind->hole.tag : a->tag == v.tag);
}

/* As esp_array_put. */
ESP_INLINE bool esp_array_set(esp_node *node, esp_array_site *s,
                              esp_context *context,
                              const esp_array_kind *kind, esp_array *a,
                              uint64_t i, esp_value v)
{
    if (ESP_LIKELY(i < a->length)) {
        if (esp_array_store(s, kind, a, i, v))
            return true;
    } else if ((s->seen & ESP_ARRAY_APPENDS) && i == a->length &&
               i < a->capacity && esp_array_store(s, kind, a, i, v)) {
        a->length++;
        return true;
    }
    if (!(s->seen & ESP_ARRAY_CHANGES) || esp_array_simple(kind, a, i, v))
        esp_deopt_invalidate();
    return esp_array_set_miss(node, s, context, kind, a, i, v);
}

/* Has the site ever written behind the end?  A language that decides there
 * where a new element goes leaves compiled code first, if it has not:
 *     if (i >= a->length && !esp_array_grows(&self->site))
 *         esp_deopt_invalidate(); */
ESP_INLINE bool esp_array_grows(const esp_array_site *s)
{
    return s->seen & (ESP_ARRAY_APPENDS | ESP_ARRAY_CHANGES);
}

ESP_INLINE bool esp_array_append(esp_node *node, esp_array_site *s,
                                 esp_context *context,
                                 const esp_array_kind *kind, esp_array *a,
                                 esp_value v)
{
    return esp_array_set(node, s, context, kind, a, a->length, v);
}

/* Takes the last element off and returns it; a hole if the array is empty. */
ESP_INLINE esp_value esp_array_pop(esp_node *node, esp_array_site *s,
                                   const esp_array_kind *kind, esp_array *a)
{
    uint64_t last = (uint64_t)a->length - 1;
    esp_value v = esp_array_get(node, s, kind, a, last);

    if (v.tag == kind->hole.tag)
        return v;
    if (v.tag < 64 && (kind->flat >> v.tag & 1) && a->tag == v.tag)
        a->length = (uint32_t)last;
    else
        esp_array_truncate(kind, a, last);
    return v;
}

#endif
