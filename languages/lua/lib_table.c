/*
 * table: lists.
 *
 * A list may be a table or anything that has the metamethods for what is done
 * to it.  Tables without a metatable, nearly all, are read and written
 * directly.
 */
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <limits.h>
#include <string.h>

/* ---- lists ------------------------------------------------------------- */

enum { READ = 1, WRITE = 2, LENGTH = 4 };

ESP_INLINE bool is_plain(esp_value v)
{
    return v.tag == LUA_TABLE && !lua_table_metatable(lua_table_of(v));
}

static bool has_metamethods(lua_state *lua, esp_value v, int what)
{
    return (!(what & READ) ||
            lua_metamethod(lua, v, LUA_META_index).tag != LUA_NIL) &&
           (!(what & WRITE) ||
            lua_metamethod(lua, v, LUA_META_newindex).tag != LUA_NIL) &&
           (!(what & LENGTH) ||
            lua_metamethod(lua, v, LUA_META_len).tag != LUA_NIL);
}

/* Argument i is a list for this.  nil, or ESP_THROW. */
static esp_value check_list(lua_state *lua, const esp_value *args, uint64_t n,
                            uint32_t i, int what)
{
    if (i < n && (args[i].tag == LUA_TABLE ||
                  (lua_metatable(lua, args[i]) &&
                   has_metamethods(lua, args[i], what))))
        return lua_nil();
    return lua_arg_type_error(lua, args, n, i, "table");
}

static esp_value get(lua_state *lua, esp_value list, int64_t i)
{
    if (is_plain(list))
        return lua_table_get_int(lua_table_of(list), i);
    return lua_index(lua, list, lua_int(i));
}

/* nil, or ESP_THROW. */
static esp_value put(lua_state *lua, esp_value list, int64_t i, esp_value v)
{
    if (!is_plain(list))
        return lua_set_index(lua, list, lua_int(i), v);
    return lua_table_put_int(lua, lua_table_of(list), i, v)
               ? lua_nil() : esp_abrupt(ESP_THROW);
}

/* An integer, or ESP_THROW. */
static esp_value length(lua_state *lua, esp_value list)
{
    esp_value n;

    if (is_plain(list))
        return lua_int(lua_table_length(lua_table_of(list)));
    n = ESP_TRY(lua_len(lua, list));
    if (n.tag == LUA_INT)
        return n;
    if (!lua_to_int(n, &n.as.i))
        return lua_error(lua, "object length is not an integer");
    return lua_int(n.as.i);
}

/* ---- insert and remove ------------------------------------------------- */

ESP_BOUNDARY static esp_value insert_at(lua_state *lua, const esp_value *args,
                                        uint64_t n)
{
    int64_t end, at;

    ESP_TRY(check_list(lua, args, n, 0, READ | WRITE | LENGTH));
    end = (int64_t)((uint64_t)ESP_TRY(length(lua, args[0])).as.i + 1);
    if (n != 2 && n != 3)
        return lua_error(lua, "wrong number of arguments to 'insert'");
    at = n == 2 ? end : LUA_ARG_INT(1);
    if ((uint64_t)at - 1 >= (uint64_t)end)
        return lua_arg_error(lua, 1, "position out of bounds");
    for (int64_t i = end; i > at; i--) {
        esp_value v = ESP_TRY(get(lua, args[0], i - 1));

        ESP_TRY(put(lua, args[0], i, v));
    }
    ESP_TRY(put(lua, args[0], at, args[n - 1]));
    return lua_none();
}

static esp_value table_insert(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    if (ESP_LIKELY(n == 2 && is_plain(args[0]))) {
        lua_table *t = lua_table_of(args[0]);

        if (ESP_UNLIKELY(!lua_table_put_int(lua, t, lua_table_length(t) + 1,
                                            args[1])))
            return esp_abrupt(ESP_THROW);
        return lua_none();
    }
    return insert_at(lua, args, n);
}

static esp_value table_remove(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    int64_t size, at;
    esp_value removed;

    ESP_TRY(check_list(lua, args, n, 0, READ | WRITE | LENGTH));
    size = ESP_TRY(length(lua, args[0])).as.i;
    at = LUA_OPT_INT(1, size);
    if (at != size && (uint64_t)at - 1 > (uint64_t)size)
        return lua_arg_error(lua, 0, "position out of bounds");
    removed = ESP_TRY(get(lua, args[0], at));
    for (; at < size; at++)
        ESP_TRY(put(lua, args[0], at, ESP_TRY(get(lua, args[0], at + 1))));
    ESP_TRY(put(lua, args[0], at, lua_nil()));
    return removed;
}

/* ---- move -------------------------------------------------------------- */

static esp_value move_up(lua_state *lua, const esp_value *range, esp_value to,
                         int64_t from, int64_t count, int64_t at)
{
    for (int64_t i = 0; i < count; i++)
        ESP_TRY(put(lua, to, at + i, ESP_TRY(get(lua, *range, from + i))));
    return to;
}

static esp_value move_down(lua_state *lua, const esp_value *range,
                           esp_value to, int64_t from, int64_t count,
                           int64_t at)
{
    for (int64_t i = count - 1; i >= 0; i--)
        ESP_TRY(put(lua, to, at + i, ESP_TRY(get(lua, *range, from + i))));
    return to;
}

static esp_value table_move(lua_state *lua, const esp_value *args, uint64_t n)
{
    int64_t from = LUA_ARG_INT(1), end = LUA_ARG_INT(2), at = LUA_ARG_INT(3);
    uint32_t other = lua_arg_absent(args, n, 4) ? 0 : 4;
    esp_value to;

    ESP_TRY(check_list(lua, args, n, 0, READ));
    ESP_TRY(check_list(lua, args, n, other, WRITE));
    to = args[other];
    if (end < from)
        return to;
    if (from <= 0 && end >= INT64_MAX + from)
        return lua_arg_error(lua, 2, "too many elements to move");
    if (at > INT64_MAX - (end - from + 1) + 1)
        return lua_arg_error(lua, 3, "destination wrap around");
    if (at > end || at <= from ||
        (other && !ESP_TRY(lua_equal(lua, args[0], to)).as.i))
        return move_up(lua, &args[0], to, from, end - from + 1, at);
    return move_down(lua, &args[0], to, from, end - from + 1, at);
}

/* ---- concat ------------------------------------------------------------ */

static esp_value add_element(lua_state *lua, esp_builder *b,
                             esp_value list, int64_t i)
{
    esp_value v = ESP_TRY(get(lua, list, i));

    if (!lua_builder_value(b, v))
        return lua_error(lua, "invalid value (%s) at index %lld in table for "
                         "'concat'", lua_type_name_of(lua, v), (long long)i);
    return lua_nil();
}

static esp_value table_concat(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    esp_string *between;
    esp_builder b;
    int64_t i, last;

    ESP_TRY(check_list(lua, args, n, 0, READ | LENGTH));
    last = ESP_TRY(length(lua, args[0])).as.i;
    between = LUA_OPT_STRING(1, NULL);
    i = LUA_OPT_INT(2, 1);
    last = LUA_OPT_INT(3, last);
    esp_builder_begin(&b, lua->context);
    for (; i < last && !b.failed; i++) {
        ESP_TRY(add_element(lua, &b, args[0], i));
        if (between)
            esp_builder_add(&b, lua_bytes(between), lua_length(between));
    }
    if (i == last)
        ESP_TRY(add_element(lua, &b, args[0], i));
    return lua_builder_result(&b);
}

/* ---- pack and unpack --------------------------------------------------- */

static esp_value table_pack(lua_state *lua, const esp_value *args, uint64_t n)
{
    lua_table *t = lua_table_new(lua);

    for (uint64_t i = 0; t && i < n; i++)
        if (!lua_table_put_int(lua, t, (int64_t)i + 1, args[i]))
            return esp_abrupt(ESP_THROW);
    if (!t || !lua_table_put_text(lua, t, "n", lua_int((int64_t)n)))
        return esp_abrupt(ESP_THROW);
    return lua_pointer(t, LUA_TABLE);
}

/* Elements may be computed by guest code, which has results of its own. */
static esp_value unpack_slowly(lua_state *lua, esp_value list, int64_t from,
                               uint64_t count)
{
    esp_value *all = (esp_value *)esp_alloc(lua->context,
                                            count * sizeof *all);

    if (!all)
        return esp_abrupt(ESP_THROW);
    for (uint64_t i = 0; i < count; i++)
        all[i] = ESP_TRY(get(lua, list, (int64_t)((uint64_t)from + i)));
    return lua_return(lua, count, all);
}

static esp_value table_unpack(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    esp_value list = lua_arg(args, n, 0), *results;
    int64_t from = LUA_OPT_INT(1, 1), last;
    uint64_t count;

    last = lua_arg_absent(args, n, 2) ? ESP_TRY(length(lua, list)).as.i
                                      : LUA_ARG_INT(2);
    if (from > last)
        return lua_none();
    count = (uint64_t)last - (uint64_t)from;
    if (count >= LUA_MOST_RESULTS)
        return lua_error(lua, "too many results to unpack");
    count++;
    if (!is_plain(list))
        return unpack_slowly(lua, list, from, count);
    if (count == 1)
        return lua_table_get_int(lua_table_of(list), from);
    results = lua_results(lua, count);
    if (!results)
        return esp_abrupt(ESP_THROW);
    for (uint64_t i = 0; i < count; i++)
        results[i] = lua_table_get_int(lua_table_of(list),
                                       (int64_t)((uint64_t)from + i));
    return lua_multi(count);
}

/* ---- sort -------------------------------------------------------------- */

/*
 * Quicksort of a copy, which is written back at the end.  The pivot is the
 * median of three; after an uneven split the middle one is chosen at random.
 * Scans for what is on the wrong side need no bounds, for the three stand
 * where they stop, unless the order contradicts itself, which is an error.
 */
typedef struct sort {
    lua_state *lua;
    esp_value less;             /* a function, or nil */
    esp_value *a;
    uint64_t random;
} sort;

enum { UNEVEN = 128 };

/* Boolean, or ESP_THROW. */
static esp_value less(const sort *s, esp_value a, esp_value b)
{
    esp_value args[] = { a, b };

    if (s->less.tag != LUA_NIL)
        return lua_boolean(lua_is_true(
            ESP_TRY(lua_call1(s->lua, s->less, args, 2))));
    if (a.tag == LUA_INT && b.tag == LUA_INT)
        return lua_boolean(a.as.i < b.as.i);
    if (a.tag == LUA_FLOAT && b.tag == LUA_FLOAT)
        return lua_boolean(a.as.d < b.as.d);
    return lua_less(s->lua, a, b);
}

static void exchange(const sort *s, int64_t i, int64_t j)
{
    esp_value v = s->a[i];

    s->a[i] = s->a[j];
    s->a[j] = v;
}

/* a[i] before a[j], which is behind it; nil, or ESP_THROW. */
static esp_value in_order(const sort *s, int64_t i, int64_t j)
{
    if (ESP_TRY(less(s, s->a[j], s->a[i])).as.i)
        exchange(s, i, j);
    return lua_nil();
}

/* Between lo and hi, which hold the smallest and the largest of three; the
 * pivot is at hi - 1.  Where the pivot belongs, or ESP_THROW. */
static esp_value split(const sort *s, int64_t lo, int64_t hi)
{
    esp_value pivot = s->a[hi - 1];
    int64_t i = lo, j = hi - 1;

    for (;;) {
        while (ESP_TRY(less(s, s->a[++i], pivot)).as.i)
            if (i == hi - 1)
                return lua_error(s->lua, "invalid order function for sorting");
        while (ESP_TRY(less(s, pivot, s->a[--j])).as.i)
            if (j < i || j == lo)
                return lua_error(s->lua, "invalid order function for sorting");
        if (j < i)
            break;
        exchange(s, i, j);
    }
    exchange(s, hi - 1, i);
    return lua_int(i);
}

static int64_t choose(sort *s, int64_t lo, int64_t hi, bool uneven)
{
    int64_t quarter = (hi - lo) / 4;

    if (!uneven || hi - lo < UNEVEN)
        return lo + (hi - lo) / 2;
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    return lo + quarter + (int64_t)((s->random >> 33) %
                                    (uint64_t)(2 * quarter));
}

/* a[lo] to a[hi]. */
static esp_value sort_part(sort *s, int64_t lo, int64_t hi)
{
    bool uneven = false;

    while (lo < hi) {
        int64_t middle, size = hi - lo;

        ESP_TRY(in_order(s, lo, hi));
        if (size == 1)
            break;
        middle = choose(s, lo, hi, uneven);
        if (ESP_TRY(less(s, s->a[middle], s->a[lo])).as.i)
            exchange(s, middle, lo);
        else
            ESP_TRY(in_order(s, middle, hi));
        if (size == 2)
            break;
        exchange(s, middle, hi - 1);
        middle = ESP_TRY(split(s, lo, hi)).as.i;
        uneven = middle - lo < size / 16 || hi - middle < size / 16;
        if (middle - lo < hi - middle) {
            ESP_TRY(sort_part(s, lo, middle - 1));
            lo = middle + 1;
        } else {
            ESP_TRY(sort_part(s, middle + 1, hi));
            hi = middle - 1;
        }
    }
    return lua_nil();
}

static esp_value sort_list(sort *s, esp_value list, int64_t n)
{
    s->a = (esp_value *)esp_alloc(s->lua->context, (size_t)n * sizeof *s->a);
    if (!s->a)
        return esp_abrupt(ESP_THROW);
    for (int64_t i = 0; i < n; i++)
        s->a[i] = ESP_TRY(get(s->lua, list, i + 1));
    ESP_TRY(sort_part(s, 0, n - 1));
    for (int64_t i = 0; i < n; i++)
        ESP_TRY(put(s->lua, list, i + 1, s->a[i]));
    return lua_none();
}

static esp_value table_sort(lua_state *lua, const esp_value *args, uint64_t n)
{
    sort s = { .lua = lua, .less = lua_arg(args, n, 1), .random = 1 };
    esp_value result;
    int64_t size;

    ESP_TRY(check_list(lua, args, n, 0, READ | WRITE | LENGTH));
    size = ESP_TRY(length(lua, args[0])).as.i;
    if (size < 2)
        return lua_none();
    if (size >= INT_MAX)
        return lua_arg_error(lua, 0, "array too big");
    if (s.less.tag != LUA_NIL)
        (void)LUA_ARG_FUNCTION(1);
    esp_coroutine_pin(lua->context);
    result = sort_list(&s, args[0], size);
    esp_coroutine_unpin(lua->context);
    return result;
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "concat", table_concat, 0 },
    { "insert", table_insert, LUA_VISIBLE },
    { "move", table_move, 0 },
    { "pack", table_pack, 0 },
    { "remove", table_remove, 0 },
    { "sort", table_sort, 0 },
    { "unpack", table_unpack, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_table(lua_state *lua)
{
    return lua_library(lua, "table", entries) != NULL;
}
