/*
 * Tables: see table.h.
 *
 * The hash table has open addressing with linear probing and is at most three
 * quarters full.  An entry without a key is free; one whose value is nil is
 * dead, but keeps its place until the table is made anew, which also looks
 * whether integer keys had better live in the array.
 */
#include "languages/lua/field.h"

#include "languages/lua/nodes.h"

#include <string.h>

typedef struct entry { esp_value key, value; } entry;

struct lua_hash {
    uint32_t size, used;            /* a power of two; entries with a key */
    entry entries[];
};

enum {
    FIRST = 4,                      /* sizes */
    MOST_NAMES = 64,                /* of a shape, from computed keys: fewer */
    MOST_COMPUTED = 16,
    MOST_ARRAY = 1 << 28
};

static const esp_kind table_kind =
    ESP_KIND_FIXED("table", lua_table, slots,
                   1 << LUA_INT | 1 << LUA_FLOAT | 1 << LUA_STRING |
                   1 << LUA_TABLE | 1 << LUA_FUNCTION);

lua_table *lua_table_new(lua_state *lua)
{
    if (ESP_UNLIKELY(!lua->table_shape))
        lua->table_shape = esp_shape_root(lua->context, &table_kind, NULL);
    return (lua_table *)esp_object_new(lua->context, lua->table_shape);
}

lua_table *lua_table_metatable(const lua_table *t)
{
    return t->cells ? t->cells->metatable
                    : lua_shape_metatable(t->base.shape);
}

/* ---- keys -------------------------------------------------------------- */

static uint64_t mix(uint64_t x)
{
    x *= 0x9e3779b97f4a7c15u;
    return x ^ x >> 32;
}

/* Of one that is no string. */
static uint32_t hash_key(esp_value key)
{
    return (uint32_t)mix((uint64_t)key.as.i + key.tag);
}

/* Strings that are keys are plain and know their hash. */
ESP_INLINE bool same_string(const esp_string *key, const esp_string *s)
{
    return key == s || (key->hash == s->hash && key->length == s->length &&
                        !memcmp(key->bytes, lua_bytes(s), s->length));
}

/* Of keys that are no strings. */
static bool same_key(esp_value a, esp_value b)
{
    return a.tag == b.tag && (a.as.i == b.as.i ||
                              (a.tag == LUA_FLOAT && a.as.d == b.as.d));
}

/* Floats that are integers are the same keys as those. */
static esp_value normal_key(esp_value key)
{
    int64_t i;

    if (key.tag == LUA_FLOAT && lua_float_to_int(key.as.d, &i))
        return lua_int(i);
    return key;
}

/* ---- the hash table ---------------------------------------------------- */

/* Where the key is, or would be. */
static entry *find_string(lua_hash *h, esp_string *s)
{
    uint32_t i = (uint32_t)lua_string_hash(s) & (h->size - 1);

    while (h->entries[i].key.tag != LUA_NIL &&
           !(h->entries[i].key.tag == LUA_STRING &&
             same_string(lua_string_of(h->entries[i].key), s)))
        i = (i + 1) & (h->size - 1);
    return &h->entries[i];
}

static entry *find_place(lua_hash *h, esp_value key)
{
    uint32_t i;

    if (key.tag == LUA_STRING)
        return find_string(h, lua_string_of(key));
    i = hash_key(key) & (h->size - 1);
    while (h->entries[i].key.tag != LUA_NIL &&
           !same_key(h->entries[i].key, key))
        i = (i + 1) & (h->size - 1);
    return &h->entries[i];
}

static entry *find_entry(const lua_table *t, esp_value key)
{
    entry *e = t->hash ? find_place(t->hash, key) : NULL;

    return e && e->key.tag != LUA_NIL ? e : NULL;
}

esp_value *lua_table_place(lua_table *t, esp_value key)
{
    entry *e = find_entry(t, key);

    return e ? &e->key : NULL;
}

static entry *find_name(const lua_table *t, esp_symbol *name)
{
    entry *e = t->hash ? find_string(t->hash, name) : NULL;

    return e && e->key.tag != LUA_NIL ? e : NULL;
}

esp_value lua_table_hashed(const lua_table *t, esp_symbol *name)
{
    const entry *e = find_name(t, name);

    return e ? e->value : esp_nothing();
}

static lua_hash *new_hash(lua_state *lua, uint64_t live)
{
    uint32_t size = FIRST;
    lua_hash *h;

    while ((uint64_t)size * 3 < live * 4)
        size *= 2;
    h = (lua_hash *)esp_alloc(lua->context,
                              sizeof *h + size * sizeof(entry));
    if (h)
        h->size = size;
    return h;
}

/* ---- the array --------------------------------------------------------- */

const esp_array_kind lua_array_kind = {
    .name = "table",
    .uniform = 1 << LUA_BOOLEAN | 1 << LUA_INT | 1 << LUA_FLOAT |
               1 << LUA_STRING | 1 << LUA_TABLE | 1 << LUA_FUNCTION,
    .flat = 1 << LUA_BOOLEAN | 1 << LUA_INT | 1 << LUA_FLOAT,
    .hole = { .tag = LUA_NIL },
};

static bool array_put(lua_state *lua, lua_table *t, uint64_t i, esp_value v)
{
    if (ESP_UNLIKELY(i >= MOST_ARRAY)) {
        lua_error_at(lua, NULL, "table overflow");
        return false;
    }
    return esp_array_put(lua->context, &lua_array_kind, &t->array, i, v);
}

/* What follows the array and is in the hash table moves. */
static bool pull_in(lua_state *lua, lua_table *t)
{
    for (;;) {
        uint64_t n = t->array.length;
        entry *e = find_entry(t, lua_int((int64_t)n + 1));

        if (!e || e->value.tag == LUA_NIL)
            return true;
        if (!array_put(lua, t, n, e->value))
            return false;
        e->value = lua_nil();
    }
}

esp_value lua_table_get_int_slow(lua_table *t, int64_t i)
{
    entry *e = find_entry(t, lua_int(i));

    return e ? e->value : lua_nil();
}

esp_value lua_table_get_int(lua_table *t, int64_t i)
{
    if (lua_array_index(i) < t->array.length)
        return esp_array_element(&t->array, lua_array_index(i));
    return t->hash ? lua_table_get_int_slow(t, i) : lua_nil();
}

/* ---- making the hash table anew ---------------------------------------- */

/* How many integer keys there are from 2^(b-1) + 1 to 2^b. */
static void count_keys(const lua_table *t, uint64_t bins[64])
{
    for (uint32_t i = 0; i < t->array.length; i++)
        if (esp_array_element(&t->array, i).tag != LUA_NIL)
            bins[i ? 64 - __builtin_clzll(i) : 0]++;
    for (uint32_t i = 0; t->hash && i < t->hash->size; i++) {
        entry *e = &t->hash->entries[i];

        if (e->key.tag == LUA_INT && e->value.tag != LUA_NIL &&
            e->key.as.i >= 1 && e->key.as.i <= MOST_ARRAY)
            bins[e->key.as.i > 1
                     ? 64 - __builtin_clzll((uint64_t)e->key.as.i - 1)
                     : 0]++;
    }
}

/* The largest power of two of which more than half would be used. */
static uint64_t best_array(const uint64_t bins[64])
{
    uint64_t best = 0, sum = 0;

    for (int b = 0; b < 31; b++) {
        sum += bins[b];
        if (sum > (uint64_t)1 << b >> 1)
            best = (uint64_t)1 << b;
    }
    return best;
}

/* Moves the integer keys up to `most` into the array. */
static bool fill_array(lua_state *lua, lua_table *t, uint64_t most)
{
    for (uint32_t i = 0; i < t->hash->size; i++) {
        entry *e = &t->hash->entries[i];

        if (e->key.tag != LUA_INT || e->value.tag == LUA_NIL ||
            lua_array_index(e->key.as.i) >= most)
            continue;
        if (!array_put(lua, t, lua_array_index(e->key.as.i), e->value))
            return false;
        e->value = lua_nil();
    }
    return true;
}

static uint64_t count_live(const lua_hash *h)
{
    uint64_t live = 0;

    for (uint32_t i = 0; h && i < h->size; i++)
        live += h->entries[i].value.tag != LUA_NIL;
    return live;
}

/* Room for at least one more. */
static bool rehash(lua_state *lua, lua_table *t, uint64_t more)
{
    lua_hash *old = t->hash, *h;
    uint64_t bins[64] = { 0 }, most;

    if (old) {
        count_keys(t, bins);
        most = best_array(bins);
        if (most > t->array.length &&
            (!fill_array(lua, t, most) || !pull_in(lua, t)))
            return false;
    }
    h = new_hash(lua, count_live(old) + more);
    if (!h)
        return false;
    for (uint32_t i = 0; old && i < old->size; i++)
        if (old->entries[i].value.tag != LUA_NIL) {
            *find_place(h, old->entries[i].key) = old->entries[i];
            h->used++;
        }
    t->hash = h;
    /* A word on the stack that still says where it was keeps nothing more. */
    if (old)
        memset(old->entries, 0, old->size * sizeof *old->entries);
    return true;
}

/* A key that is a piece of a large text does not keep that. */
static bool make_key(lua_state *lua, esp_value *string)
{
    esp_string *s = lua_string_of(*string), *copy;

    lua_string_hash(s);
    if (!(s->form & ESP_STRING_ELSEWHERE))
        return true;
    copy = lua_string_make(lua, lua_bytes(s), s->length);
    if (!copy)
        return false;
    copy->hash = s->hash;
    *string = lua_pointer(copy, LUA_STRING);
    return true;
}

static bool hash_put(lua_state *lua, lua_table *t, esp_value key, esp_value v)
{
    entry *e = t->hash ? find_place(t->hash, key) : NULL;

    if (e && e->key.tag != LUA_NIL) {
        e->value = v;
        return true;
    }
    if (v.tag == LUA_NIL)
        return true;
    if (!e || (t->hash->used + 1) * (uint64_t)4 > t->hash->size * (uint64_t)3) {
        uint64_t live = count_live(t->hash);

        if (!rehash(lua, t, live < FIRST ? FIRST : live / 2 + 1))
            return false;
        /* The array may have become larger meanwhile. */
        if (key.tag == LUA_INT && lua_array_index(key.as.i) <= t->array.length)
            return lua_table_put_int(lua, t, key.as.i, v);
        e = find_place(t->hash, key);
    }
    if (key.tag == LUA_STRING && !make_key(lua, &key))
        return false;
    *e = (entry){ key, v };
    t->hash->used++;
    return true;
}

bool lua_table_put_int(lua_state *lua, lua_table *t, int64_t i, esp_value v)
{
    uint64_t index = lua_array_index(i);

    if (index < t->array.length)
        return array_put(lua, t, index, v);
    if (index == t->array.length && v.tag != LUA_NIL)
        return array_put(lua, t, index, v) && (!t->hash || pull_in(lua, t));
    return hash_put(lua, t, lua_int(i), v);
}

bool lua_table_reserve(lua_state *lua, lua_table *t, uint64_t array,
                       uint64_t others)
{
    if (array && !esp_array_reserve(lua->context, &lua_array_kind, &t->array,
                                    array, lua_int(0)))
        return false;
    return !others || rehash(lua, t, others);
}

bool lua_table_append(lua_state *lua, lua_table *t, uint32_t n,
                      const esp_value *values, uint64_t more)
{
    for (uint64_t i = 0; i < more; i++) {
        if (values[i].tag == LUA_NIL)
            continue;
        if (!(t->hash ? lua_table_put_int(lua, t, (int64_t)(n + i + 1),
                                          values[i])
                      : array_put(lua, t, n + i, values[i])))
            return false;
    }
    return true;
}

int64_t lua_table_length(lua_table *t)
{
    return t->array.length;
}

/* ---- cells ------------------------------------------------------------- */

static uint32_t *cell_place(const lua_cells *c, const esp_symbol *name)
{
    uint32_t i = esp_hash_pointer(name) & (c->size - 1);

    while (c->index[i] && c->names[c->index[i] - 1] != name)
        i = (i + 1) & (c->size - 1);
    return &c->index[i];
}

static esp_cell *find_cell(const lua_cells *c, const esp_symbol *name)
{
    uint32_t number = *cell_place(c, name);

    return number ? c->cells[number - 1] : NULL;
}

static bool grow_cells(lua_state *lua, lua_cells *c)
{
    uint32_t cap = c->cap ? 2 * c->cap : 32;
    esp_symbol **names = ESP_CONTEXT_ARRAY(lua->context, esp_symbol *, cap);
    esp_cell **cells = ESP_CONTEXT_ARRAY(lua->context, esp_cell *, cap);
    uint32_t *index = ESP_CONTEXT_ARRAY(lua->context, uint32_t, 2 * cap);

    if (!names || !cells || !index)
        return false;
    if (c->n) {
        memcpy(names, c->names, c->n * sizeof *names);
        memcpy(cells, c->cells, c->n * sizeof *cells);
    }
    c->names = names;
    c->cells = cells;
    c->index = index;
    c->cap = cap;
    c->size = 2 * cap;
    for (uint32_t i = 0; i < c->n; i++)
        *cell_place(c, names[i]) = i + 1;
    return true;
}

/* A key that a program has put together before its text was a name is not
 * known by its symbol: its value moves. */
static esp_value take_hashed(lua_table *t, esp_symbol *name)
{
    entry *e = find_name(t, name);
    esp_value v = e ? e->value : lua_nil();

    if (e)
        e->value = lua_nil();
    return v;
}

esp_cell *lua_table_cell(lua_state *lua, lua_table *t, esp_symbol *name)
{
    lua_cells *c = t->cells;
    esp_cell *cell = find_cell(c, name);

    if (cell)
        return cell;
    if (c->n == c->cap && !grow_cells(lua, c))
        return NULL;
    cell = esp_cell_new(lua->context, name->bytes, take_hashed(t, name));
    if (!cell)
        return NULL;
    c->names[c->n] = name;
    c->cells[c->n++] = cell;
    *cell_place(c, name) = c->n;
    return cell;
}

/* A first value is no write: so that what the program defines once stays a
 * constant. */
static bool cell_put(lua_state *lua, lua_table *t, esp_symbol *name,
                     esp_value v)
{
    esp_cell *cell = lua_table_cell(lua, t, name);

    if (!cell)
        return false;
    esp_cell_set(lua->context, cell, v);
    return true;
}

bool lua_table_open_cells(lua_state *lua, lua_table *t)
{
    lua_cells *c = ESP_CONTEXT_ARRAY(lua->context, lua_cells, 1);
    esp_shape *shape = c ? esp_shape_root(lua->context, &table_kind, c) : NULL;
    esp_object old = t->base;
    esp_value slots[LUA_TABLE_SLOTS], v;
    lua_table before = *t;
    uint32_t at = 0;
    esp_key key;

    if (!shape || !grow_cells(lua, c))
        return false;
    c->table = t;
    c->metatable = lua_shape_metatable(old.shape);
    memcpy(slots, t->slots, sizeof slots);
    memset(t->slots, 0, sizeof slots);
    t->base = (esp_object){ shape, NULL };
    t->cells = c;
    while (esp_object_next(&before.base, &at, &key, &v))
        if (!cell_put(lua, t, (esp_symbol *)(uintptr_t)key, v))
            return false;
    return true;
}

bool lua_table_set_metatable(lua_state *lua, lua_table *t,
                             lua_table *metatable)
{
    if (t->cells) {
        lua_cells *c = t->cells;
        esp_shape *shape;

        if (c->metatable == metatable)
            return true;
        /* The names stay, the shape is another: who knew it asks again. */
        t->cells = ESP_CONTEXT_ARRAY(lua->context, lua_cells, 1);
        if (!t->cells)
            return false;
        *t->cells = *c;
        t->cells->metatable = metatable;
        shape = esp_shape_root(lua->context, &table_kind, t->cells);
        if (!shape)
            return false;
        t->base.shape = shape;
        return true;
    }
    return esp_object_set_dynamic(lua->context, &t->base, metatable);
}

/* ---- names ------------------------------------------------------------- */

esp_value lua_table_get_name(lua_table *t, esp_symbol *name)
{
    const entry *e;
    esp_value v;

    if (t->cells) {
        const esp_cell *cell = find_cell(t->cells, name);

        if (cell)
            return cell->value;
    } else {
        v = esp_object_get(&t->base, name);
        if (v.tag != ESP_NOTHING)
            return v;
    }
    e = find_name(t, name);
    return e ? e->value : lua_nil();
}

/* One that is not in the shape yet. */
static bool add_name(lua_state *lua, lua_table *t, esp_symbol *name,
                     esp_value v, uint32_t most)
{
    entry *e = find_name(t, name);

    if (e) {
        e->value = v;
        return true;
    }
    if (v.tag == LUA_NIL)
        return true;
    if (esp_object_count(&t->base) < most)
        return esp_object_put(lua->context, &t->base, name, v);
    return hash_put(lua, t, lua_name_value(lua, name), v);
}

static bool put_name(lua_state *lua, lua_table *t, esp_symbol *name,
                     esp_value v, uint32_t most)
{
    if (t->cells)
        return cell_put(lua, t, name, v);
    if (esp_object_get(&t->base, name).tag != ESP_NOTHING)
        return esp_object_put(lua->context, &t->base, name, v);
    return add_name(lua, t, name, v, most);
}

bool lua_table_put_name(lua_state *lua, lua_table *t, esp_symbol *name,
                        esp_value v)
{
    return put_name(lua, t, name, v, MOST_NAMES);
}

bool lua_table_put_text(lua_state *lua, lua_table *t, const char *name,
                        esp_value v)
{
    esp_symbol *symbol = lua_name(lua, name, strlen(name));

    return symbol && lua_table_put_name(lua, t, symbol, v);
}

esp_value lua_table_get_text(lua_state *lua, lua_table *t, const char *name)
{
    esp_symbol *symbol = esp_intern_string(lua->context, name);

    return symbol ? lua_table_get_name(t, symbol) : lua_nil();
}

/* ---- any key ----------------------------------------------------------- */

esp_value lua_table_get(lua_state *lua, lua_table *t, esp_value key)
{
    const entry *e;

    key = normal_key(key);
    if (key.tag == LUA_INT)
        return lua_table_get_int(t, key.as.i);
    if (key.tag == LUA_STRING) {
        esp_symbol *name = lua_string_name(lua, lua_string_of(key));

        if (name)
            return lua_table_get_name(t, name);
    }
    e = find_entry(t, key);
    return e && key.tag != LUA_NIL ? e->value : lua_nil();
}

bool lua_table_replace(lua_state *lua, lua_table *t, esp_value key,
                       esp_value v)
{
    entry *e;

    if (!t->hash || key.tag == LUA_NIL)
        return false;
    key = normal_key(key);
    if (key.tag == LUA_STRING && lua_string_name(lua, lua_string_of(key)))
        return false;
    e = find_entry(t, key);
    if (!e || e->value.tag == LUA_NIL)
        return false;
    e->value = v;
    return true;
}

static bool bad_key(lua_state *lua, const char *what)
{
    lua_error_at(lua, NULL, "table index is %s", what);
    return false;
}

bool lua_table_put(lua_state *lua, lua_table *t, esp_value key, esp_value v)
{
    key = normal_key(key);
    if (key.tag == LUA_INT)
        return lua_table_put_int(lua, t, key.as.i, v);
    if (key.tag == LUA_STRING) {
        esp_symbol *name = lua_string_name(lua, lua_string_of(key));

        if (name)
            return put_name(lua, t, name, v, MOST_COMPUTED);
    }
    if (key.tag == LUA_NIL)
        return bad_key(lua, "nil");
    if (key.tag == LUA_FLOAT && key.as.d != key.as.d)
        return bad_key(lua, "NaN");
    return hash_put(lua, t, key, v);
}

/* ---- next -------------------------------------------------------------- */

/* Where a walk is: numbers of elements of the three parts, one after the
 * other.  What is behind the last of a part is the first of the next. */
typedef struct walk {
    enum { ARRAY, NAMES, HASH } part;
    uint32_t at;
} walk;

static bool next_element(const lua_table *t, walk *w, esp_value *key,
                         esp_value *v)
{
    uint64_t i = w->at;

    if (esp_array_next(&lua_array_kind, &t->array, &i, v)) {
        *key = lua_int((int64_t)i + 1);
        w->at = (uint32_t)i + 1;
        return true;
    }
    *w = (walk){ NAMES, 0 };
    return false;
}

static bool next_name(lua_state *lua, lua_table *t, walk *w, esp_value *key,
                      esp_value *v)
{
    esp_key name = NULL;

    for (;;) {
        if (t->cells) {
            if (w->at >= t->cells->n)
                break;
            name = t->cells->names[w->at];
            *v = t->cells->cells[w->at++]->value;
        } else if (!esp_object_next(&t->base, &w->at, &name, v)) {
            break;
        }
        if (v->tag == LUA_NIL)
            continue;
        *key = lua_name_value(lua, (esp_symbol *)(uintptr_t)name);
        return true;
    }
    *w = (walk){ HASH, 0 };
    return false;
}

static bool next_entry(const lua_table *t, walk *w, esp_value *key,
                       esp_value *v)
{
    while (t->hash && w->at < t->hash->size) {
        const entry *e = &t->hash->entries[w->at++];

        if (e->value.tag != LUA_NIL) {
            *key = e->key;
            *v = e->value;
            return true;
        }
    }
    return false;
}

/* Behind the name, if the table has it. */
static bool find_behind_name(lua_table *t, esp_symbol *name, walk *w)
{
    const esp_property *p;
    esp_key key;
    esp_value v;

    w->part = NAMES;
    w->at = 0;
    if (t->cells) {
        w->at = *cell_place(t->cells, name);
        return w->at != 0;
    }
    if (!t->base.shape->dictionary) {
        p = esp_shape_find(t->base.shape, name);
        w->at = p ? p->index + 1 : 0;
        return p != NULL;
    }
    while (esp_object_next(&t->base, &w->at, &key, &v))
        if (key == name)
            return true;
    return false;
}

static bool find_behind(lua_state *lua, lua_table *t, esp_value key, walk *w)
{
    entry *e;

    *w = (walk){ ARRAY, 0 };
    if (key.tag == LUA_NIL)
        return true;
    key = normal_key(key);
    if (key.tag == LUA_INT && lua_array_index(key.as.i) < t->array.length) {
        w->at = (uint32_t)key.as.i;
        return true;
    }
    if (key.tag == LUA_STRING) {
        esp_symbol *name = lua_string_name(lua, lua_string_of(key));

        if (name && find_behind_name(t, name, w))
            return true;
    }
    e = find_entry(t, key);
    if (!e) {
        /* An element that was removed, so that the array became shorter. */
        w->part = NAMES;
        w->at = 0;
        return key.tag == LUA_INT &&
               lua_array_index(key.as.i) < t->array.capacity;
    }
    *w = (walk){ HASH, (uint32_t)(e - t->hash->entries) + 1 };
    return true;
}

static bool go_on(lua_state *lua, lua_table *t, walk *w, esp_value *key,
                  esp_value *v)
{
    if (w->part == ARRAY && next_element(t, w, key, v))
        return true;
    if (w->part == NAMES && next_name(lua, t, w, key, v))
        return true;
    return next_entry(t, w, key, v);
}

int lua_table_next(lua_state *lua, lua_table *t, esp_value *key, esp_value *v)
{
    walk w;

    if (!find_behind(lua, t, *key, &w))
        return -1;
    return go_on(lua, t, &w, key, v);
}

bool lua_table_walk(lua_state *lua, lua_table *t, int64_t *place,
                    esp_value *key, esp_value *v)
{
    walk w = { *place >> 32 == 0   ? ARRAY
               : *place >> 32 == 1 ? NAMES
                                   : HASH, (uint32_t)*place };
    bool found = go_on(lua, t, &w, key, v);

    *place = (int64_t)w.part << 32 | w.at;
    return found;
}
