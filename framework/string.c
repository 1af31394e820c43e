/*
 * Strings: appending, ropes, parts, builders.
 *
 * A buffer is memory with room at its end.  Several strings can begin in one:
 * the one that ends where its used part ends can be appended to, and its
 * longer successor then can; whoever appends to another gets a rope.
 *
 *     buffer    [ h e l l o ,   w o r l d . . . . . ]
 *     "hello,"    ----------
 *     "hello, world"  ------------------    a tail
 *
 * A string gets a buffer when something is appended to it for the second time,
 * that is, to a rope that is a long string and a short one; most strings never
 * do.
 */
#include "framework/private.h"

#include <stdlib.h>
#include <string.h>

enum {
    COPIED = 128,               /* up to this length, putting two together
                                 * makes a plain string */
    SHARED = 64                 /* from this length on, pieces are parts */
};

typedef struct string_buffer {
    uint32_t used, capacity;
    char bytes[];               /* a 0 follows the used ones */
} buffer;

/* What ropes have in place of their bytes. */
typedef struct rope {
    esp_string *left, *right;
} rope;

_Static_assert(sizeof(rope) == sizeof(esp_string_part),
               "one becomes the other");

static const esp_heap_type part_type = {
    "string", sizeof(esp_string) + sizeof(esp_string_part), false
};

static esp_string_part *part_of(const esp_string *s)
{
    return (esp_string_part *)(uintptr_t)s->bytes;
}

static rope *rope_of(const esp_string *s)
{
    return (rope *)(uintptr_t)s->bytes;
}

/* Of anything but a rope. */
static const char *text(const esp_string *s)
{
    return s->form & ESP_STRING_ELSEWHERE ? part_of(s)->text : s->bytes;
}

/* ---- plain strings, and parts ------------------------------------------ */

esp_string *esp_string_room(esp_context *context, size_t length, char **bytes)
{
    esp_string *s = esp_alloc_flat(context, sizeof *s + length + 1);

    if (!s)
        return NULL;
    *s = (esp_string){ .length = (uint32_t)length };
    s->bytes[length] = '\0';
    *bytes = s->bytes;
    return s;
}

esp_string *esp_string_new(esp_context *context, const void *bytes,
                           size_t length)
{
    char *to;
    esp_string *s = esp_string_room(context, length, &to);

    if (s && length)
        memcpy(to, bytes, length);
    return s;
}

static esp_string *new_part(esp_context *c, uint32_t form, const char *at,
                            size_t length, void *owner)
{
    esp_string *s = esp_new(c, &part_type);

    s->form = form & 7;
    s->length = (uint32_t)length;
    *part_of(s) = (esp_string_part){ at, owner };
    return s;
}

esp_string *esp_string_sub(esp_context *context, esp_string *s, size_t from,
                           size_t length)
{
    const char *at = esp_string_bytes(context, s);

    if (!at || length == s->length)
        return at ? s : NULL;
    if (length < SHARED)
        return esp_string_new(context, at + from, length);
    return new_part(context, ESP_STRING_PART, at + from, length,
                    s->form & ESP_STRING_ELSEWHERE ? part_of(s)->owner : s);
}

/* ---- numbers ----------------------------------------------------------- */

uint32_t esp_int_digits(int64_t i, char *to)
{
    char digits[ESP_INT_DIGITS];
    uint64_t rest = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    uint32_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (i < 0)
        digits[--n] = '-';
    memcpy(to, digits + n, sizeof digits - n);
    return (uint32_t)sizeof digits - n;
}

esp_string *esp_string_int(esp_context *context, int64_t i)
{
    char digits[ESP_INT_DIGITS];

    return esp_string_new(context, digits, esp_int_digits(i, digits));
}

/* ---- ropes ------------------------------------------------------------- */

/* Parts that are still to be written; the last one first. */
typedef struct parts {
    const esp_string **at;
    size_t n, cap;
} parts;

static bool push_part(parts *p, const esp_string *s)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        const esp_string **larger = realloc(p->at, cap * sizeof *larger);

        if (!larger)
            return false;
        p->at = larger;
        p->cap = cap;
    }
    p->at[p->n++] = s;
    return true;
}

/* From the end to the beginning: loops append, so what is on the right is
 * nearly always short.  The parts are reached from the rope, so the collector
 * need not look at the array. */
static bool write_parts(const esp_string *s, char *to)
{
    parts p = { 0 };
    bool ok = push_part(&p, s);

    for (to += s->length; ok && p.n; ) {
        s = p.at[--p.n];
        if (s->form == ESP_STRING_ROPE) {
            ok = push_part(&p, rope_of(s)->left) &&
                 push_part(&p, rope_of(s)->right);
        } else {
            to -= s->length;
            memcpy(to, text(s), s->length);
        }
    }
    free(p.at);
    return ok;
}

static void use(buffer *b, size_t n)
{
    b->used = (uint32_t)n;
    b->bytes[n] = '\0';
}

static buffer *new_buffer(esp_context *c, size_t capacity)
{
    buffer *b = esp_alloc_flat(c, sizeof *b + capacity + 1);

    if (b) {
        b->used = 0;
        b->capacity = (uint32_t)capacity;
    }
    return b;
}

static void become_tail(esp_string *s, buffer *b)
{
    *part_of(s) = (esp_string_part){ b->bytes, b };
    s->form = ESP_STRING_TAIL;
}

/* The rope becomes the tail of a buffer. */
static bool flatten(esp_context *c, esp_string *s, size_t capacity)
{
    buffer *b = new_buffer(c, capacity);

    if (!b)
        return false;
    if (!write_parts(s, b->bytes)) {
        esp_throw_error(c, NULL, "out of memory");
        return false;
    }
    use(b, s->length);
    become_tail(s, b);
    return true;
}

const char *esp_string_flatten(esp_context *context, esp_string *s)
{
    if (s->form == ESP_STRING_ROPE && !flatten(context, s, s->length))
        return NULL;
    return text(s);
}

const char *esp_string_c(esp_context *context, esp_string *s)
{
    const char *at = esp_string_bytes(context, s);
    buffer *b;

    if (!at || !at[s->length])
        return at;
    b = new_buffer(context, s->length);
    if (!b)
        return NULL;
    memcpy(b->bytes, at, s->length);
    use(b, s->length);
    become_tail(s, b);
    return b->bytes;
}

static esp_string *new_rope(esp_context *c, esp_string *l, esp_string *r)
{
    esp_string *s = esp_new(c, &part_type);

    s->form = ESP_STRING_ROPE;
    s->length = l->length + r->length;
    *rope_of(s) = (rope){ l, r };
    return s;
}

/* ---- appending --------------------------------------------------------- */

static esp_string *copy_both(esp_context *c, const void *l, size_t nl,
                             const void *r, size_t nr)
{
    char *to;
    esp_string *s = esp_string_room(c, nl + nr, &to);

    if (s) {
        memcpy(to, l, nl);
        memcpy(to + nl, r, nr);
    }
    return s;
}

/* A long string with something short behind it. */
static bool is_appended(const esp_string *s)
{
    const rope *r = rope_of(s);

    return s->form == ESP_STRING_ROPE &&
           r->left->form != ESP_STRING_ROPE &&
           r->right->length <= r->left->length / 2;
}

/* The buffer at whose end the string stands, or NULL. */
static buffer *end_of(const esp_string *s)
{
    buffer *b;

    if (s->form != ESP_STRING_TAIL)
        return NULL;
    b = part_of(s)->owner;
    return b->used == s->length ? b : NULL;
}

/* A buffer with the same bytes and more room. */
static buffer *larger(esp_context *c, const buffer *old, size_t wanted)
{
    buffer *b = new_buffer(c, 2 * wanted);

    if (b) {
        memcpy(b->bytes, old->bytes, old->used);
        b->used = old->used;
    }
    return b;
}

/* Appends at the end of a buffer: *to stays NULL if the string is not there,
 * and what comes is not the shorter part.  False: no memory. */
static bool append_in_place(esp_context *c, esp_string *l, const void *bytes,
                            size_t length, esp_string **to)
{
    size_t n = l->length + length;
    buffer *b;

    *to = NULL;
    if (length > l->length)
        return true;
    if (is_appended(l) && !flatten(c, l, 2 * n))
        return false;
    b = end_of(l);
    if (!b)
        return true;
    if (n > b->capacity && !(b = larger(c, b, n)))
        return false;
    memcpy(b->bytes + b->used, bytes, length);
    use(b, n);
    *to = new_part(c, ESP_STRING_TAIL, b->bytes, n, b);
    return true;
}

esp_string *esp_string_append(esp_context *context, esp_string *l,
                              const void *bytes, size_t length)
{
    esp_string *s;

    if (!length)
        return l;
    if (l->length + length <= COPIED && l->form != ESP_STRING_ROPE)
        return copy_both(context, text(l), l->length, bytes, length);
    if (!append_in_place(context, l, bytes, length, &s))
        return NULL;
    if (s)
        return s;
    s = esp_string_new(context, bytes, length);
    return s ? new_rope(context, l, s) : NULL;
}

esp_string *esp_string_append_flat(esp_context *context, esp_string *l,
                                   const void *bytes, size_t length)
{
    const char *at = esp_string_bytes(context, l);
    size_t n = l->length + length;
    esp_string *s;
    buffer *b;

    if (!length || !at)
        return at ? l : NULL;
    if (n <= COPIED)
        return copy_both(context, at, l->length, bytes, length);
    if (!append_in_place(context, l, bytes, length, &s))
        return NULL;
    b = s ? NULL : new_buffer(context, n);
    if (!b)
        return s;
    memcpy(b->bytes, at, l->length);
    memcpy(b->bytes + l->length, bytes, length);
    use(b, n);
    return new_part(context, ESP_STRING_TAIL, b->bytes, n, b);
}

esp_string *esp_string_prepend(esp_context *context, const void *bytes,
                               size_t length, esp_string *r)
{
    esp_string *s;

    if (!length)
        return r;
    if (length + r->length <= COPIED && r->form != ESP_STRING_ROPE)
        return copy_both(context, bytes, length, text(r), r->length);
    s = esp_string_new(context, bytes, length);
    return s ? new_rope(context, s, r) : NULL;
}

esp_string *esp_string_concat(esp_context *context, esp_string *l,
                              esp_string *r)
{
    esp_string *s;

    if (!l->length || !r->length)
        return l->length ? l : r;
    if (r->form == ESP_STRING_ROPE)
        return new_rope(context, l, r);
    if (l->length + r->length <= COPIED && l->form != ESP_STRING_ROPE)
        return copy_both(context, text(l), l->length, text(r), r->length);
    if (!append_in_place(context, l, text(r), r->length, &s))
        return NULL;
    return s ? s : new_rope(context, l, r);
}

/* ---- asking ------------------------------------------------------------ */

bool esp_string_hash(esp_context *context, esp_string *s)
{
    const char *at;

    if (s->hash)
        return true;
    at = esp_string_bytes(context, s);
    if (at)
        s->hash = esp_hash_bytes(at, s->length);
    return at != NULL;
}

int esp_string_equal_slow(esp_context *context, esp_string *a, esp_string *b)
{
    const char *p = esp_string_bytes(context, a);
    const char *q = p ? esp_string_bytes(context, b) : NULL;

    if (!q)
        return -1;
    if (a->hash && b->hash && a->hash != b->hash)
        return 0;
    return !memcmp(p, q, a->length);
}

bool esp_string_compare(esp_context *context, esp_string *a, esp_string *b,
                        int *order)
{
    const char *p = esp_string_bytes(context, a);
    const char *q = p ? esp_string_bytes(context, b) : NULL;

    if (!q)
        return false;
    *order = memcmp(p, q, a->length < b->length ? a->length : b->length);
    if (!*order)
        *order = (a->length > b->length) - (a->length < b->length);
    return true;
}

/* ---- building ---------------------------------------------------------- */

bool esp_builder_grow(esp_builder *b, size_t more)
{
    size_t capacity = 2 * (b->length + more);
    esp_string *to = NULL;
    char *at;

    if (b->failed)
        return false;
    if (b->length + more > ESP_LONGEST_STRING)
        esp_throw_error(b->context, NULL, "string too long");
    else
        to = esp_string_room(b->context, capacity, &at);
    b->failed = !to;
    if (!to) {
        b->capacity = b->length;
        return false;
    }
    memcpy(at, b->at, b->length);
    b->string = to;
    b->at = at;
    b->capacity = capacity;
    return true;
}

void esp_builder_add(esp_builder *b, const void *bytes, size_t n)
{
    char *to = esp_builder_room(b, n);

    if (to && n) {
        memcpy(to, bytes, n);
        b->length += n;
    }
}

void esp_builder_string(esp_builder *b, esp_string *s)
{
    const char *bytes = esp_string_bytes(b->context, s);

    if (bytes)
        esp_builder_add(b, bytes, s->length);
    else
        b->failed = true;
}

void esp_builder_int(esp_builder *b, int64_t i)
{
    char *to = esp_builder_room(b, ESP_INT_DIGITS);

    if (to)
        b->length += esp_int_digits(i, to);
}

/* The string itself, unless it is less than half full. */
esp_string *esp_builder_end(esp_builder *b)
{
    if (b->failed)
        return NULL;
    if (!b->string || b->length < b->capacity / 2)
        return esp_string_new(b->context, b->at, b->length);
    b->string->length = (uint32_t)b->length;
    b->string->bytes[b->length] = '\0';
    return b->string;
}
