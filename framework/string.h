/*
 * string.h: strings of bytes, immutable; those that exist once are symbols and
 * property keys, too.
 *
 *   plain      the bytes follow the head, and a 0 follows them
 *   interned   plain, and no other interned string has the same bytes: two
 *              interned strings are equal if they are the same.  Goes like any
 *              object when nobody has it any longer.
 *   symbol     interned, and lives as long as the context
 *   part       the bytes are a piece of another string
 *   tail       they end where the used part of a buffer ends, so that
 *              something can be appended without copying them
 *   rope       the bytes are those of two other strings; put side by side when
 *              somebody asks for them
 *
 * So a loop that appends to a string takes time in proportion to the result,
 * and so does one that puts things in front.
 *
 * Functions that may need memory return NULL, or false, when there is none: an
 * error was thrown, leave with ESP_THROW.
 */
#ifndef ESP_STRING_H
#define ESP_STRING_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

typedef struct esp_string {
    uint64_t hash;              /* of the bytes; 0: nobody has asked for it */
    uint32_t length;            /* in bytes */
    uint32_t form : 3;
    uint32_t user : 29;         /* the language's; 0 at first */
    char bytes[];               /* of plain strings */
} esp_string;

/* A string that is known to be one. */
typedef esp_string esp_symbol;

enum {
    ESP_STRING_PLAIN, ESP_STRING_INTERNED, ESP_STRING_SYMBOL,
    ESP_STRING_ELSEWHERE = 4,   /* a bit: of those whose bytes are elsewhere */
    ESP_STRING_PART = 4, ESP_STRING_TAIL, ESP_STRING_ROPE
};

enum {
    ESP_LONGEST_STRING = 1 << 30,
    ESP_SHORT_STRING = 40       /* worth interning when it is made */
};

/* What parts and tails have in place of their bytes. */
typedef struct esp_string_part {
    const char *text;
    void *owner;                /* what the text is in */
} esp_string_part;

/* ---- making ------------------------------------------------------------ */

ESP_NATIVE esp_string *esp_string_new(esp_context *context, const void *bytes,
                                      size_t length);

/* A string whose bytes the caller writes before anybody else sees it. */
ESP_NATIVE esp_string *esp_string_room(esp_context *context, size_t length,
                                       char **bytes);

/* Decimal digits. */
ESP_NATIVE esp_string *esp_string_int(esp_context *context, int64_t i);
enum { ESP_INT_DIGITS = 20 };
/* The digits alone, at most ESP_INT_DIGITS; their number. */
ESP_NATIVE uint32_t esp_int_digits(int64_t i, char *to);

/* One behind the other; together at most ESP_LONGEST_STRING. */
ESP_NATIVE esp_string *esp_string_concat(esp_context *context, esp_string *l,
                                         esp_string *r);
ESP_NATIVE esp_string *esp_string_append(esp_context *context, esp_string *l,
                                         const void *bytes, size_t length);
/* The same; the result is no rope. */
ESP_NATIVE esp_string *esp_string_append_flat(esp_context *context,
                                              esp_string *l, const void *bytes,
                                              size_t length);
ESP_NATIVE esp_string *esp_string_prepend(esp_context *context,
                                          const void *bytes, size_t length,
                                          esp_string *r);

/* The bytes from `from` on, which are there. */
ESP_NATIVE esp_string *esp_string_sub(esp_context *context, esp_string *s,
                                      size_t from, size_t length);

/* ---- asking ------------------------------------------------------------ */

ESP_NATIVE const char *esp_string_flatten(esp_context *context, esp_string *s);

/* The bytes; a 0 follows those of plain strings only.  They stay there for as
 * long as the string does. */
ESP_INLINE const char *esp_string_bytes(esp_context *context, esp_string *s)
{
    if (ESP_LIKELY(!(s->form & ESP_STRING_ELSEWHERE)))
        return s->bytes;
    if (s->form != ESP_STRING_ROPE)
        return ((const esp_string_part *)s->bytes)->text;
    return esp_string_flatten(context, s);
}

ESP_INLINE bool esp_string_is_interned(const esp_string *s)
{
    return s->form == ESP_STRING_INTERNED || s->form == ESP_STRING_SYMBOL;
}

/* The same with a 0 behind them, for C functions; they may move. */
ESP_NATIVE const char *esp_string_c(esp_context *context, esp_string *s);

/* 1: the same bytes; 0: others; -1: no memory to find out. */
ESP_NATIVE int esp_string_equal_slow(esp_context *context, esp_string *a,
                                     esp_string *b);

ESP_INLINE int esp_string_equal(esp_context *context, esp_string *a,
                                esp_string *b)
{
    if (a == b)
        return 1;
    if (a->length != b->length ||
        (esp_string_is_interned(a) && esp_string_is_interned(b)))
        return 0;
    return esp_string_equal_slow(context, a, b);
}

/* Less than 0, 0, or more, as a comes before b in the order of bytes. */
ESP_NATIVE bool esp_string_compare(esp_context *context, esp_string *a,
                                   esp_string *b, int *order);

/* Puts it into s->hash. */
ESP_NATIVE bool esp_string_hash(esp_context *context, esp_string *s);

/* The hash that strings have; never 0. */
ESP_NATIVE uint64_t esp_hash_bytes(const void *bytes, size_t length);

/* ---- interning --------------------------------------------------------- */

/* The interned string with the same bytes: a property key.  If there is none,
 * s becomes it, if it is plain. */
ESP_NATIVE esp_string *esp_string_intern_slow(esp_context *context,
                                              esp_string *s);

ESP_INLINE esp_string *esp_string_intern(esp_context *context, esp_string *s)
{
    return esp_string_is_interned(s) ? s : esp_string_intern_slow(context, s);
}

/* Strings of at most ESP_SHORT_STRING bytes are interned at once. */
ESP_NATIVE esp_string *esp_string_make(esp_context *context, const void *bytes,
                                       size_t length);

/* The interned string, if there is one already, else NULL. */
ESP_NATIVE esp_string *esp_interned(esp_context *context, const void *bytes,
                                    size_t length);
/* The same for the bytes of s, which remembers its hash. */
ESP_NATIVE esp_string *esp_string_interned(esp_context *context, esp_string *s);

/* The symbol: for names, keys that are known, and whatever a language keeps
 * where the collector does not look.  NULL only when the host has no memory;
 * nothing is thrown. */
ESP_NATIVE esp_symbol *esp_intern(esp_context *context, const void *bytes,
                                  size_t length);
ESP_NATIVE esp_symbol *esp_intern_string(esp_context *context, const char *s);

/* ---- building ---------------------------------------------------------- */

/*
 * A text that is put together piece by piece:
 *
 *     esp_builder b;
 *     esp_builder_begin(&b, context);
 *     esp_builder_add(&b, "x = ", 4);
 *     esp_builder_int(&b, x);
 *     esp_string *s = esp_builder_end(&b);     NULL: an error was thrown
 *
 * It stands on the C stack, where the collector sees its memory.  After an
 * error, or when the text becomes too long, which is an error too, the rest is
 * ignored.
 */
typedef struct esp_builder {
    esp_context *context;
    char *at;                   /* small, or the bytes of the string */
    size_t length, capacity;
    esp_string *string;         /* NULL: none is needed yet */
    bool failed;
    char small[512];
} esp_builder;

ESP_NATIVE bool esp_builder_grow(esp_builder *b, size_t more);

ESP_INLINE void esp_builder_begin(esp_builder *b, esp_context *context)
{
    b->context = context;
    b->at = b->small;
    b->length = 0;
    b->capacity = sizeof b->small;
    b->string = NULL;
    b->failed = false;
}

/* Room for so many bytes more, to be written by the caller, who then adds to
 * b->length; NULL: failed. */
ESP_INLINE char *esp_builder_room(esp_builder *b, size_t more)
{
    if (ESP_UNLIKELY(more > b->capacity - b->length) &&
        !esp_builder_grow(b, more))
        return NULL;
    return b->at + b->length;
}

ESP_NATIVE void esp_builder_add(esp_builder *b, const void *bytes, size_t n);
ESP_NATIVE void esp_builder_string(esp_builder *b, esp_string *s);
ESP_NATIVE void esp_builder_int(esp_builder *b, int64_t i);

ESP_INLINE void esp_builder_char(esp_builder *b, char c)
{
    char *to = esp_builder_room(b, 1);

    if (to) {
        *to = c;
        b->length++;
    }
}

ESP_NATIVE esp_string *esp_builder_end(esp_builder *b);

#endif
