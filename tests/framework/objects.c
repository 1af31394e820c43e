/*
 * Shapes, objects, property caches.
 */
#include "tests/framework/mini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(random_state >> 8) * n >> 24);
}

static esp_symbol *name(esp_context *c, uint32_t i)
{
    char text[16];

    snprintf(text, sizeof text, "p%u", i);
    return esp_intern_string(c, text);
}

static esp_object *new_object(esp_context *c)
{
    return esp_object_new(c, ((mini *)c->language)->root);
}

/* ---- shapes ------------------------------------------------------------ */

static void shapes_are_shared(void)
{
    esp_context *c = mini_start(NULL);
    esp_object *a = new_object(c), *b = new_object(c);
    esp_shape *empty = a->shape;

    CHECK(empty == b->shape && empty->nproperties == 0);
    for (uint32_t i = 0; i < 20; i++) {
        CHECK(esp_object_put(c, a, name(c, i), mini_int(i)));
        CHECK(a->shape != b->shape);
        CHECK(esp_object_put(c, b, name(c, i), mini_int(100 + i)));
        CHECK(a->shape == b->shape);
    }
    for (uint32_t i = 0; i < 20; i++) {
        const esp_property *p = esp_shape_nth(a->shape, i);

        CHECK(p && p->key == name(c, i) && p->index == i);
        CHECK(p == esp_shape_find(a->shape, name(c, i)));
        CHECK(p->at.extra == (i >= 4));
        CHECK_INT(esp_object_get(a, name(c, i)), i);
        CHECK_INT(esp_object_get(b, name(c, i)), 100 + i);
    }
    CHECK(esp_shape_nth(a->shape, 20) == NULL);
    CHECK(esp_shape_find(a->shape, name(c, 20)) == NULL);
    CHECK(esp_object_get(a, name(c, 20)).tag == ESP_NOTHING);

    /* Another order, another shape. */
    b = new_object(c);
    esp_object_put(c, b, name(c, 1), mini_int(1));
    esp_object_put(c, b, name(c, 0), mini_int(0));
    CHECK(b->shape->nproperties == 2);
    CHECK(esp_shape_nth(b->shape, 0)->key == name(c, 1));
    CHECK(empty == esp_shape_root(c, &mini_kind, NULL));
    mini_close(c);
}

static esp_value function(void *p)
{
    return (esp_value){ .as.p = p, .tag = MINI_FUNCTION };
}

/* A property is constant until an object has something else there. */
static void constants(void)
{
    esp_context *c = mini_start(NULL);
    esp_symbol *m = name(c, 0), *n = name(c, 1), *x = name(c, 2);
    esp_object *a = new_object(c), *b = new_object(c);
    const esp_property *p, *q;

    esp_object_put(c, a, m, function(c));
    esp_object_put(c, a, n, function(c));
    esp_object_put(c, a, x, mini_int(1));
    p = esp_shape_find(a->shape, m);
    q = esp_shape_find(a->shape, n);
    CHECK(esp_constant_valid(p->constant) && esp_constant_valid(q->constant));
    CHECK(p->constant->value.as.p == c);
    CHECK(!esp_shape_find(a->shape, x)->constant);

    /* The same again, and what shapes do with it. */
    esp_object_put(c, b, m, function(c));
    esp_object_put(c, b, n, function(c));
    esp_object_define(c, b, m, function(c), 7);
    CHECK(esp_shape_find(b->shape, m) != p);
    CHECK(esp_shape_find(b->shape, m)->constant == p->constant);
    CHECK(esp_constant_valid(p->constant));

    esp_object_put(c, b, m, function(a));
    CHECK(!esp_constant_valid(p->constant));
    CHECK(p->constant->value.tag == ESP_NOTHING);
    CHECK(esp_constant_valid(q->constant));
    CHECK(esp_object_get(a, m).as.p == c && esp_object_get(b, m).as.p == a);
    esp_object_put(c, a, m, function(c));
    CHECK(!esp_constant_valid(p->constant));

    /* A new object in the same way, but with another value. */
    b = new_object(c);
    esp_object_put(c, b, m, function(c));
    CHECK(esp_constant_valid(q->constant));
    esp_object_put(c, b, n, mini_int(3));
    CHECK(!esp_constant_valid(q->constant));
    mini_close(c);
}

static void flags(void)
{
    esp_context *c = mini_start(NULL);
    esp_object *o = new_object(c);

    esp_object_put(c, o, name(c, 0), mini_int(1));
    CHECK(esp_object_flags(o, name(c, 0)) == 0);
    esp_object_define(c, o, name(c, 1), mini_int(2), 5);
    CHECK(esp_object_flags(o, name(c, 1)) == 5);
    esp_object_put(c, o, name(c, 1), mini_int(3));
    CHECK(esp_object_flags(o, name(c, 1)) == 5);
    esp_object_define(c, o, name(c, 0), mini_int(4), 6);
    CHECK(esp_object_flags(o, name(c, 0)) == 6);
    CHECK_INT(esp_object_get(o, name(c, 0)), 4);
    CHECK_INT(esp_object_get(o, name(c, 1)), 3);
    CHECK(esp_object_count(o) == 2);
    CHECK(esp_shape_nth(o->shape, 0)->key == name(c, 0));
    CHECK(!o->shape->dictionary);

    /* Changing flags for ever ends in a dictionary. */
    for (uint32_t i = 0; i < 1000; i++)
        esp_object_define(c, o, name(c, i % 2), mini_int(i), i);
    CHECK(o->shape->dictionary && esp_object_count(o) == 2);
    CHECK(esp_object_flags(o, name(c, 0)) == 998);
    CHECK_INT(esp_object_get(o, name(c, 1)), 999);
    CHECK(esp_object_flags(o, name(c, 7)) == 0);
    mini_close(c);
}

static void dynamic_types(void)
{
    esp_context *c = mini_start(NULL);
    static int meta1, meta2;
    esp_object *a = new_object(c), *b = new_object(c);

    CHECK(esp_object_set_dynamic(c, a, &meta1));
    CHECK(a->shape == esp_shape_root(c, &mini_kind, &meta1));
    CHECK(a->shape != b->shape && a->shape->dynamic == &meta1);
    for (uint32_t i = 0; i < 10; i++) {
        esp_object_put(c, a, name(c, i), mini_int(i));
        esp_object_put(c, b, name(c, i), mini_int(i));
    }
    CHECK(a->shape->dynamic == &meta1 && b->shape->dynamic == NULL);
    CHECK(esp_object_set_dynamic(c, b, &meta1));
    CHECK(b->shape->dynamic == &meta1 && b->shape->nproperties == 10);
    CHECK_INT(esp_object_get(b, name(c, 9)), 9);
    CHECK(esp_object_set_dynamic(c, b, &meta2));
    CHECK(b->shape->dynamic == &meta2);
    CHECK_INT(esp_object_get(b, name(c, 3)), 3);

    CHECK(esp_object_remove(c, b, name(c, 3)));
    CHECK(b->shape->dictionary && b->shape->dynamic == &meta2);
    CHECK(esp_object_set_dynamic(c, b, &meta1));
    CHECK(b->shape->dictionary && b->shape->dynamic == &meta1);
    CHECK(esp_object_count(b) == 9);
    for (int i = 0; i < 1000; i++)
        CHECK(esp_object_set_dynamic(c, a, i % 2 ? &meta1 : &meta2));
    CHECK(esp_object_count(a) == 10 && a->shape->dynamic == &meta1);
    CHECK_INT(esp_object_get(a, name(c, 9)), 9);
    mini_close(c);
}

static const esp_kind fixed_kind = ESP_KIND_FIXED(
    "fixed", struct mini_object, slots,
    1 << MINI_INT | 1 << MINI_DOUBLE);

static void fixed_locations(void)
{
    esp_context *c = mini_start(NULL);
    esp_shape *root = esp_shape_root(c, &fixed_kind, NULL);
    esp_object *o = esp_object_new(c, root), *p, *q;
    esp_value d = { .as.d = 0.5, .tag = MINI_DOUBLE };
    const esp_property *x;

    for (uint32_t i = 0; i < 8; i++)
        esp_object_put(c, o, name(c, i), mini_int(i));
    /* Eight payloads in the room of four values. */
    CHECK(o->shape->extra_used == 0);
    for (uint32_t i = 0; i < 8; i++) {
        CHECK_INT(esp_object_get(o, name(c, i)), i);
        CHECK(esp_shape_nth(o->shape, i)->at.fixed);
    }
    /* Another tag moves one property only, and keeps the order. */
    esp_object_put(c, o, name(c, 3), mini_null());
    CHECK(esp_object_get(o, name(c, 3)).tag == MINI_NULL);
    x = esp_shape_find(o->shape, name(c, 3));
    CHECK(!x->at.fixed && x->at.extra && x->index == 3);
    CHECK(esp_shape_nth(o->shape, 3) == x && o->shape->nproperties == 8);
    for (uint32_t i = 0; i < 8; i++)
        if (i != 3)
            CHECK_INT(esp_object_get(o, name(c, i)), i);
    esp_object_put(c, o, name(c, 3), d);
    CHECK(esp_object_get(o, name(c, 3)).as.d == 0.5);

    /* Later objects have it wide from the start. */
    p = esp_object_new(c, root);
    for (uint32_t i = 0; i < 4; i++)
        esp_object_put(c, p, name(c, i), mini_int(i));
    CHECK(!esp_shape_find(p->shape, name(c, 3))->at.fixed);
    CHECK(esp_shape_find(p->shape, name(c, 2))->at.fixed);

    /* Two tags for the first value: wide for the second and all further. */
    p = esp_object_new(c, root);
    q = esp_object_new(c, root);
    esp_object_put(c, p, name(c, 50), mini_int(1));
    esp_object_put(c, q, name(c, 50), d);
    CHECK(esp_shape_find(p->shape, name(c, 50))->at.fixed);
    CHECK(!esp_shape_find(q->shape, name(c, 50))->at.fixed);
    p = esp_object_new(c, root);
    esp_object_put(c, p, name(c, 50), mini_int(1));
    CHECK(p->shape == q->shape);
    mini_close(c);
}

/* ---- bounds ------------------------------------------------------------ */

static void dictionaries(void)
{
    esp_context *c = mini_start(NULL);
    esp_object *o = new_object(c);
    esp_stats *stats = esp_engine_stats(c->engine);

    for (uint32_t i = 0; i < 2000; i++)
        CHECK(esp_object_put(c, o, name(c, i), mini_int(i)));
    CHECK(o->shape->dictionary && esp_object_count(o) == 2000);
    CHECK(stats->dictionaries == 1);
    for (uint32_t i = 0; i < 2000; i += 2)
        CHECK(esp_object_remove(c, o, name(c, i)));
    CHECK(!esp_object_remove(c, o, name(c, 0)));
    CHECK(esp_object_count(o) == 1000);
    for (uint32_t i = 0; i < 2000; i++)
        CHECK(i % 2 ? esp_object_get(o, name(c, i)).as.i == i
                    : esp_object_get(o, name(c, i)).tag == ESP_NOTHING);
    CHECK(!esp_object_remove(c, new_object(c), name(c, 0)));
    CHECK(stats->dictionaries == 1);

    /* A new key each time, the old one removed: no growth without end. */
    o = new_object(c);
    for (uint32_t i = 0; i < 3000; i++) {
        esp_object_put(c, o, name(c, i), mini_int(i));
        if (i)
            esp_object_remove(c, o, name(c, i - 1));
    }
    CHECK(esp_object_count(o) == 1);
    mini_close(c);
}

static void transitions_are_bounded(void)
{
    esp_context *c = mini_start(NULL);
    esp_stats *stats = esp_engine_stats(c->engine);
    uint64_t before = stats->shapes;

    for (uint32_t i = 0; i < 1000; i++) {
        esp_object *o = new_object(c);

        CHECK(esp_object_put(c, o, name(c, i), mini_int(i)));
        CHECK_INT(esp_object_get(o, name(c, i)), i);
        CHECK(o->shape->dictionary == (i >= ESP_MAX_TRANSITIONS));
    }
    CHECK(stats->shapes - before == ESP_MAX_TRANSITIONS + 1);
    /* Objects with three properties in any order: 160 * 159 * 158 ways. */
    for (uint32_t i = 0; i < 100000; i++) {
        esp_object *o = new_object(c);

        for (int k = 0; k < 3; k++)
            esp_object_put(c, o, name(c, random_below(160)), mini_int(k));
    }
    CHECK(stats->shapes - before <= ESP_MAX_SHAPES + 1);
    mini_close(c);
}

/* ---- against a model --------------------------------------------------- */

enum { KEYS = 40 };

struct model {
    uint32_t n;
    struct { uint32_t key; int64_t value; uint64_t tag; } at[KEYS];
};

static int model_find(const struct model *m, uint32_t key)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (m->at[i].key == key)
            return (int)i;
    return -1;
}

static void model_put(struct model *m, uint32_t key, esp_value v)
{
    int i = model_find(m, key);

    if (i < 0)
        i = (int)m->n++;
    m->at[i].key = key;
    m->at[i].value = v.as.i;
    m->at[i].tag = v.tag;
}

static void model_remove(struct model *m, uint32_t key)
{
    int i = model_find(m, key);

    if (i < 0)
        return;
    memmove(&m->at[i], &m->at[i + 1],
            (m->n - (uint32_t)i - 1) * sizeof m->at[0]);
    m->n--;
}

static bool agrees(esp_context *c, esp_object *o, const struct model *m)
{
    uint32_t at = 0, n = 0;
    esp_key key;
    esp_value v;

    while (esp_object_next(o, &at, &key, &v)) {
        if (n >= m->n || key != name(c, m->at[n].key) ||
            v.tag != m->at[n].tag || v.as.i != m->at[n].value)
            return false;
        n++;
    }
    return n == m->n && n == esp_object_count(o);
}

static esp_value random_value(void)
{
    static const uint64_t tags[] = { MINI_INT, MINI_INT, MINI_INT, MINI_DOUBLE,
                                     MINI_NULL };

    return (esp_value){ .as.i = random_below(1000000),
                        .tag = tags[random_below(5)] };
}

/* Many objects of a kind, driven at random: by the plain functions, and
 * through the caches of a few nodes. */
static void against_model(const esp_kind *kind, uint32_t seed)
{
    enum { OBJECTS = 12, NODES = 6, STEPS = 4000 };
    esp_context *c = mini_start(NULL);
    esp_object *o[OBJECTS];
    struct model m[OBJECTS] = { { 0 } };
    esp_property_cache get[NODES] = { { { 0 }, 0 } };
    esp_property_cache put[NODES] = { { { 0 }, 0 } };
    static int metas[3];
    esp_node *node;
    bool ok = true;

    random_state = seed;
    mini_define(c, "(def f () 1)");
    node = mini_find(c, "f")->target->body;
    c->frame = NULL;
    for (int i = 0; i < OBJECTS; i++)
        o[i] = esp_object_new(c, esp_shape_root(c, kind, NULL));
    for (int step = 0; step < STEPS && ok; step++) {
        uint32_t i = random_below(OBJECTS);
        uint32_t key = random_below(i < 4 ? 6 : KEYS);
        uint32_t n = random_below(NODES);
        esp_value v = random_value(), got;
        int there = model_find(&m[i], key);

        switch (random_below(24)) {
        case 0:
            esp_object_put(c, o[i], name(c, key), v);
            model_put(&m[i], key, v);
            break;
        case 1:
            esp_object_define(c, o[i], name(c, key), v, random_below(3));
            model_put(&m[i], key, v);
            break;
        case 2:
            if (i % 3)
                break;
            ok = ok && esp_object_remove(c, o[i], name(c, key)) ==
                       (there >= 0);
            model_remove(&m[i], key);
            break;
        case 3:
            esp_object_set_dynamic(c, o[i], &metas[random_below(3)]);
            break;
        case 4:
            if (random_below(10))
                break;
            o[i] = esp_object_new(c, esp_shape_root(c, kind, NULL));
            m[i].n = 0;
            break;
        case 5: case 6: case 7: case 8: case 9: case 10: case 11:
            ok = ok && esp_property_put(node, &put[n], c, o[i],
                                        name(c, key), v);
            model_put(&m[i], key, v);
            break;
        default:
            got = esp_property_get(node, &get[n], c, o[i], name(c, key));
            ok = ok && (there < 0 ? got.tag == ESP_NOTHING
                                  : got.tag == m[i].at[there].tag &&
                                    got.as.i == m[i].at[there].value);
        }
        ok = ok && agrees(c, o[i], &m[i]);
    }
    CHECK(ok);
    CHECK(esp_icache_megamorphic(&get[0].cache));
    CHECK(esp_icache_megamorphic(&put[0].cache));
    mini_close(c);
}

/* ---- caches in nodes --------------------------------------------------- */

static void caches(void)
{
    esp_context *c = mini_start(NULL);
    esp_stats *stats = esp_engine_stats(c->engine);
    uint32_t n = 0;

    mini_define(c,
        "(def make (i) (set o (new))"
        "    (if (< i 1) (put o a 0) null) (if (< i 2) (put o b 0) null)"
        "    (if (< i 3) (put o c 0) null) (if (< i 4) (put o d 0) null)"
        "    (if (< i 5) (put o e 0) null) (if (< i 6) (put o f 0) null)"
        "    (if (< i 7) (put o g 0) null) (if (< i 8) (put o h 0) null)"
        "    (if (< i 9) (put o i 0) null) (put o x (+ i 1000)) o)"
        "(def read (i) (get (make i) x))"
        "(def none (i) (get (make i) y))"
        "(def dyn (i) (set o (make i)) (atput o (quote q) 1)"
        "    (+ (at o (quote q)) (at o (quote x))))");
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 8; i++)
            CHECK_INT(mini_run1(c, "read", i), 1000 + i);
    CHECK(stats->megamorphic == 0);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 10; i++)
            CHECK_INT(mini_run1(c, "read", i), 1000 + i);
    /* The read, and the writes of i and x. */
    CHECK(stats->megamorphic == 3);
    for (int i = 0; i < 10; i++)
        n += mini_run1(c, "none", i).tag == MINI_NULL;
    CHECK(n == 10);
    CHECK(stats->megamorphic == 4);
    for (int i = 0; i < 10; i++)
        CHECK_INT(mini_run1(c, "dyn", i), 1001 + i);
    mini_close(c);
}

/* A node that has met a dictionary does not add an entry for it. */
static void dictionaries_in_caches(void)
{
    esp_context *c = mini_start(NULL);
    esp_object *o = new_object(c), *p = new_object(c);
    esp_property_cache get = { { 0 }, 0 }, put = { { 0 }, 0 };
    esp_node *node;

    mini_define(c, "(def f () 1)");
    node = mini_find(c, "f")->target->body;
    esp_object_put(c, o, name(c, 0), mini_int(1));
    esp_object_put(c, o, name(c, 1), mini_int(1));
    esp_object_remove(c, o, name(c, 1));
    for (int i = 0; i < 10; i++) {
        CHECK(esp_property_put(node, &put, c, o, name(c, 0), mini_int(i)));
        CHECK_INT(esp_property_get(node, &get, c, o, name(c, 0)), i);
    }
    CHECK(get.dictionaries && get.cache.n == 0);
    CHECK(put.dictionaries && put.cache.n == 0);
    CHECK(!esp_property_cache_learns(&get, o));
    CHECK(esp_property_cache_learns(&get, p));
    CHECK(esp_property_get(node, &get, c, p, name(c, 0)).tag == ESP_NOTHING);
    CHECK(get.cache.n == 1);
    mini_close(c);
}

int main(void)
{
    shapes_are_shared();
    constants();
    flags();
    dynamic_types();
    fixed_locations();
    dictionaries();
    transitions_are_bounded();
    for (uint32_t seed = 1; seed <= 10; seed++) {
        against_model(&mini_kind, seed);
        against_model(&fixed_kind, seed + 100);
    }
    caches();
    dictionaries_in_caches();
    return mini_finish();
}
