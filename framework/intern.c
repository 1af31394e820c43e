/*
 * Interned strings: a hash table with open addressing, at most two thirds
 * full, that does not keep what is in it.
 *
 * After each collection the entries go whose strings are gone.  A string that
 * is found in between could be one of these, so the table is looked at only
 * while no collection is under way.  Symbols stay: they are in the context's
 * memory, or a word there refers to them.  While there is nothing but symbols,
 * looking needs no lock; collections only look, too.
 */
#define XXH_INLINE_ALL
#include "framework/collector.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

typedef struct entry {
    esp_string *string;         /* NULL: free, or it was removed */
    uint32_t hash;              /* the lower half; the rest is in the string */
    uint8_t state;
} entry;

enum { FREE, REMOVED, WEAK, STRONG };

struct symbol_table {
    entry *slot;
    uint32_t size;              /* a power of two */
    uint32_t used;              /* slots that are not free */
    uint32_t live;              /* those that were not removed */
    bool weak;                  /* there have been strings that may go */
};

/* What is looked for; `bytes` and `length` are those of `string` if there is
 * one, which is put into the table if none is there. */
typedef struct search {
    struct symbol_table *table;
    const void *bytes;
    size_t length;
    uint64_t hash;
    esp_string *string;
    esp_string *found;
    bool lasting;               /* the answer becomes a symbol */
    bool was_weak;
} search;

uint64_t esp_hash_bytes(const void *bytes, size_t length)
{
    uint64_t hash = XXH3_64bits(bytes, length);

    return hash ? hash : 1;
}

/* ---- the table --------------------------------------------------------- */

static bool is(const entry *e, const search *s)
{
    return e->string && e->hash == (uint32_t)s->hash &&
           e->string->hash == s->hash && e->string->length == s->length &&
           (!s->length || !memcmp(e->string->bytes, s->bytes, s->length));
}

/* Where it is, or has a place. */
static entry *find(const struct symbol_table *t, const search *s)
{
    uint32_t i = (uint32_t)s->hash & (t->size - 1);
    entry *place = NULL;

    for (; t->slot[i].state != FREE; i = (i + 1) & (t->size - 1)) {
        if (is(&t->slot[i], s))
            return &t->slot[i];
        if (!place && t->slot[i].state == REMOVED)
            place = &t->slot[i];
    }
    return place ? place : &t->slot[i];
}

/* Another table of so many slots, without the entries that were removed. */
static bool rebuild(struct symbol_table *t, uint32_t size)
{
    struct symbol_table to = { calloc(size, sizeof *to.slot), size, t->live,
                               t->live, t->weak };

    if (!to.slot)
        return false;
    for (uint32_t i = 0; i < t->size; i++) {
        uint32_t k = t->slot[i].hash & (size - 1);

        if (!t->slot[i].string)
            continue;
        while (to.slot[k].string)
            k = (k + 1) & (size - 1);
        to.slot[k] = t->slot[i];
    }
    free(t->slot);
    *t = to;
    return true;
}

/* Room for one more.  When most strings have gone since, the table becomes
 * smaller, but not at once: as many are likely to come again. */
static bool make_room(struct symbol_table *t)
{
    uint32_t size = t->size < 128 ? 64 : t->size / 2;

    if (3 * (uint64_t)(t->used + 1) <= 2 * (uint64_t)t->size)
        return true;
    while (2 * (uint64_t)(t->live + 1) > size)
        size *= 2;
    return rebuild(t, size);
}

/* ---- while no collection is under way ---------------------------------- */

static void add(search *s, entry *e)
{
    s->string->hash = s->hash;
    s->string->form = s->lasting ? ESP_STRING_SYMBOL : ESP_STRING_INTERNED;
    s->found = s->string;
    s->table->used += e->state == FREE;
    s->table->live++;
    s->table->weak |= !s->lasting;
    *e = (entry){ s->string, (uint32_t)s->hash, s->lasting ? STRONG : WEAK };
}

static void *look_up(void *arg)
{
    search *s = arg;
    entry *e;

    /* A table that cannot grow has at least one free slot. */
    if (!make_room(s->table) && s->table->used + 1 >= s->table->size)
        return NULL;
    e = find(s->table, s);
    s->found = e->string;
    if (s->found) {
        s->was_weak = e->state == WEAK;
        if (s->lasting) {
            e->state = STRONG;
            s->found->form = ESP_STRING_SYMBOL;
        }
    } else if (s->string) {
        add(s, e);
    }
    return s;
}

static void *remove_dead(void *arg)
{
    struct symbol_table *t = arg;

    for (uint32_t i = 0; i < t->size; i++) {
        entry *e = &t->slot[i];

        if (e->state == WEAK && !collector_alive(e->string)) {
            *e = (entry){ .state = REMOVED };
            t->live--;
        }
    }
    return NULL;
}

void intern_sweep(esp_context *c)
{
    if (c->own && c->own->symbols)
        remove_dead(c->own->symbols);
}

/* ---- the rest ---------------------------------------------------------- */

/* False: the host has no memory. */
static bool search_for(esp_context *c, search *s)
{
    if (!c->own->symbols)
        c->own->symbols = calloc(1, sizeof *c->own->symbols);
    s->table = c->own->symbols;
    return s->table && collector_exclusive(look_up, s);
}

static esp_string *no_memory(esp_context *c)
{
    esp_throw_error(c, NULL, "out of memory");
    return NULL;
}

esp_string *esp_string_intern_slow(esp_context *context, esp_string *string)
{
    search s = { 0 };

    if (!esp_string_hash(context, string))
        return NULL;
    s.bytes = esp_string_bytes(context, string);
    s.length = string->length;
    s.hash = string->hash;
    if (string->form == ESP_STRING_PLAIN)
        s.string = string;
    if (!search_for(context, &s))
        return no_memory(context);
    if (s.found)
        return s.found;
    string = esp_string_new(context, s.bytes, s.length);
    if (!string)
        return NULL;
    string->hash = s.hash;
    return esp_string_intern_slow(context, string);
}

static esp_string *interned(esp_context *c, const void *bytes, size_t length,
                            uint64_t hash)
{
    search s = { .bytes = bytes, .length = length, .hash = hash };
    const struct symbol_table *t = c->own->symbols;

    if (t && t->size && !t->weak)
        return find(t, &s)->string;
    return search_for(c, &s) ? s.found : NULL;
}

esp_string *esp_interned(esp_context *context, const void *bytes,
                         size_t length)
{
    return interned(context, bytes, length, esp_hash_bytes(bytes, length));
}

esp_string *esp_string_interned(esp_context *context, esp_string *s)
{
    if (esp_string_is_interned(s))
        return s;
    return esp_string_hash(context, s)
        ? interned(context, esp_string_bytes(context, s), s->length, s->hash)
        : NULL;
}

esp_string *esp_string_make(esp_context *context, const void *bytes,
                            size_t length)
{
    esp_string *s = NULL;

    if (length <= ESP_SHORT_STRING)
        s = esp_interned(context, bytes, length);
    if (!s)
        s = esp_string_new(context, bytes, length);
    return s && length <= ESP_SHORT_STRING ? esp_string_intern(context, s) : s;
}

/* A word that refers to it keeps what was an object of the heap. */
static bool keep(esp_context *c, esp_symbol *symbol)
{
    esp_symbol **word = esp_context_alloc(c, sizeof *word);

    if (word)
        *word = symbol;
    return word != NULL;
}

esp_symbol *esp_intern(esp_context *context, const void *bytes, size_t length)
{
    search s = { .bytes = bytes, .length = length, .lasting = true };

    s.hash = esp_hash_bytes(bytes, length);
    if (length > ESP_LONGEST_STRING || !search_for(context, &s))
        return NULL;
    if (s.found)
        return s.was_weak && !keep(context, s.found) ? NULL : s.found;
    s.string = esp_context_alloc(context, sizeof *s.string + length + 1);
    if (!s.string)
        return NULL;
    s.string->length = (uint32_t)length;
    if (length)
        memcpy(s.string->bytes, bytes, length);
    return search_for(context, &s) ? s.found : NULL;
}

esp_symbol *esp_intern_string(esp_context *context, const char *s)
{
    return esp_intern(context, s, strlen(s));
}

void intern_close(esp_context *c)
{
    struct symbol_table *t = c->own->symbols;

    c->own->symbols = NULL;
    if (t)
        free(t->slot);
    free(t);
}
