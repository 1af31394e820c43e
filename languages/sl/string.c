/*
 * Strings: immutable, in UTF-8, put together lazily.
 *
 * The result of + only remembers its two parts (a rope), so that a loop which
 * appends to a string takes time in proportion to the result.  The text is
 * written when somebody looks at it, and the parts are forgotten.
 */
#include "languages/sl/sl.h"

#include <stdlib.h>
#include <string.h>

struct sl_string {
    size_t length;              /* bytes */
    const char *bytes;          /* NULL: the text is that of the parts */
    sl_string *left, *right;
    esp_symbol *symbol;         /* with the same text, or NULL */
};

/* Below this, two parts are copied: a rope would take more memory. */
enum { SHORT = 64 };
/* Above this, there is an error. */
enum { LONGEST = 1 << 30 };

static const esp_heap_type rope_type = { "rope", sizeof(sl_string), false };

/* A string with room for its text, which is to be written. */
static sl_string *new_flat(esp_context *c, size_t length, char **bytes)
{
    sl_string *s = (sl_string *)esp_alloc_flat(c, sizeof *s + length + 1);

    if (!s)
        return NULL;
    *bytes = (char *)(s + 1);
    (*bytes)[length] = '\0';
    *s = (sl_string){ .length = length, .bytes = *bytes };
    return s;
}

esp_value sl_string_new(esp_context *c, const char *bytes, size_t n)
{
    char *to;
    sl_string *s = new_flat(c, n, &to);

    if (!s)
        return esp_abrupt(ESP_THROW);
    memcpy(to, bytes, n);
    return sl_pointer(s, SL_STRING);
}

size_t sl_string_length(const sl_string *s)
{
    return s->length;
}

/* ---- ropes ------------------------------------------------------------- */

/* Parts that are still to be written; the last one first. */
typedef struct parts {
    const sl_string **at;
    size_t n, cap;
} parts;

static bool push_part(parts *p, const sl_string *s)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        const sl_string **at = realloc(p->at, cap * sizeof *at);

        if (!at)
            return false;
        p->at = at;
        p->cap = cap;
    }
    p->at[p->n++] = s;
    return true;
}

/* From the end to the beginning: loops append, so what is on the right is
 * nearly always short.  The parts are reached from the rope, so the collector
 * need not look at the array. */
static bool write_parts(const sl_string *rope, char *to)
{
    parts p = { 0 };
    char *end = to + rope->length;
    bool ok = push_part(&p, rope);

    while (ok && p.n) {
        const sl_string *s = p.at[--p.n];

        if (s->bytes) {
            end -= s->length;
            memcpy(end, s->bytes, s->length);
        } else {
            ok = push_part(&p, s->left) && push_part(&p, s->right);
        }
    }
    free(p.at);
    return ok;
}

const char *sl_string_bytes(esp_context *c, sl_string *s)
{
    char *to;

    if (s->bytes)
        return s->bytes;
    to = (char *)esp_alloc_flat(c, s->length + 1);
    if (!to)
        return NULL;
    if (!write_parts(s, to)) {
        esp_throw_error(c, NULL, "out of memory");
        return NULL;
    }
    to[s->length] = '\0';
    s->bytes = to;
    s->left = s->right = NULL;
    return to;
}

static esp_value join(esp_context *c, sl_string *l, sl_string *r)
{
    size_t length = l->length + r->length;
    sl_string *s;

    if (length < SHORT && l->bytes && r->bytes) {
        char *to;

        s = new_flat(c, length, &to);
        if (!s)
            return esp_abrupt(ESP_THROW);
        memcpy(to, l->bytes, l->length);
        memcpy(to + l->length, r->bytes, r->length);
    } else if (length > LONGEST) {
        return esp_throw_error(c, NULL, "String too long");
    } else {
        s = (sl_string *)esp_new(c, &rope_type);
        s->length = length;
        s->left = l;
        s->right = r;
    }
    return sl_pointer(s, SL_STRING);
}

static esp_value as_string(esp_context *c, esp_value v)
{
    sl_text text = { 0 };
    esp_value s;

    if (v.tag == SL_STRING)
        return v;
    if (!sl_text_of(c, v, &text))
        return esp_abrupt(ESP_THROW);
    s = sl_string_new(c, text.s, text.n);
    sl_text_free(&text);
    return s;
}

esp_value sl_concat(esp_context *c, esp_value l, esp_value r)
{
    esp_value a = ESP_TRY(as_string(c, l));
    esp_value b = ESP_TRY(as_string(c, r));
    sl_string *s = (sl_string *)a.as.p, *t = (sl_string *)b.as.p;

    if (s->length == 0)
        return b;
    return t->length == 0 ? a : join(c, s, t);
}

/* ---- what is asked of them --------------------------------------------- */

esp_value sl_string_equal(esp_context *c, esp_value l, esp_value r)
{
    sl_string *s = (sl_string *)l.as.p, *t = (sl_string *)r.as.p;
    const char *a, *b;

    if (s == t)
        return sl_boolean(true);
    if (s->length != t->length)
        return sl_boolean(false);
    if (s->symbol && t->symbol)
        return sl_boolean(s->symbol == t->symbol);
    a = sl_string_bytes(c, s);
    b = a ? sl_string_bytes(c, t) : NULL;
    if (!b)
        return esp_abrupt(ESP_THROW);
    return sl_boolean(memcmp(a, b, s->length) == 0);
}

esp_symbol *sl_string_symbol(esp_context *c, sl_string *s)
{
    if (!s->symbol) {
        const char *bytes = sl_string_bytes(c, s);

        if (!bytes)
            return NULL;
        s->symbol = esp_intern(c, bytes, s->length);
    }
    return s->symbol;
}
