/*
 * Arrays against a plain list of values: every operation, in every strategy.
 */
#include "tests/framework/mini.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 400 };

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(random_state >> 8) * n >> 24);
}

/* What the array should hold. */
typedef struct list {
    esp_value at[2 * MOST];
    uint32_t n;
} list;

static bool same(esp_value a, esp_value b)
{
    return a.tag == b.tag && (a.tag == MINI_NULL || a.as.i == b.as.i);
}

static void trim(list *l)
{
    while (l->n && l->at[l->n - 1].tag == MINI_NULL)
        l->n--;
}

static void list_put(list *l, uint32_t i, esp_value v)
{
    for (; l->n <= i; l->n++)
        l->at[l->n] = mini_null();
    l->at[i] = v;
    trim(l);
}

static void list_insert(list *l, uint32_t i, esp_value v)
{
    memmove(&l->at[i + 1], &l->at[i], (l->n - i) * sizeof v);
    l->at[i] = v;
    l->n++;
    trim(l);
}

static void list_remove(list *l, uint32_t i)
{
    l->n--;
    memmove(&l->at[i], &l->at[i + 1], (l->n - i) * sizeof *l->at);
    trim(l);
}

static bool equal(const esp_array *a, const list *l)
{
    uint64_t next = 0;
    esp_value v;

    if (a->length != l->n || a->capacity < a->length)
        return false;
    for (uint32_t i = 0; i < l->n; i++) {
        if (!same(esp_array_at(&mini_arrays, a, i), l->at[i]))
            return false;
        if (l->at[i].tag == MINI_NULL)
            continue;
        if (!esp_array_next(&mini_arrays, a, &next, &v) || next++ != i ||
            !same(v, l->at[i]))
            return false;
    }
    return !esp_array_next(&mini_arrays, a, &next, &v) &&
           esp_array_at(&mini_arrays, a, l->n).tag == MINI_NULL &&
           esp_array_at(&mini_arrays, a, UINT64_MAX).tag == MINI_NULL;
}

/* Mostly integers, so that arrays have the time to be uniform. */
static esp_value random_value(uint32_t variety)
{
    switch (random_below(variety)) {
    default: return mini_int((int64_t)random_below(1000) - 500);
    case 1: return (esp_value){ .as.d = random_below(100) / 8.0,
                                .tag = MINI_DOUBLE };
    case 2: return mini_bool(true);
    case 3: return mini_null();
    }
}

static void step(esp_context *c, esp_array *a, list *l, uint32_t variety)
{
    uint32_t i = random_below(l->n + 1);
    esp_value v = random_value(variety);

    switch (random_below(10)) {
    case 0:
        CHECK(esp_array_insert(c, &mini_arrays, a, i, v));
        list_insert(l, i, v);
        break;
    case 1:
        if (i == l->n)
            break;
        CHECK(same(esp_array_remove(&mini_arrays, a, i), l->at[i]));
        list_remove(l, i);
        break;
    case 2:
        i = l->n - random_below(l->n + 1) / 8;
        esp_array_truncate(&mini_arrays, a, i);
        l->n = i;
        trim(l);
        break;
    case 3:
        CHECK(esp_array_reserve(c, &mini_arrays, a, i + 5, v));
        CHECK(a->capacity >= i + 5);
        break;
    case 4:
        i += random_below(4);
        /* fall through */
    default:
        CHECK(esp_array_takes(a, i));
        CHECK(esp_array_put(c, &mini_arrays, a, i, v));
        list_put(l, i, v);
    }
}

static void operations(void)
{
    esp_context *c = mini_start(NULL);

    for (uint32_t round = 0; round < 200; round++) {
        uint32_t variety = 1 + round % 4;
        esp_array *a = esp_alloc(c, sizeof *a);
        list l = { .n = 0 };
        bool ok = true;

        for (uint32_t k = 0; k < MOST && ok; k++) {
            step(c, a, &l, k < 40 ? 1 : variety);
            ok = equal(a, &l);
        }
        CHECK(ok);
    }
    mini_close(c);
}

static void strategies(void)
{
    static const struct { int64_t n; uint64_t first, then; uint32_t tag; }
    rows[] = {
        { 10, MINI_INT, MINI_INT, MINI_INT },
        { 10, MINI_DOUBLE, MINI_DOUBLE, MINI_DOUBLE },
        { 10, MINI_INT, MINI_DOUBLE, ESP_MIXED },
        { 10, MINI_BOOL, MINI_BOOL, ESP_MIXED },
    };
    esp_context *c = mini_start(NULL);

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        esp_array *a = esp_alloc(c, sizeof *a);

        for (int64_t i = 0; i < rows[r].n; i++) {
            esp_value v = { .as.i = i, .tag = i < rows[r].n - 1
                                                  ? rows[r].first
                                                  : rows[r].then };

            CHECK(esp_array_put(c, &mini_arrays, a, (uint64_t)i, v));
        }
        CHECK(a->tag == rows[r].tag && a->length == 10);

        /* What is empty may begin again, as something else. */
        esp_array_truncate(&mini_arrays, a, 0);
        CHECK(esp_array_put(c, &mini_arrays, a, 0, mini_int(5)));
        CHECK(a->tag == MINI_INT && a->length == 1);
        CHECK(esp_array_put(c, &mini_arrays, a, 3, mini_int(5)));
        CHECK(a->tag == ESP_MIXED && a->length == 4);
        CHECK(!esp_array_takes(a, ESP_MOST_ELEMENTS));
        CHECK(!esp_array_takes(a, 100) && esp_array_takes(a, 12));
    }
    mini_close(c);
}

/* An array that is too large leaves everything as it was. */
static void limits(void)
{
    esp_options options = { .max_heap = 1 << 20 };
    esp_context *c = mini_start(&options);
    esp_array *a = esp_alloc(c, sizeof *a);

    CHECK(esp_array_put(c, &mini_arrays, a, 0, mini_int(1)));
    CHECK(!esp_array_put(c, &mini_arrays, a, 1 << 20, mini_int(2)));
    CHECK(!strcmp(mini_message(c), "out of memory"));
    esp_catch(c);
    CHECK(!esp_array_reserve(c, &mini_arrays, a, (uint64_t)1 << 60,
                             mini_int(2)));
    esp_catch(c);
    CHECK(a->length == 1 && a->tag == MINI_INT);
    CHECK_INT(esp_array_at(&mini_arrays, a, 0), 1);
    mini_close(c);
}

/* Elements keep their objects; what was removed does not.  A word on the stack
 * may hold on to storage that the array grew out of. */
static void gone(void *object, void *arg)
{
    (void)object;
    ++*(uint32_t *)arg;
}

static void fill(esp_context *c, esp_array *a, uint32_t n, uint32_t *count)
{
    for (uint32_t i = 0; i < n; i++) {
        void *o = esp_alloc(c, 32);
        esp_value v = { .as.p = o, .tag = MINI_OBJECT };

        esp_finalizer(c, o, gone, count);
        CHECK(esp_array_put(c, &mini_arrays, a, i, v));
    }
}

static void collection(void)
{
    esp_context *c = mini_start(NULL);
    esp_array *a = esp_context_alloc(c, sizeof *a);
    esp_heap_stats stats;
    uint32_t count = 0;

    fill(c, a, 1000, &count);
    CHECK(a->tag == MINI_OBJECT);
    esp_collect(c);
    CHECK(count == 0);
    esp_array_truncate(&mini_arrays, a, 100);
    esp_collect(c);
    esp_heap_stats_get(c, &stats);
    if (stats.collections)      /* a build without a collector has none */
        CHECK(count > 100 && count <= 900);
    mini_close(c);
}

int main(void)
{
    operations();
    strategies();
    limits();
    collection();
    return mini_finish();
}
