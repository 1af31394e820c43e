/*
 * Strings against plain bytes; interning, and that it keeps nothing.
 */
#include "tests/framework/mini.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 4000, STRINGS = 12 };

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(random_state >> 8) * n >> 24);
}

/* A string, and the bytes that it should have. */
typedef struct pair {
    esp_string *s;
    char text[LONGEST];
    size_t n;
} pair;

static bool same(esp_context *c, const pair *p)
{
    const char *bytes = esp_string_bytes(c, p->s);

    return bytes && p->s->length == p->n && !memcmp(bytes, p->text, p->n) &&
           ((p->s->form & ESP_STRING_ELSEWHERE) || !bytes[p->n]);
}

static void random_text(esp_context *c, pair *p, uint32_t most)
{
    p->n = random_below(most);
    for (size_t i = 0; i < p->n; i++)
        p->text[i] = (char)('a' + random_below(3));
    p->s = random_below(2) ? esp_string_new(c, p->text, p->n)
                           : esp_string_make(c, p->text, p->n);
}

/* One of the strings becomes another one. */
static void step(esp_context *c, pair *p)
{
    pair *to = &p[random_below(STRINGS)], *l = &p[random_below(STRINGS)];
    pair *r = &p[random_below(STRINGS)];
    static pair result;
    size_t from;

    switch (random_below(8)) {
    case 0:
        random_text(c, &result, 60);
        break;
    case 1:
        from = random_below((uint32_t)l->n + 1);
        result.n = random_below((uint32_t)(l->n - from) + 1);
        result.s = esp_string_sub(c, l->s, from, result.n);
        memcpy(result.text, l->text + from, result.n);
        break;
    case 2:
        if (l->n + 20 > LONGEST)
            return;
        result.s = esp_string_prepend(c, l->text, l->n % 20, l->s);
        result.n = l->n + l->n % 20;
        memcpy(result.text, l->text, l->n % 20);
        memcpy(result.text + l->n % 20, l->text, l->n);
        break;
    case 3: case 4: case 5:
        if (l->n + 20 > LONGEST)
            return;
        result.s = random_below(2)
            ? esp_string_append(c, l->s, l->text, l->n % 20)
            : esp_string_append_flat(c, l->s, l->text, l->n % 20);
        result.n = l->n + l->n % 20;
        memcpy(result.text, l->text, l->n);
        memcpy(result.text + l->n, l->text, l->n % 20);
        break;
    default:
        if (l->n + r->n > LONGEST)
            return;
        result.s = esp_string_concat(c, l->s, r->s);
        result.n = l->n + r->n;
        memcpy(result.text, l->text, l->n);
        memcpy(result.text + l->n, r->text, r->n);
    }
    *to = result;
}

/* For C functions, of some; others stay as they are. */
static bool ends(esp_context *c, pair *p)
{
    const char *text = random_below(4) ? NULL : esp_string_c(c, p->s);

    return !text || (!text[p->n] && same(c, p));
}

static int sign(int x)
{
    return (x > 0) - (x < 0);
}

static bool compares(esp_context *c, pair *a, pair *b)
{
    int order, wanted = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);

    if (!wanted)
        wanted = (a->n > b->n) - (a->n < b->n);
    return esp_string_compare(c, a->s, b->s, &order) &&
           sign(order) == sign(wanted) &&
           esp_string_equal(c, a->s, b->s) == !wanted &&
           esp_string_equal(c, a->s, a->s) == 1 && ends(c, a) &&
           esp_string_hash(c, a->s) && esp_string_hash(c, b->s) &&
           a->s->hash == esp_hash_bytes(a->text, a->n) &&
           (esp_string_intern(c, a->s) == esp_string_intern(c, b->s)) ==
               !wanted;
}

static void operations(uint32_t rounds, bool collect)
{
    static pair p[STRINGS];
    esp_options options = { .collect = collect };
    esp_context *c = mini_start(&options);

    for (uint32_t round = 0; round < rounds; round++) {
        bool ok = true;

        for (uint32_t i = 0; i < STRINGS; i++)
            random_text(c, &p[i], 30);
        for (uint32_t i = 0; i < 300 && ok; i++) {
            step(c, p);
            if (i % 16 == 0)
                for (uint32_t k = 0; k < STRINGS; k++)
                    ok = ok && same(c, &p[k]);
            if (i % 64 == 0)
                ok = ok && compares(c, &p[random_below(STRINGS)],
                                    &p[random_below(STRINGS)]);
        }
        for (uint32_t k = 0; k < STRINGS; k++)
            ok = ok && same(c, &p[k]) && compares(c, &p[k], &p[0]);
        CHECK(ok);
    }
    mini_close(c);
}

/* Ropes of every form are as deep as they are long. */
static void deep(void)
{
    enum { N = 300000 };
    esp_context *c = mini_start(NULL);
    esp_string *x = esp_string_new(c, "0123456789", 10);
    esp_string *l = x, *r = x, *both = x;
    const char *a, *b, *d;

    for (uint32_t i = 0; i < N; i++) {
        l = esp_string_concat(c, l, x);
        r = esp_string_concat(c, x, r);
        both = i % 2 ? esp_string_concat(c, both, x)
                     : esp_string_prepend(c, "0123456789", 10, both);
    }
    a = esp_string_bytes(c, l);
    b = esp_string_bytes(c, r);
    d = esp_string_bytes(c, both);
    CHECK(l->length == 10 * (N + 1) && a && b && d);
    CHECK(!memcmp(a, b, l->length) && !memcmp(a, d, l->length));
    mini_close(c);
}

/* Two successors of one string do not write over each other. */
static void branches(void)
{
    esp_context *c = mini_start(NULL);
    esp_string *s = esp_string_new(c, "", 0), *a, *b;

    for (int i = 0; i < 100; i++)
        s = esp_string_append(c, s, "0123456789", 10);
    CHECK(s->form == ESP_STRING_TAIL);
    a = esp_string_append(c, s, "a", 1);
    b = esp_string_append(c, s, "b", 1);
    CHECK(a->form == ESP_STRING_TAIL && b->form == ESP_STRING_ROPE);
    CHECK(esp_string_bytes(c, a)[1000] == 'a');
    CHECK(esp_string_bytes(c, b)[1000] == 'b');
    CHECK(esp_string_append_flat(c, s, "c", 1)->form == ESP_STRING_TAIL);
    CHECK(esp_string_c(c, s)[1000] == '\0' &&
          esp_string_bytes(c, a)[1000] == 'a');
    CHECK(esp_string_equal(c, a, b) == 0);
    CHECK(esp_string_equal(c, esp_string_append(c, a, "x", 1),
                           esp_string_append(c, a, "x", 1)) == 1);
    mini_close(c);
}

/* ---- interning --------------------------------------------------------- */

static void interning(void)
{
    esp_context *c = mini_start(NULL);
    esp_string *a = esp_string_new(c, "name", 4), *b, *s;

    /* While there are only symbols, and not even those at first. */
    CHECK(!esp_interned(c, "name", 4));
    b = esp_intern_string(c, "symbol");
    CHECK(esp_interned(c, "symbol", 6) == b && !esp_interned(c, "name", 4));
    s = esp_string_intern(c, a);
    CHECK(s == a && a->form == ESP_STRING_INTERNED);
    CHECK(esp_interned(c, "name", 4) == a);
    b = esp_string_new(c, "name", 4);
    CHECK(b != a && esp_string_equal(c, a, b) == 1);
    CHECK(esp_string_interned(c, b) == a && esp_string_interned(c, a) == a);
    CHECK(!esp_string_interned(c, esp_string_new(c, "none", 4)));
    CHECK(esp_string_intern(c, b) == a && b->form == ESP_STRING_PLAIN);
    CHECK(esp_string_make(c, "name", 4) == a);
    CHECK(esp_intern_string(c, "name") == a && a->form == ESP_STRING_SYMBOL);
    CHECK(esp_string_make(c, "names", 4) == a);
    b = esp_string_new(c, "123456789012345678901234567890123456789012", 42);
    CHECK(esp_string_make(c, b->bytes, 42)->form == ESP_STRING_PLAIN);
    CHECK(esp_string_make(c, "1234", 4) == esp_string_intern(
        c, esp_string_int(c, 1234)));
    CHECK(esp_string_intern(c, esp_string_concat(c, b, b)) ==
          esp_string_intern(c, esp_string_concat(c, b, b)));
    mini_close(c);
}

static esp_string *numbered(esp_context *c, uint32_t i, bool interned)
{
    char text[32];
    int n = snprintf(text, sizeof text, "number %u", i);

    return interned ? esp_string_make(c, text, (size_t)n)
                    : (esp_string *)esp_intern(c, text, (size_t)n);
}

/* Interned strings go; those that are kept, and symbols, stay the same. */
static void weak(void)
{
    enum { N = 20000, KEPT = 10 };
    esp_context *c = mini_start(NULL);
    esp_array *kept = esp_context_alloc(c, sizeof *kept);
    static esp_string *symbols[N / KEPT];
    esp_heap_stats before, after;
    bool ok = true;

    for (uint32_t round = 0; round < 10; round++) {
        for (uint32_t i = 0; i < N; i++) {
            esp_string *s = numbered(c, round * N + i, true);

            ok = ok && s == numbered(c, round * N + i, true);
            if (i % KEPT == 1)
                ok = ok && esp_array_put(
                    c, &mini_arrays, kept, i / KEPT,
                    (esp_value){ .as.p = s, .tag = MINI_OBJECT });
            if (i % KEPT == 0)
                symbols[i / KEPT] = numbered(c, round * N + i, false);
        }
        esp_collect(c);
        for (uint32_t i = 0; i < N; i++) {
            if (i % KEPT == 1)
                ok = ok && esp_array_element(kept, i / KEPT).as.p ==
                               numbered(c, round * N + i, true);
            if (i % KEPT == 0)
                ok = ok && symbols[i / KEPT] ==
                               numbered(c, round * N + i, true);
        }
        esp_heap_stats_get(c, round ? &after : &before);
    }
    CHECK(ok);
    CHECK(!after.collections || after.in_use < 2 * before.in_use + (4 << 20));
    mini_close(c);
}

/* ---- numbers and builders ---------------------------------------------- */

static void numbers(void)
{
    static const int64_t rows[] = {
        0, 1, -1, 9, 10, -10, 99, 100, 12345678, INT64_MAX, INT64_MIN,
        INT32_MAX, INT32_MIN
    };
    esp_context *c = mini_start(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char wanted[32];

        snprintf(wanted, sizeof wanted, "%lld", (long long)rows[i]);
        CHECK(!strcmp(esp_string_int(c, rows[i])->bytes, wanted));
    }
    mini_close(c);
}

static void builders(void)
{
    static char wanted[200000];
    esp_context *c = mini_start(NULL);

    for (uint32_t n = 0; n < 3000; n = 3 * n + 1) {
        esp_string *s, *x = esp_string_new(c, "xyz", 3);
        size_t length = 0;
        esp_builder b;

        esp_builder_begin(&b, c);
        for (uint32_t i = 0; i < n; i++) {
            esp_builder_int(&b, -(int64_t)i);
            esp_builder_char(&b, ' ');
            esp_builder_string(&b, x);
            esp_builder_add(&b, "abcdef", i % 7);
            length += (size_t)sprintf(wanted + length, "%d xyz%.*s",
                                      -(int)i, (int)(i % 7), "abcdef");
        }
        s = esp_builder_end(&b);
        CHECK(s && s->length == length &&
              !memcmp(esp_string_bytes(c, s), wanted, length));
        s = esp_string_append(c, s, "more", 4);
        CHECK(s->length == length + 4 &&
              !memcmp(esp_string_bytes(c, s), wanted, length));
    }
    mini_close(c);
}

/* What needs too much memory throws, and leaves strings as they were. */
static void limits(void)
{
    esp_options options = { .max_heap = 1 << 20 };
    esp_context *c = mini_start(&options);
    esp_string *s = esp_string_new(c, "0123456789", 10);
    esp_builder b;

    while (s->length < ESP_LONGEST_STRING / 2)
        s = esp_string_concat(c, s, s);
    CHECK(esp_string_bytes(c, s) == NULL);
    CHECK(!strcmp(mini_message(c), "out of memory"));
    esp_catch(c);
    CHECK(s->form == ESP_STRING_ROPE && s->length >= ESP_LONGEST_STRING / 2);
    CHECK(esp_string_new(c, mini_message, 2 << 20) == NULL);
    esp_catch(c);
    esp_builder_begin(&b, c);
    for (int i = 0; i < 100000; i++)
        esp_builder_add(&b, "0123456789012345678901234567890123456789", 40);
    CHECK(esp_builder_end(&b) == NULL);
    CHECK(!strcmp(mini_message(c), "out of memory"));
    esp_catch(c);
    mini_close(c);
}

int main(void)
{
    operations(60, false);
    operations(4, true);
    deep();
    branches();
    interning();
    weak();
    numbers();
    builders();
    limits();
    return mini_finish();
}
