/*
 * What field caches learn: see field.h.
 */
#include "languages/lua/field.h"

#include "languages/lua/nodes.h"

enum {
    MOST_ENTRIES = 6,
    MOST_STEPS = 8,
    MOST_OPENED = 2000              /* tables that got cells for this */
};

const char lua_string_key[] = "string";

esp_value lua_field_get_slow(esp_node *node, lua_state *lua, esp_value object,
                             esp_symbol *name)
{
    return lua_index_slow(lua, node, object, lua_name_value(lua, name));
}

esp_value lua_field_set_slow(esp_node *node, lua_state *lua, esp_value object,
                             esp_symbol *name, esp_value v)
{
    return lua_set_index_slow(lua, node, object, lua_name_value(lua, name), v);
}

void lua_field_note_unusual(esp_node *node, field_cache *c)
{
    esp_node_changing(node);
    c->unusual = true;
    esp_node_changed(node, "not as cached");
}

/* ---- finding ----------------------------------------------------------- */

/* Tables that others look things up in get cells; not without end, for a
 * program may make such tables by the thousand. */
static bool has_cells(lua_state *lua, lua_table *t)
{
    if (t->cells)
        return true;
    if (lua->nopened >= MOST_OPENED ||
        esp_object_count(&t->base) > 1000 || !lua_table_open_cells(lua, t))
        return false;
    lua->nopened++;
    return true;
}

/* The steps from a table with this metatable; false: they are not simple. */
static bool find_steps(lua_state *lua, lua_table *metatable, esp_symbol *name,
                       field_step **to)
{
    esp_symbol *index = lua->meta_names[LUA_META_index];

    *to = NULL;
    for (int i = 0; metatable; i++) {
        field_step *s = ESP_CONTEXT_ARRAY(lua->context, field_step, 1);

        if (i == MOST_STEPS || !s || !has_cells(lua, metatable) ||
            lua_table_hashed(metatable, index).tag != ESP_NOTHING)
            return false;
        s->index = lua_table_cell(lua, metatable, index);
        if (!s->index)
            return false;
        *to = s;
        to = &s->next;
        if (s->index->value.tag == LUA_NIL)
            return true;
        if (s->index->value.tag != LUA_TABLE ||
            !has_cells(lua, lua_table_of(s->index->value)))
            return false;
        s->table = lua_table_of(s->index->value);
        s->value = lua_table_cell(lua, s->table, name);
        if (!s->value)
            return false;
        s->shape = s->table->base.shape;
        if (s->value->value.tag != LUA_NIL)
            return true;
        metatable = lua_table_metatable(s->table);
    }
    return true;
}

static void find_get(lua_state *lua, field_entry *e, lua_table *t,
                     esp_symbol *name)
{
    lua_table *metatable = lua_table_metatable(t);
    const esp_property *p;

    e->plain = !metatable;
    e->how = FIELD_SLOW;
    if (t->cells) {
        e->cell = lua_table_cell(lua, t, name);
        if (e->cell &&
            lua_table_hashed(t, name).tag == ESP_NOTHING)
            e->how = FIELD_CELL;
        return;
    }
    if (t->base.shape->dictionary)
        return;
    p = esp_shape_find(t->base.shape, name);
    if (p) {
        e->at = p->at;
        e->how = FIELD_PLACE;
    } else if (find_steps(lua, metatable, name, &e->steps)) {
        e->how = FIELD_STEPS;
    }
}

static field_entry *new_entry(lua_state *lua, const void *key)
{
    field_entry *e = ESP_CONTEXT_ARRAY(lua->context, field_entry, 1);

    if (e)
        e->base.key = key;
    return e;
}

/* The shape may have changed while others got cells: it is asked for when
 * that is over. */
esp_value lua_field_get_miss(esp_node *node, field_cache *c, lua_state *lua,
                             esp_value object, esp_symbol *name)
{
    field_entry *e = NULL;

    if (object.tag == LUA_TABLE) {
        e = new_entry(lua, NULL);
        if (e) {
            find_get(lua, e, lua_table_of(object), name);
            e->base.key = lua_table_of(object)->base.shape;
        }
    } else if (object.tag == LUA_STRING &&
               lua->type_metatables[LUA_STRING]) {
        e = new_entry(lua, lua_string_key);
        if (e && !find_steps(lua, lua->type_metatables[LUA_STRING], name,
                             &e->steps))
            e = NULL;
    }
    if (e)
        esp_icache_add(&c->cache, node, &e->base, MOST_ENTRIES);
    return lua_field_get_slow(node, lua, object, name);
}

/* The metatable allows new names, as long as this stays nil. */
static bool find_newindex(lua_state *lua, field_entry *e,
                          lua_table *metatable)
{
    esp_symbol *newindex = lua->meta_names[LUA_META_newindex];

    if (!metatable)
        return true;
    if (!has_cells(lua, metatable) ||
        lua_table_hashed(metatable, newindex).tag != ESP_NOTHING)
        return false;
    e->newindex = lua_table_cell(lua, metatable, newindex);
    return e->newindex && e->newindex->value.tag == LUA_NIL;
}

static void find_set(lua_state *lua, field_entry *e, lua_table *t,
                     esp_symbol *name)
{
    e->how = FIELD_SLOW;
    if (!find_newindex(lua, e, lua_table_metatable(t)))
        return;
    if (t->cells) {
        e->cell = lua_table_cell(lua, t, name);
        if (e->cell && lua_table_hashed(t, name).tag == ESP_NOTHING)
            e->how = FIELD_CELL;
    }
}

/* The write has been made: what has it done?  A location that became wider is
 * like a new one: all tables of this shape go that way, for those who make them
 * may not know of it yet. */
static void note_write(field_entry *e, lua_table *t, esp_symbol *name,
                       esp_value v, esp_shape *before, uint32_t extra_before)
{
    const esp_property *p;

    if (e->how != FIELD_SLOW || t->cells || t->base.shape->dictionary)
        return;
    p = esp_shape_find(t->base.shape, name);
    if (!p && v.tag == LUA_NIL)
        e->how = FIELD_ABSENT;
    if (!p)
        return;
    e->at = p->at;
    e->how = FIELD_PLACE;
    if (t->base.shape != before) {
        e->after = t->base.shape;
        e->adds = !esp_shape_find(before, name);
        e->usual = esp_shape_usual(e->after);
        e->grows = e->after->extra_size != extra_before;
    }
}

/* Tables do not get the shapes any more that the cache knows. */
static bool is_outdated(const field_cache *c)
{
    for (const esp_cached *e = c->cache.first; e; e = e->next) {
        const esp_shape *after = ((const field_entry *)e)->after;

        if (after && esp_shape_outdated(after))
            return true;
    }
    return false;
}

esp_value lua_field_set_miss(esp_node *node, field_cache *c, lua_state *lua,
                             esp_value object, esp_symbol *name, esp_value v)
{
    lua_table *t = lua_table_of(object);
    field_entry *e = object.tag == LUA_TABLE ? new_entry(lua, NULL) : NULL;
    esp_shape *before;
    bool simple;

    if (!e)
        return lua_field_set_slow(node, lua, object, name, v);
    find_set(lua, e, t, name);
    before = t->base.shape;
    e->base.key = before;
    simple = e->newindex ? e->newindex->value.tag == LUA_NIL
                         : !lua_table_metatable(t);
    if (esp_is_abrupt(lua_field_set_slow(node, lua, object, name, v)))
        return esp_abrupt(ESP_THROW);
    if (simple)
        note_write(e, t, name, v, before, before->extra_size);
    if (is_outdated(c))
        esp_icache_clear(&c->cache, node);
    esp_icache_add(&c->cache, node, &e->base, MOST_ENTRIES);
    return lua_nil();
}

/* ---- metatables -------------------------------------------------------- */

/* The cell of a metamethod; NULL: not in a cell, or there is no memory. */
static esp_cell *meta_cell(lua_state *lua, lua_table *metatable, int meta)
{
    esp_symbol *name = lua->meta_names[meta];

    if (!has_cells(lua, metatable) ||
        lua_table_hashed(metatable, name).tag != ESP_NOTHING)
        return NULL;
    return lua_table_cell(lua, metatable, name);
}

esp_value lua_meta_miss(esp_node *node, field_cache *c, lua_state *lua,
                        esp_value table, int meta)
{
    lua_table *t = lua_table_of(table), *metatable = lua_table_metatable(t);
    meta_entry *e = ESP_CONTEXT_ARRAY(lua->context, meta_entry, 1);

    if (e) {
        if (metatable)
            e->cell = meta_cell(lua, metatable, meta);
        e->base.key = t->base.shape;
        esp_icache_add(&c->cache, node, &e->base,
                       e->cell || !metatable ? MOST_ENTRIES : 0);
    }
    return lua_metamethod(lua, table, meta);
}

/* Learns what setmetatable does to such tables, by doing it.  False: not done,
 * since it is not that simple. */
static bool learn_stamp(lua_state *lua, stamp_entry *e, lua_table *t,
                        lua_table *metatable)
{
    e->gc = meta_cell(lua, metatable, LUA_META_gc);
    e->mode = meta_cell(lua, metatable, LUA_META_mode);
    e->base.key = t->base.shape;
    e->metatable = metatable;
    if (t->base.shape->dynamic || !e->gc || e->gc->value.tag != LUA_NIL ||
        !e->mode || e->mode->value.tag != LUA_NIL ||
        !lua_table_set_metatable(lua, t, metatable))
        return false;
    e->after = t->base.shape;
    return true;
}

bool lua_stamp_miss(esp_node *node, field_cache *c, lua_state *lua,
                    lua_table *t, lua_table *metatable)
{
    stamp_entry *e = ESP_CONTEXT_ARRAY(lua->context, stamp_entry, 1);
    bool done = e && !t->base.shape->dictionary &&
                learn_stamp(lua, e, t, metatable);
    bool simple = done && !t->base.shape->dictionary;

    if (e)
        esp_icache_add(&c->cache, node, &e->base, simple ? MOST_ENTRIES : 0);
    return done;
}
