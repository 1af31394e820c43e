/*
 * string.pack, packsize and unpack: binary data by a format.
 *
 * All three walk the format with the same reader, which says for each option
 * what it is, how large, and how many bytes of padding alignment puts in front
 * of it.
 */
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <ctype.h>
#include <string.h>

enum { LARGEST_INT = 16, WORD = 8, LARGEST_ALIGN = 8 };

typedef enum option {
    PACK_INT, PACK_UINT, PACK_FLOAT, PACK_DOUBLE, PACK_FIXED, PACK_COUNTED,
    PACK_ZERO, PACK_PAD, PACK_ALIGN, PACK_NOTHING
} option;

typedef struct reader {
    lua_state *lua;
    const char *s;              /* ended by a zero byte */
    bool little;
    size_t align;               /* at most */
    /* of the option that was read last: */
    option option;
    size_t size, padding;
} reader;

static reader reader_open(lua_state *lua, const char *format)
{
    const union { uint16_t word; char byte; } probe = { 1 };

    return (reader){ .lua = lua, .s = format, .little = probe.byte,
                     .align = 1 };
}

/* ---- options ----------------------------------------------------------- */

static size_t number(reader *r, size_t otherwise)
{
    size_t n = 0;

    if (!isdigit((unsigned char)*r->s))
        return otherwise;
    do
        n = n * 10 + (size_t)(*r->s++ - '0');
    while (isdigit((unsigned char)*r->s) && n <= (INT32_MAX - 9) / 10);
    return n;
}

/* The size of an integer; an error was thrown: 0. */
static size_t int_size(reader *r, size_t otherwise)
{
    size_t n = number(r, otherwise);

    if (n >= 1 && n <= LARGEST_INT)
        return n;
    lua_error(r->lua, "integral size (%d) out of limits [1,%d]", (int)n,
              LARGEST_INT);
    return 0;
}

static bool set(reader *r, option o, size_t size)
{
    r->option = o;
    r->size = size;
    return true;
}

static bool set_int(reader *r, option o, size_t otherwise)
{
    return set(r, o, int_size(r, otherwise)) && r->size;
}

static bool set_align(reader *r)
{
    r->align = int_size(r, LARGEST_ALIGN);
    return r->align && set(r, PACK_NOTHING, 0);
}

static bool set_order(reader *r, bool little)
{
    r->little = little;
    return set(r, PACK_NOTHING, 0);
}

static bool set_fixed(reader *r)
{
    size_t n = number(r, SIZE_MAX);

    if (n != SIZE_MAX)
        return set(r, PACK_FIXED, n);
    lua_error(r->lua, "missing size for format option 'c'");
    return false;
}

/* One option, without alignment.  False: an error was thrown. */
static bool read_plain(reader *r)
{
    const reader native = reader_open(r->lua, "");
    char c = *r->s++;

    switch (c) {
    case 'b': return set(r, PACK_INT, sizeof(char));
    case 'B': return set(r, PACK_UINT, sizeof(char));
    case 'h': return set(r, PACK_INT, sizeof(short));
    case 'H': return set(r, PACK_UINT, sizeof(short));
    case 'l': return set(r, PACK_INT, sizeof(long));
    case 'L': return set(r, PACK_UINT, sizeof(long));
    case 'j': return set(r, PACK_INT, sizeof(int64_t));
    case 'J': return set(r, PACK_UINT, sizeof(int64_t));
    case 'T': return set(r, PACK_UINT, sizeof(size_t));
    case 'f': return set(r, PACK_FLOAT, sizeof(float));
    case 'd':
    case 'n': return set(r, PACK_DOUBLE, sizeof(double));
    case 'i': return set_int(r, PACK_INT, sizeof(int));
    case 'I': return set_int(r, PACK_UINT, sizeof(int));
    case 's': return set_int(r, PACK_COUNTED, sizeof(size_t));
    case 'c': return set_fixed(r);
    case 'z': return set(r, PACK_ZERO, 0);
    case 'x': return set(r, PACK_PAD, 1);
    case 'X': return set(r, PACK_ALIGN, 0);
    case ' ': return set(r, PACK_NOTHING, 0);
    case '<': return set_order(r, true);
    case '>': return set_order(r, false);
    case '=': return set_order(r, native.little);
    case '!': return set_align(r);
    }
    lua_error(r->lua, "invalid format option '%c'", c);
    return false;
}

/* X aligns as the option behind it would, which is read and dropped. */
static bool read_align(reader *r, size_t *align)
{
    if (*r->s && !read_plain(r))
        return false;
    if (!*r->s && r->option == PACK_ALIGN)
        r->size = 0;
    *align = r->size;
    if (r->option == PACK_FIXED || !*align) {
        lua_arg_error(r->lua, 0, "invalid next option for option 'X'");
        return false;
    }
    return set(r, PACK_ALIGN, 0);
}

static bool is_aligned(option o)
{
    return o <= PACK_DOUBLE || o == PACK_COUNTED;
}

/* The next option of a format that has filled `total` bytes so far. */
static bool read_option(reader *r, size_t total)
{
    size_t align;

    r->padding = 0;
    if (!read_plain(r))
        return false;
    align = is_aligned(r->option) ? r->size : 0;
    if (r->option == PACK_ALIGN && !read_align(r, &align))
        return false;
    if (align > r->align)
        align = r->align;
    if (align <= 1)
        return true;
    if (align & (align - 1)) {
        lua_arg_error(r->lua, 0, "format asks for alignment not power of 2");
        return false;
    }
    r->padding = -total & (align - 1);
    return true;
}

/* ---- pack -------------------------------------------------------------- */

/* The low `size` bytes of a word, the sign in front of it. */
static void put_int(esp_builder *b, uint64_t v, size_t size, bool little,
                    bool negative)
{
    char bytes[LARGEST_INT];

    for (size_t i = 0; i < size; i++) {
        char c = i < WORD ? (char)(v >> 8 * i) : negative ? -1 : 0;

        bytes[little ? i : size - 1 - i] = c;
    }
    esp_builder_add(b, bytes, size);
}

static esp_value pack_int(reader *r, esp_builder *b, int64_t v, uint32_t i)
{
    if (r->size < WORD) {
        int bits = (int)r->size * 8;

        if (r->option == PACK_INT &&
            (v >= (int64_t)1 << (bits - 1) || v < -((int64_t)1 << (bits - 1))))
            return lua_arg_error(r->lua, i, "integer overflow");
        if (r->option == PACK_UINT && (uint64_t)v >> bits)
            return lua_arg_error(r->lua, i, "unsigned overflow");
    }
    put_int(b, (uint64_t)v, r->size, r->little,
            r->option == PACK_INT && v < 0);
    return lua_nil();
}

static void pack_float(const reader *r, esp_builder *b, double d)
{
    float f = (float)d;
    uint32_t word;
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    if (r->size == sizeof f) {
        memcpy(&word, &f, sizeof word);
        bits = word;
    }
    put_int(b, bits, r->size, r->little, false);
}

/* All at once: a format may ask for gigabytes of them. */
static void put_zeros(esp_builder *b, size_t n)
{
    char *to = esp_builder_room(b, n);

    if (to) {
        memset(to, 0, n);
        b->length += n;
    }
}

static esp_value pack_string(reader *r, esp_builder *b,
                             const esp_string *s, uint32_t i)
{
    size_t n = lua_length(s);

    if (r->option == PACK_FIXED && n > r->size)
        return lua_arg_error(r->lua, i, "string longer than given size");
    if (r->option == PACK_ZERO && memchr(lua_bytes(s), 0, n))
        return lua_arg_error(r->lua, i, "string contains zeros");
    if (r->option == PACK_COUNTED) {
        if (r->size < WORD && n >> 8 * r->size)
            return lua_arg_error(r->lua, i,
                                 "string length does not fit in given size");
        put_int(b, n, r->size, r->little, false);
    }
    esp_builder_add(b, lua_bytes(s), n);
    if (r->option == PACK_ZERO)
        esp_builder_char(b, '\0');
    if (r->option == PACK_FIXED)
        put_zeros(b, r->size - n);
    return lua_nil();
}

/* An option that takes an argument, the i-th; nil stands behind the last. */
static esp_value pack_argument(reader *r, esp_builder *b,
                               const esp_value *args, uint64_t n, uint32_t i)
{
    lua_state *lua = r->lua;

    if (i >= n)
        return lua_arg_error(lua, i, r->option >= PACK_FIXED
                                         ? "string expected, got nil"
                                         : "number expected, got nil");
    switch (r->option) {
    case PACK_INT:
    case PACK_UINT:
        return pack_int(r, b, LUA_ARG_INT(i), i);
    case PACK_FLOAT:
    case PACK_DOUBLE:
        pack_float(r, b, LUA_ARG_FLOAT(i));
        return lua_nil();
    default:
        return pack_string(r, b, LUA_ARG_STRING(i), i);
    }
}

esp_value lua_string_pack(lua_state *lua, const esp_value *args, uint64_t n)
{
    reader r = reader_open(lua, LUA_ARG_TEXT(0));
    uint32_t i = 1;
    esp_builder b;

    esp_builder_begin(&b, lua->context);
    while (*r.s) {
        if (!read_option(&r, b.length))
            return esp_abrupt(ESP_THROW);
        put_zeros(&b, r.padding);
        if (r.option < PACK_PAD)
            ESP_TRY(pack_argument(&r, &b, args, n, i++));
        else if (r.option == PACK_PAD)
            esp_builder_char(&b, '\0');
    }
    return lua_builder_result(&b);
}

esp_value lua_string_packsize(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    reader r = reader_open(lua, LUA_ARG_TEXT(0));
    size_t total = 0;

    while (*r.s) {
        if (!read_option(&r, total))
            return esp_abrupt(ESP_THROW);
        if (r.option == PACK_COUNTED || r.option == PACK_ZERO)
            return lua_arg_error(lua, 0, "variable-length format");
        if (total > INT32_MAX - (r.size + r.padding))
            return lua_arg_error(lua, 0, "format result too large");
        total += r.size + r.padding;
    }
    return lua_int((int64_t)total);
}

/* ---- unpack ------------------------------------------------------------ */

typedef struct unpacking {
    reader r;
    const esp_string *data;
    size_t at;
    esp_value *results;         /* in the heap: more than a few are rare */
    size_t n, cap;
} unpacking;

/* Bytes beyond a word have to repeat its sign, or be zero. */
static esp_value get_int(const reader *r, const char *s, size_t size,
                         bool is_signed)
{
    uint64_t v = 0;

    for (size_t i = size < WORD ? size : WORD; i-- > 0;)
        v = v << 8 | (unsigned char)s[r->little ? i : size - 1 - i];
    if (size < WORD && is_signed) {
        uint64_t sign = (uint64_t)1 << (size * 8 - 1);

        v = (v ^ sign) - sign;
    }
    for (size_t i = WORD; i < size; i++) {
        int wanted = is_signed && (int64_t)v < 0 ? 255 : 0;

        if ((unsigned char)s[r->little ? i : size - 1 - i] != wanted)
            return lua_error(r->lua,
                             "%d-byte integer does not fit into Lua Integer",
                             (int)size);
    }
    return lua_int((int64_t)v);
}

static esp_value get_float(const reader *r, const char *s)
{
    uint64_t bits = (uint64_t)get_int(r, s, r->size, false).as.i;
    uint32_t word = (uint32_t)bits;
    double d;
    float f;

    memcpy(&d, &bits, sizeof d);
    memcpy(&f, &word, sizeof f);
    return lua_float(r->size == sizeof f ? f : d);
}

static size_t left(const unpacking *u)
{
    return lua_length(u->data) - u->at;
}

/* The value of an option that has one; moves on. */
static esp_value unpack_value(unpacking *u)
{
    const reader *r = &u->r;
    const char *s = lua_bytes(u->data) + u->at;
    esp_value v;
    size_t n;

    u->at += r->size;
    switch (r->option) {
    case PACK_INT:
    case PACK_UINT:
        return get_int(r, s, r->size, r->option == PACK_INT);
    case PACK_FLOAT:
    case PACK_DOUBLE:
        return get_float(r, s);
    case PACK_FIXED:
        return lua_string_new(r->lua, s, r->size);
    case PACK_COUNTED:
        v = ESP_TRY(get_int(r, s, r->size, false));
        if ((uint64_t)v.as.i > left(u))
            return lua_arg_error(r->lua, 1, "data string too short");
        u->at += (size_t)v.as.i;
        return lua_string_new(r->lua, s + r->size, (size_t)v.as.i);
    default:
        n = strnlen(s, left(u));
        if (n >= left(u))
            return lua_arg_error(r->lua, 1, "unfinished string for format 'z'");
        u->at += n + 1;
        return lua_string_new(r->lua, s, n);
    }
}

static bool add_result(unpacking *u, esp_value v)
{
    if (u->n == u->cap) {
        size_t cap = u->cap ? 2 * u->cap : 16;
        esp_value *room = (esp_value *)esp_alloc(u->r.lua->context,
                                                 cap * sizeof *room);

        if (!room)
            return false;
        if (u->n)
            memcpy(room, u->results, u->n * sizeof *room);
        u->results = room;
        u->cap = cap;
    }
    u->results[u->n++] = v;
    return true;
}

esp_value lua_string_unpack(lua_state *lua, const esp_value *args, uint64_t n)
{
    unpacking u = { .r = reader_open(lua, LUA_ARG_TEXT(0)),
                    .data = LUA_ARG_STRING(1) };
    int64_t init = LUA_OPT_INT(2, 1);
    uint64_t length = lua_length(u.data);

    if (init < 0)
        init = init < -(int64_t)length ? 1 : (int64_t)length + init + 1;
    else if (init == 0)
        init = 1;
    if ((uint64_t)init - 1 > length)
        return lua_arg_error(lua, 2, "initial position out of string");
    u.at = (size_t)init - 1;
    while (*u.r.s) {
        if (!read_option(&u.r, u.at))
            return esp_abrupt(ESP_THROW);
        if (u.r.padding + u.r.size > left(&u) || u.r.size > left(&u))
            return lua_arg_error(lua, 1, "data string too short");
        u.at += u.r.padding;
        if (u.r.option >= PACK_PAD)
            u.at += u.r.size;
        else if (!add_result(&u, ESP_TRY(unpack_value(&u))))
            return esp_abrupt(ESP_THROW);
    }
    if (!add_result(&u, lua_int((int64_t)u.at + 1)))
        return esp_abrupt(ESP_THROW);
    return lua_return(lua, u.n, u.results);
}
