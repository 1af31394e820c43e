/*
 * string: what strings can do, patterns included.  Formats are in
 * lib_format.c, binary data in lib_pack.c.
 */
#include "languages/lua/builder.h"
#include "languages/lua/builtin.h"
#include "languages/lua/library.h"
#include "languages/lua/pattern.h"

#include <ctype.h>
#include <string.h>

/* ---- positions --------------------------------------------------------- */

/* Positions count from 1; negative ones from the end.  A start before the
 * string is its first byte; an end before it is 0. */
ESP_INLINE uint64_t start_position(int64_t i, uint64_t length)
{
    if (i > 0)
        return (uint64_t)i;
    if (i == 0 || i < -(int64_t)length)
        return 1;
    return length + (uint64_t)i + 1;
}

ESP_INLINE uint64_t end_position(int64_t i, uint64_t length)
{
    if (i > (int64_t)length)
        return length;
    if (i >= 0)
        return (uint64_t)i;
    return i < -(int64_t)length ? 0 : length + (uint64_t)i + 1;
}

/* ---- parts ------------------------------------------------------------- */

static esp_value string_len(lua_state *lua, const esp_value *args, uint64_t n)
{
    return lua_int((int64_t)lua_length(LUA_ARG_STRING(0)));
}

/* Shares the bytes: so a loop that takes things away in front is not slow. */
static esp_value large_part(lua_state *lua, esp_string *s, size_t from,
                            size_t length)
{
    s = esp_string_sub(lua->context, s, from, length);
    return s ? lua_pointer(s, LUA_STRING) : esp_abrupt(ESP_THROW);
}

static esp_value string_sub(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0);
    uint64_t length = lua_length(s);
    uint64_t from = start_position(LUA_ARG_INT(1), length);
    uint64_t to = end_position(LUA_OPT_INT(2, -1), length);

    if (from > to)
        return lua_string_new(lua, "", 0);
    if (from == 1 && to == length)
        return lua_pointer(s, LUA_STRING);
    if (to - from > length / 2)
        return large_part(lua, s, from - 1, to - from + 1);
    return lua_string_new(lua, lua_bytes(s) + from - 1, to - from + 1);
}

/* From i to j, as string.sub counts. */
ESP_BOUNDARY static esp_value several_bytes(lua_state *lua, const esp_string *s,
                                            int64_t i, int64_t j)
{
    uint64_t from = start_position(i, lua_length(s));
    uint64_t to = end_position(j, lua_length(s));
    uint64_t count = from > to ? 0 : to - from + 1;
    esp_value *results;

    if (count >= LUA_MOST_RESULTS)
        return lua_error(lua, "stack overflow (string slice too long)");
    results = lua_results(lua, count);
    if (!results)
        return esp_abrupt(ESP_THROW);
    for (uint64_t k = 0; k < count; k++)
        results[k] = lua_int((unsigned char)lua_bytes(s)[from - 1 + k]);
    return count == 1 ? results[0] : lua_multi(count);
}

static esp_value string_byte(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0);
    int64_t i = LUA_OPT_INT(1, 1);

    if (n < 3 && ESP_LIKELY((uint64_t)i - 1 < lua_length(s)))
        return lua_int((unsigned char)lua_bytes(s)[i - 1]);
    return several_bytes(lua, s, i, LUA_OPT_INT(2, i));
}

static esp_value string_char(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_builder b;

    esp_builder_begin(&b, lua->context);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t c = (uint64_t)LUA_ARG_INT(i);

        if (c > 255)
            return lua_arg_error(lua, i, "value out of range");
        esp_builder_char(&b, (char)c);
    }
    return lua_builder_result(&b);
}

/* ---- changed copies ---------------------------------------------------- */

typedef void change_fn(char *to, const char *from, size_t n);

static esp_value changed(lua_state *lua, esp_string *s, change_fn *change)
{
    size_t n = lua_length(s);
    esp_string *copy = lua_string_make(lua, NULL, n);

    if (!copy)
        return esp_abrupt(ESP_THROW);
    change(copy->bytes, lua_bytes(s), n);
    return lua_pointer(copy, LUA_STRING);
}

static void change_upper(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (char)toupper((unsigned char)from[i]);
}

static void change_lower(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (char)tolower((unsigned char)from[i]);
}

static void change_reverse(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[n - 1 - i];
}

static esp_value string_upper(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    return changed(lua, LUA_ARG_STRING(0), change_upper);
}

static esp_value string_lower(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    return changed(lua, LUA_ARG_STRING(0), change_lower);
}

static esp_value string_reverse(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    return changed(lua, LUA_ARG_STRING(0), change_reverse);
}

/* Fills what is behind the first copy by doubling it. */
static void repeat(char *to, size_t have, size_t total)
{
    while (have < total) {
        size_t more = have < total - have ? have : total - have;

        memcpy(to + have, to, more);
        have += more;
    }
}

static esp_value string_rep(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0), *result;
    int64_t times = LUA_ARG_INT(1);
    esp_string *between = lua_arg_absent(args, n, 2) ? NULL
                                                     : LUA_ARG_STRING(2);
    size_t ns = lua_length(s), nb = between ? lua_length(between) : 0;
    size_t total;

    if (times <= 0)
        return lua_string_new(lua, "", 0);
    if (ns + nb > (uint64_t)INT32_MAX / (uint64_t)times)
        return lua_error(lua, "resulting string too large");
    total = (ns + nb) * (size_t)times - nb;
    result = lua_string_make(lua, NULL, total);
    if (!result)
        return esp_abrupt(ESP_THROW);
    if (total) {
        memcpy(result->bytes, lua_bytes(s), ns);
        if (times > 1 && nb)
            memcpy(result->bytes + ns, lua_bytes(between), nb);
        repeat(result->bytes, times > 1 ? ns + nb : ns, total);
    }
    return lua_pointer(result, LUA_STRING);
}

/* ---- patterns ---------------------------------------------------------- */

static void pattern_open(pattern_match *m, const esp_string *subject,
                         const char *pattern, size_t length)
{
    m->subject = lua_bytes(subject);
    m->end = m->subject + lua_length(subject);
    m->pattern_end = pattern + length;
    m->ncaptures = 0;
    m->error = NULL;
    m->culprit = 0;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static esp_value pattern_error(lua_state *lua, const pattern_match *m)
{
    return lua_error(lua, m->error, m->culprit);
}

#pragma GCC diagnostic pop

/* Capture i of a match from s to e; the whole match if there are none.  A
 * value, or ESP_THROW. */
static esp_value capture(lua_state *lua, const pattern_match *m, int i,
                         const char *s, const char *e)
{
    const pattern_capture *c = &m->captures[i];

    if (i >= m->ncaptures) {
        if (i)
            return lua_error(lua, "invalid capture index %%%d", i + 1);
        return lua_string_new(lua, s, (size_t)(e - s));
    }
    if (c->length == CAPTURE_POSITION)
        return lua_int(c->start - m->subject + 1);
    if (c->length == CAPTURE_OPEN)
        return lua_error(lua, "unfinished capture");
    return lua_string_new(lua, c->start, (size_t)c->length);
}

/* All captures, behind `extra` other results.  s NULL: without the whole match
 * when there are none. */
static esp_value captures(lua_state *lua, const pattern_match *m,
                          uint64_t extra, const esp_value *before,
                          const char *s, const char *e)
{
    esp_value all[PATTERN_CAPTURES + 2];
    int count = m->ncaptures ? m->ncaptures : s ? 1 : 0;

    for (uint64_t i = 0; i < extra; i++)
        all[i] = before[i];
    for (int i = 0; i < count; i++)
        all[extra + (uint64_t)i] = ESP_TRY(capture(lua, m, i, s, e));
    return lua_return(lua, extra + (uint64_t)count, all);
}

static esp_value found_at(lua_state *lua, const esp_string *s,
                          const char *from, const char *to)
{
    return lua_two(lua, lua_int(from - lua_bytes(s) + 1),
                   lua_int(to - lua_bytes(s)));
}

static esp_value find_plain(lua_state *lua, const esp_string *s,
                            const esp_string *what, uint64_t init)
{
    const char *at = pattern_plain(lua_bytes(s) + init,
                                   lua_length(s) - init, lua_bytes(what),
                                   lua_length(what));

    return at ? found_at(lua, s, at, at + lua_length(what)) : lua_nil();
}

static esp_value search(lua_state *lua, const esp_string *s,
                        const esp_string *pattern, uint64_t init, bool find)
{
    const char *p = lua_bytes(pattern), *at = lua_bytes(s) + init, *e;
    bool anchor = *p == '^';
    pattern_match m;

    p += anchor;
    pattern_open(&m, s, p, lua_length(pattern) - anchor);
    do {
        e = pattern_at(&m, at, p);
        if (m.error)
            return pattern_error(lua, &m);
        if (e && !find)
            return captures(lua, &m, 0, NULL, at, e);
        if (e) {
            esp_value place[] = { lua_int(at - m.subject + 1),
                                  lua_int(e - m.subject) };

            return captures(lua, &m, 2, place, NULL, NULL);
        }
    } while (at++ < m.end && !anchor);
    return lua_nil();
}

static esp_value string_find(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0), *pattern = LUA_ARG_STRING(1);
    uint64_t init = start_position(LUA_OPT_INT(2, 1), lua_length(s)) - 1;

    if (init > lua_length(s))
        return lua_nil();
    if (lua_is_true(lua_arg(args, n, 3)) ||
        pattern_is_plain(lua_bytes(pattern), lua_length(pattern)))
        return find_plain(lua, s, pattern, init);
    return search(lua, s, pattern, init, true);
}

static esp_value string_match(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0), *pattern = LUA_ARG_STRING(1);
    uint64_t init = start_position(LUA_OPT_INT(2, 1), lua_length(s)) - 1;

    if (init > lua_length(s))
        return lua_nil();
    return search(lua, s, pattern, init, false);
}

/* Upvalues: the string, the pattern, where to go on, where the last match
 * ended (-1: nowhere yet): an empty match there would be found for ever. */
enum { GMATCH_STRING, GMATCH_PATTERN, GMATCH_NEXT, GMATCH_LAST,
       GMATCH_UPVALUES };

static esp_value gmatch_next(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value *up = lua_self(args)->upvalues;
    esp_string *s = lua_string_of(up[GMATCH_STRING]);
    esp_string *pattern = lua_string_of(up[GMATCH_PATTERN]);
    const char *p = lua_bytes(pattern);
    pattern_match m;

    (void)n;
    pattern_open(&m, s, p, lua_length(pattern));
    for (int64_t i = up[GMATCH_NEXT].as.i; i <= m.end - m.subject; i++) {
        const char *e = pattern_at(&m, m.subject + i, p);

        if (m.error)
            return pattern_error(lua, &m);
        if (!e || e - m.subject == up[GMATCH_LAST].as.i)
            continue;
        up[GMATCH_NEXT] = up[GMATCH_LAST] = lua_int(e - m.subject);
        return captures(lua, &m, 0, NULL, m.subject + i, e);
    }
    up[GMATCH_NEXT] = lua_int(m.end - m.subject + 1);
    return lua_none();
}

static esp_value string_gmatch(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0), *pattern = LUA_ARG_STRING(1);
    uint64_t init = start_position(LUA_OPT_INT(2, 1), lua_length(s)) - 1;
    esp_value up[GMATCH_UPVALUES] = {
        lua_pointer(s, LUA_STRING), lua_pointer(pattern, LUA_STRING),
        lua_int((int64_t)(init > lua_length(s) ? lua_length(s) + 1 : init)),
        lua_int(-1)
    };
    lua_function *f = lua_builtin_new(lua, NULL, gmatch_next, up,
                                      GMATCH_UPVALUES);

    return f ? lua_pointer(f, LUA_FUNCTION) : esp_abrupt(ESP_THROW);
}

/* ---- gsub -------------------------------------------------------------- */

typedef struct gsub {
    pattern_match m;
    esp_builder out;
    lua_state *lua;
    esp_value with;             /* string, table or function */
    bool changed;
} gsub;

/* The replacement text with its %1.  nil, or ESP_THROW. */
static esp_value add_text(gsub *g, const char *s, const char *e)
{
    const esp_string *text = lua_string_of(g->with);
    const char *p = lua_bytes(text), *end = p + lua_length(text), *escape;

    while ((escape = memchr(p, '%', (size_t)(end - p)))) {
        esp_builder_add(&g->out, p, (size_t)(escape - p));
        p = escape + 1;
        if (p < end && *p == '%')
            esp_builder_char(&g->out, '%');
        else if (p < end && *p == '0')
            esp_builder_add(&g->out, s, (size_t)(e - s));
        else if (p < end && isdigit((unsigned char)*p))
            lua_builder_value(&g->out, ESP_TRY(capture(g->lua, &g->m, *p - '1',
                                                       s, e)));
        else
            return lua_error(g->lua,
                             "invalid use of '%%' in replacement string");
        p++;
    }
    esp_builder_add(&g->out, p, (size_t)(end - p));
    return lua_nil();
}

/* What a table or a function says, or the match itself. */
static esp_value add_replacement(gsub *g, const char *s, const char *e)
{
    esp_value v, args[PATTERN_CAPTURES];
    int count = g->m.ncaptures ? g->m.ncaptures : 1;

    if (g->with.tag == LUA_TABLE) {
        v = ESP_TRY(capture(g->lua, &g->m, 0, s, e));
        v = ESP_TRY(lua_index(g->lua, g->with, v));
    } else {
        for (int i = 0; i < count; i++)
            args[i] = ESP_TRY(capture(g->lua, &g->m, i, s, e));
        v = ESP_TRY(lua_call1(g->lua, g->with, args, (uint64_t)count));
    }
    if (!lua_is_true(v)) {
        esp_builder_add(&g->out, s, (size_t)(e - s));
        return lua_nil();
    }
    if (!lua_builder_value(&g->out, v))
        return lua_error(g->lua, "invalid replacement value (a %s)",
                         lua_type_name(v));
    g->changed = true;
    return lua_nil();
}

static esp_value gsub_one(gsub *g, const char *s, const char *e)
{
    if (g->with.tag != LUA_STRING)
        return add_replacement(g, s, e);
    g->changed = true;
    return add_text(g, s, e);
}

/* Replaces up to `most` matches; the number, or ESP_THROW. */
static esp_value gsub_all(gsub *g, const char *p, bool anchor, int64_t most)
{
    const char *at = g->m.subject, *last = NULL;
    int64_t count = 0;

    while (count < most) {
        const char *e = pattern_at(&g->m, at, p);

        if (g->m.error)
            return pattern_error(g->lua, &g->m);
        if (e && e != last) {
            count++;
            ESP_TRY(gsub_one(g, at, e));
            at = last = e;
        } else if (at < g->m.end) {
            esp_builder_char(&g->out, *at++);
        } else {
            break;
        }
        if (anchor)
            break;
    }
    esp_builder_add(&g->out, at, (size_t)(g->m.end - at));
    return lua_int(count);
}

static esp_value gsub_pinned(gsub *g, const char *p, bool anchor, int64_t most)
{
    esp_value count;

    esp_coroutine_pin(g->lua->context);
    count = gsub_all(g, p, anchor, most);
    esp_coroutine_unpin(g->lua->context);
    return count;
}

static esp_value string_gsub(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_string *s = LUA_ARG_STRING(0), *pattern = LUA_ARG_STRING(1);
    esp_value with = lua_arg(args, n, 2), count, result;
    const char *p = lua_bytes(pattern);
    bool anchor = *p == '^';
    int64_t most;
    gsub g;

    if (lua_is_number(with))
        with = lua_pointer(LUA_ARG_STRING(2), LUA_STRING);
    if (with.tag != LUA_STRING && with.tag != LUA_TABLE &&
        with.tag != LUA_FUNCTION)
        return lua_arg_type_error(lua, args, n, 2, "string/function/table");
    most = LUA_OPT_INT(3, (int64_t)lua_length(s) + 1);
    p += anchor;
    pattern_open(&g.m, s, p, lua_length(pattern) - anchor);
    esp_builder_begin(&g.out, lua->context);
    g.lua = lua;
    g.with = with;
    g.changed = false;
    count = ESP_TRY(gsub_pinned(&g, p, anchor, most));
    result = g.changed ? ESP_TRY(lua_builder_result(&g.out))
                       : lua_pointer(s, LUA_STRING);
    return lua_two(lua, result, count);
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "byte", string_byte, LUA_VISIBLE },
    { "char", string_char, 0 },
    { "dump", lua_string_dump, 0 },
    { "find", string_find, 0 },
    { "format", lua_string_format, 0 },
    { "gmatch", string_gmatch, 0 },
    { "gsub", string_gsub, 0 },
    { "len", string_len, LUA_VISIBLE },
    { "lower", string_lower, 0 },
    { "match", string_match, 0 },
    { "pack", lua_string_pack, 0 },
    { "packsize", lua_string_packsize, 0 },
    { "rep", string_rep, 0 },
    { "reverse", string_reverse, 0 },
    { "sub", string_sub, LUA_VISIBLE },
    { "unpack", lua_string_unpack, 0 },
    { "upper", string_upper, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_string(lua_state *lua)
{
    lua_table *string = lua_library(lua, "string", entries);
    lua_table *meta = string ? lua_table_new(lua) : NULL;

    if (!meta || !lua_table_put_text(lua, meta, "__index",
                                     lua_pointer(string, LUA_TABLE)))
        return false;
    lua_set_type_metatable(lua, LUA_STRING, meta);
    return true;
}
