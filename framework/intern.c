/*
 * Interned text: a hash table with open addressing, at most two thirds full.
 */
#define XXH_INLINE_ALL
#include "framework/private.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct symbol_table {
    esp_symbol **slot;
    uint32_t size, n;           /* size is a power of two */
};

uint64_t esp_hash_bytes(const void *bytes, size_t length)
{
    return XXH3_64bits(bytes, length);
}

static esp_symbol **find(struct symbol_table *t, const void *bytes,
                         size_t length, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & (t->size - 1);

    for (;; i = (i + 1) & (t->size - 1)) {
        esp_symbol *s = t->slot[i];

        if (!s || (s->hash == hash && s->length == length &&
                   !memcmp(s->bytes, bytes, length)))
            return &t->slot[i];
    }
}

static bool grow(struct symbol_table *t)
{
    struct symbol_table larger = { NULL, t->size ? 2 * t->size : 64, t->n };

    larger.slot = calloc(larger.size, sizeof *larger.slot);
    if (!larger.slot)
        return false;
    for (uint32_t i = 0; i < t->size; i++) {
        esp_symbol *s = t->slot[i];

        if (s)
            *find(&larger, s->bytes, s->length, s->hash) = s;
    }
    free(t->slot);
    *t = larger;
    return true;
}

static struct symbol_table *table_of(esp_context *context)
{
    struct esp_context_private *p = context->own;

    if (!p->symbols)
        p->symbols = calloc(1, sizeof *p->symbols);
    if (!p->symbols)
        return NULL;
    if (3 * (p->symbols->n + 1) > 2 * p->symbols->size && !grow(p->symbols))
        return NULL;
    return p->symbols;
}

esp_symbol *esp_intern(esp_context *context, const void *bytes, size_t length)
{
    uint64_t hash = esp_hash_bytes(bytes, length);
    struct symbol_table *t = table_of(context);
    esp_symbol **slot;

    if (!t || length > UINT32_MAX)
        return NULL;
    slot = find(t, bytes, length, hash);
    if (*slot)
        return *slot;
    *slot = esp_context_alloc(context, sizeof **slot + length + 1);
    if (!*slot)
        return NULL;
    (*slot)->hash = hash;
    (*slot)->length = (uint32_t)length;
    if (length)
        memcpy((*slot)->bytes, bytes, length);
    t->n++;
    return *slot;
}

esp_symbol *esp_interned(esp_context *context, const void *bytes,
                         size_t length)
{
    struct symbol_table *t = context->own->symbols;

    if (!t)
        return NULL;
    return *find(t, bytes, length, esp_hash_bytes(bytes, length));
}

esp_symbol *esp_intern_string(esp_context *context, const char *s)
{
    return esp_intern(context, s, strlen(s));
}

void intern_close(esp_context *c)
{
    if (c->own->symbols)
        free(c->own->symbols->slot);
    free(c->own->symbols);
}
