/*
 * Arrays: changes of strategy, growth, and the slow side of array sites.
 *
 * Storage is never given back when an array shrinks: those that shrink mostly
 * grow again.  What held pointers is cleared, so that their objects can go.
 */
#include "framework/private.h"

#include <string.h>

enum { FIRST = 4, DOUBLING = 1024 };    /* elements */

static bool in_set(uint64_t set, uint64_t tag)
{
    return tag < 64 && (set >> tag & 1);
}

static bool is_flat(const esp_array_kind *kind, const esp_array *a)
{
    return in_set(kind->flat, a->tag);
}

static bool is_hole(const esp_array_kind *kind, esp_value v)
{
    return v.tag == kind->hole.tag;
}

static size_t width(uint32_t tag)
{
    return tag == ESP_MIXED ? sizeof(esp_value) : sizeof(int64_t);
}

static char *at(const esp_array *a, uint64_t i)
{
    return (char *)a->data + i * width(a->tag);
}

static void store(esp_array *a, uint64_t i, esp_value v)
{
    if (a->tag == ESP_MIXED)
        ((esp_wide *)a->data)[i].value = v;
    else
        ((esp_narrow *)a->data)[i].bits = v.as.i;
}

/* ---- storage ----------------------------------------------------------- */

/* Twice as many; large arrays grow by half, so that less is wasted. */
static uint64_t larger(const esp_array *a, uint64_t wanted)
{
    uint64_t n = a->capacity;

    n = n < FIRST ? FIRST : n < DOUBLING ? 2 * n : n + n / 2;
    return n < wanted ? wanted : n;
}

/* Old storage to which a stale word of the stack points keeps no elements. */
static void forget(const esp_array_kind *kind, const esp_array *old)
{
    if (old->data && !is_flat(kind, old))
        memset(old->data, 0, old->capacity * width(old->tag));
}

/* Elements with this tag, in storage of their own: those that are there, and
 * room.  Too many are more than the host's memory, too. */
static bool move(esp_context *c, const esp_array_kind *kind, esp_array *a,
                 uint64_t capacity, uint32_t tag)
{
    esp_array to = { NULL, a->length, (uint32_t)capacity, tag, a->mark };
    size_t size = capacity > ESP_MOST_ELEMENTS ? SIZE_MAX
                                               : capacity * width(tag);

    to.data = is_flat(kind, &to) ? esp_alloc_flat(c, size)
                                 : esp_alloc(c, size);
    if (!to.data)
        return false;
    if (tag == a->tag && a->length)
        memcpy(to.data, a->data, a->length * width(tag));
    else
        for (uint64_t i = 0; i < a->length; i++)
            store(&to, i, esp_array_element(a, i));
    forget(kind, a);
    *a = to;
    return true;
}

/* The strategy for the first element of an array that has none.  Storage
 * stays if it is of the right kind. */
static void begin(const esp_array_kind *kind, esp_array *a, uint64_t i,
                  esp_value v)
{
    bool uniform = i == 0 && in_set(kind->uniform, v.tag);
    esp_array to = { NULL, 0, 0, uniform ? (uint32_t)v.tag : ESP_MIXED,
                     a->mark };

    if (width(to.tag) == width(a->tag) &&
        is_flat(kind, &to) == is_flat(kind, a)) {
        to.data = a->data;
        to.capacity = a->capacity;
    }
    *a = to;
}

/* What is behind the end holds on to nothing. */
static void shorten(const esp_array_kind *kind, esp_array *a, uint64_t n)
{
    uint64_t old = a->length;

    while (n && is_hole(kind, esp_array_element(a, n - 1)))
        n--;
    a->length = (uint32_t)n;
    if (!is_flat(kind, a))
        memset(at(a, n), 0, (old - n) * width(a->tag));
}

/* ---- writing ----------------------------------------------------------- */

static bool put_hole(esp_context *c, const esp_array_kind *kind, esp_array *a,
                     uint64_t i)
{
    if (i >= a->length)
        return true;
    if (i == a->length - 1u) {
        shorten(kind, a, i);
        return true;
    }
    if (a->tag != ESP_MIXED && !move(c, kind, a, a->capacity, ESP_MIXED))
        return false;
    store(a, i, kind->hole);
    return true;
}

bool esp_array_put(esp_context *context, const esp_array_kind *kind,
                   esp_array *a, uint64_t i, esp_value v)
{
    uint64_t capacity;
    uint32_t tag;

    if (is_hole(kind, v))
        return put_hole(context, kind, a, i);
    if (!a->length)
        begin(kind, a, i, v);
    capacity = i < a->capacity ? a->capacity : larger(a, i + 1);
    tag = a->tag == v.tag && i <= a->length ? a->tag : ESP_MIXED;
    if ((capacity != a->capacity || tag != a->tag) &&
        !move(context, kind, a, capacity, tag))
        return false;
    for (; a->length < i; a->length++)
        store(a, a->length, kind->hole);
    store(a, i, v);
    if (i == a->length)
        a->length++;
    return true;
}

bool esp_array_reserve(esp_context *context, const esp_array_kind *kind,
                       esp_array *a, uint64_t n, esp_value v)
{
    if (!a->length)
        begin(kind, a, 0, v);
    return n <= a->capacity || move(context, kind, a, n, a->tag);
}

void esp_array_truncate(const esp_array_kind *kind, esp_array *a, uint64_t n)
{
    if (n < a->length)
        shorten(kind, a, n);
}

bool esp_array_insert(esp_context *context, const esp_array_kind *kind,
                      esp_array *a, uint64_t i, esp_value v)
{
    uint64_t n = a->length;

    if (i == n)
        return esp_array_put(context, kind, a, i, v);
    /* The last one moves by itself: it may need room. */
    if ((a->tag != ESP_MIXED && a->tag != v.tag &&
         !move(context, kind, a, a->capacity, ESP_MIXED)) ||
        !esp_array_put(context, kind, a, n, esp_array_element(a, n - 1)))
        return false;
    memmove(at(a, i + 1), at(a, i), (n - 1 - i) * width(a->tag));
    store(a, i, v);
    return true;
}

esp_value esp_array_remove(const esp_array_kind *kind, esp_array *a,
                           uint64_t i)
{
    esp_value v = esp_array_element(a, i);

    memmove(at(a, i), at(a, i + 1), (a->length - 1 - i) * width(a->tag));
    shorten(kind, a, a->length - 1u);
    return v;
}

bool esp_array_next(const esp_array_kind *kind, const esp_array *a,
                    uint64_t *i, esp_value *v)
{
    for (; *i < a->length; ++*i) {
        *v = esp_array_element(a, *i);
        if (!is_hole(kind, *v))
            return true;
    }
    return false;
}

/* ---- sites ------------------------------------------------------------- */

/* How such an array is met: the bit for its strategy. */
static uint32_t met(const esp_array_site *s, uint32_t tag)
{
    bool first = !(s->seen & (ESP_ARRAY_ONE | ESP_ARRAY_UNIFORM));

    if (tag == ESP_MIXED)
        return ESP_ARRAY_MIXED;
    return first || (s->tag == tag && !(s->seen & ESP_ARRAY_UNIFORM))
               ? ESP_ARRAY_ONE : ESP_ARRAY_UNIFORM;
}

/* `tag`: of the array, if `bits` has ESP_ARRAY_ONE. */
static void remember(esp_node *node, esp_array_site *s, uint32_t bits,
                     uint32_t tag)
{
    const esp_target *t;

    if ((s->seen & bits) == bits)
        return;
    t = esp_node_target(node);
    esp_node_changing(node);
    if (bits & ~s->seen & ESP_ARRAY_ONE)
        s->tag = tag;
    s->seen |= bits;
    if (t && t->context->engine->options.generic)
        s->seen = (uint32_t)-1;
    if (s->seen & ESP_ARRAY_UNIFORM)
        s->seen &= ~(uint32_t)ESP_ARRAY_ONE;
    esp_node_changed(node, "another kind of array access");
}

esp_value esp_array_get_miss(esp_node *node, esp_array_site *s,
                             const esp_array_kind *kind, const esp_array *a,
                             uint64_t i)
{
    remember(node, s, i < a->length ? met(s, a->tag) : ESP_ARRAY_OUTSIDE,
             a->tag);
    return esp_array_at(kind, a, i);
}

bool esp_array_set_miss(esp_node *node, esp_array_site *s,
                        esp_context *context, const esp_array_kind *kind,
                        esp_array *a, uint64_t i, esp_value v)
{
    uint32_t bits = ESP_ARRAY_CHANGES;

    if (esp_array_simple(kind, a, i, v)) {
        bits = met(s, a->tag);
        if (i == a->length)
            bits |= ESP_ARRAY_APPENDS;
    }
    remember(node, s, bits, a->tag);
    return esp_array_put(context, kind, a, i, v);
}
