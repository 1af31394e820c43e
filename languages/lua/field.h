/*
 * field.h: fields with names, cached in nodes.
 *
 * For each shape that a node has met it keeps where the name is.  That is a
 * place in tables of this shape; or a cell, if the shape is that of a table
 * with cells; or neither, and then the name is looked for along the __index of
 * metatables.  Those tables get cells when this happens for the first time, so
 * that in compiled code nothing is left of the search: the metatable is the
 * shape's, its __index is a constant, and so is what that one has.
 */
#ifndef LUA_FIELD_H
#define LUA_FIELD_H

#include "languages/lua/table.h"

/* One table further along __index. */
typedef struct field_step {
    ESP_FINAL esp_cell *index;      /* of the metatable before: must hold */
    ESP_FINAL lua_table *table;     /* this table; NULL: must be nil, and the
                                     * search ends */
    ESP_FINAL esp_cell *value;      /* its value for the name; if nil, */
    ESP_FINAL esp_shape *shape;     /* this must be its shape, which tells the
                                     * metatable of the next step, if any */
    ESP_FINAL struct field_step *next;
} field_step;

typedef enum field_how {
    FIELD_PLACE,                    /* in the table itself */
    FIELD_CELL,
    FIELD_STEPS,                    /* not in the table: nil without steps */
    FIELD_ABSENT,                   /* writes of nil: there is no such name */
    FIELD_SLOW
} field_how;

typedef struct field_entry {
    esp_cached base;                /* key: the shape, or lua_string_key */
    ESP_FINAL field_how how;
    ESP_FINAL bool plain;           /* no metatable */
    ESP_FINAL bool grows;           /* writes: `after` has a larger extra */
    ESP_FINAL bool adds;            /* writes: `after` has one name more */
    ESP_FINAL esp_location at;
    ESP_FINAL esp_shape *after;     /* writes: of the table with the name, or
                                     * with a wider location for it; NULL if it
                                     * has that already */
    ESP_FINAL esp_assumption *usual;    /* `after` is what tables get; NULL:
                                         * asked for otherwise */
    ESP_FINAL esp_cell *cell;       /* FIELD_CELL */
    ESP_FINAL esp_cell *newindex;   /* writes: must be nil; or NULL */
    ESP_FINAL field_step *steps;
} field_entry;

typedef struct field_cache {
    esp_icache cache;
    ESP_FINAL bool unusual;         /* the cache was not enough, in spite of an
                                     * entry */
} field_cache;

/* A cache for a metamethod: of the metatable of tables with a shape. */
typedef struct meta_entry {
    esp_cached base;                /* key: the shape */
    ESP_FINAL esp_cell *cell;       /* NULL: they have no metatable */
} meta_entry;

/* A cache for setmetatable: tables of a shape without a metatable get this. */
typedef struct stamp_entry {
    esp_cached base;                /* key: the shape */
    ESP_FINAL lua_table *metatable;
    ESP_FINAL esp_shape *after;
    ESP_FINAL esp_cell *gc, *mode;  /* must be nil */
} stamp_entry;

/* Stands for a shape where the receiver is a string. */
extern const char lua_string_key[] __attribute__((visibility("hidden")));

/* What is not in the cache: finds it, adds it, does it. */
ESP_BOUNDARY esp_value lua_field_get_miss(esp_node *node, field_cache *c,
                                          lua_state *lua, esp_value object,
                                          esp_symbol *name);
ESP_BOUNDARY esp_value lua_field_set_miss(esp_node *node, field_cache *c,
                                          lua_state *lua, esp_value object,
                                          esp_symbol *name, esp_value v);
ESP_BOUNDARY esp_value lua_meta_miss(esp_node *node, field_cache *c,
                                     lua_state *lua, esp_value table,
                                     int meta);
/* False: this is for setmetatable itself. */
ESP_BOUNDARY bool lua_stamp_miss(esp_node *node, field_cache *c,
                                 lua_state *lua, lua_table *t,
                                 lua_table *metatable);
ESP_BOUNDARY void lua_field_note_unusual(esp_node *node, field_cache *c);

/* Slowly, without the cache. */
ESP_BOUNDARY esp_value lua_field_get_slow(esp_node *node, lua_state *lua,
                                          esp_value object, esp_symbol *name);
ESP_BOUNDARY esp_value lua_field_set_slow(esp_node *node, lua_state *lua,
                                          esp_value object, esp_symbol *name,
                                          esp_value v);
/* A name in the table's hash part: ESP_NOTHING, if it is not there. */
ESP_LEAF esp_value lua_table_hashed(const lua_table *t, esp_symbol *name);

/* Before what is done by a call that may do anything, a metamethod mostly.
 * Compiled code of a node that never came here has no such calls: what it knows
 * of tables stays true, and new ones can stay virtual.  The same before a look
 * into the hash table, so that elsewhere a method is a constant. */
ESP_INLINE void lua_field_unusual(esp_node *node, field_cache *c)
{
    if (ESP_UNLIKELY(!c->unusual)) {
        esp_deopt_invalidate();
        lua_field_note_unusual(node, c);
    }
}

ESP_INLINE esp_value lua_cell_get(const esp_cell *cell)
{
    esp_value v = esp_in_interpreter() ? cell->value : esp_cell_get(cell);

    esp_assume(!esp_is_abrupt(v));
    return v;
}

/* ESP_NOTHING: it is not as it was when the entry was made. */
ESP_INLINE esp_value lua_field_walk(const field_entry *e)
{
    for (const field_step *s = e->steps; s; s = s->next) {
        ESP_EXPLODE;
        esp_value index = lua_cell_get(s->index), v;

        if (!s->table)
            return index.tag == LUA_NIL ? index : esp_nothing();
        if (index.tag != LUA_TABLE || index.as.p != s->table)
            return esp_nothing();
        v = lua_cell_get(s->value);
        if (v.tag != LUA_NIL)
            return v;
        if (s->table->base.shape != s->shape || s->table->hash)
            return esp_nothing();
    }
    return lua_nil();
}

ESP_INLINE esp_value lua_field_found(const field_entry *e, const lua_table *t,
                                     esp_symbol *name)
{
    esp_value v;

    switch (e->how) {
    case FIELD_PLACE:
        v = esp_location_get(&t->base, &e->at);
        return v.tag == LUA_NIL && !e->plain ? esp_nothing() : v;
    case FIELD_CELL:
        v = lua_cell_get(e->cell);
        return v.tag == LUA_NIL && !e->plain ? esp_nothing() : v;
    case FIELD_STEPS:
        if (ESP_UNLIKELY(t->hash)) {
            v = lua_table_hashed(t, name);
            if (v.tag != ESP_NOTHING)
                return v;
        }
        return lua_field_walk(e);
    default:
        return esp_nothing();
    }
}

/* object.name; object is any value. */
ESP_INLINE esp_value lua_field_get(esp_node *node, field_cache *c,
                                   lua_state *lua, esp_value object,
                                   esp_symbol *name)
{
    if (ESP_LIKELY(object.tag == LUA_TABLE)) {
        const lua_table *t = lua_table_of(object);

        ESP_FOR_CACHED(field_entry, e, c->cache, t->base.shape) {
            esp_value v;

            if (e->how == FIELD_STEPS && t->hash)
                lua_field_unusual(node, c);
            v = lua_field_found(e, t, name);
            if (ESP_LIKELY(v.tag != ESP_NOTHING))
                return v;
            lua_field_unusual(node, c);
            return lua_field_get_slow(node, lua, object, name);
        }
    } else if (object.tag == LUA_STRING) {
        ESP_FOR_CACHED(field_entry, e, c->cache, lua_string_key) {
            esp_value v = lua_field_walk(e);

            if (ESP_LIKELY(v.tag != ESP_NOTHING))
                return v;
            lua_field_unusual(node, c);
            return lua_field_get_slow(node, lua, object, name);
        }
    }
    if (esp_icache_megamorphic(&c->cache))
        return lua_field_get_slow(node, lua, object, name);
    esp_deopt_invalidate();
    return lua_field_get_miss(node, c, lua, object, name);
}

/*
 * The interpreter tries the first entry, and a place in the table, by itself:
 * true if that was it.  With everything else it goes elsewhere, so that its
 * usual path needs few registers.
 */
ESP_INLINE bool lua_field_quickly(const field_cache *c, esp_value object,
                                  esp_value *v)
{
    const field_entry *e = (const field_entry *)c->cache.first;
    const lua_table *t = lua_table_of(object);

    if (ESP_UNLIKELY(object.tag != LUA_TABLE || !e ||
                     e->base.key != t->base.shape || e->how > FIELD_CELL))
        return false;
    *v = e->how == FIELD_PLACE ? esp_location_get(&t->base, &e->at)
                               : e->cell->value;
    return ESP_LIKELY(v->tag != LUA_NIL);
}

/* The same for writes. */
ESP_INLINE bool lua_field_put_quickly(const field_cache *c, esp_value object,
                                      esp_value v)
{
    const field_entry *e = (const field_entry *)c->cache.first;
    lua_table *t = lua_table_of(object);

    if (ESP_UNLIKELY(object.tag != LUA_TABLE || !e ||
                     e->base.key != t->base.shape || e->how != FIELD_PLACE ||
                     e->after || (e->at.fixed && e->at.tag != v.tag) ||
                     e->newindex))
        return false;
    esp_location_set(&t->base, &e->at, v);
    return true;
}

/* Does the entry say all?  What is not a name of the shape may be in the hash
 * table; nil adds no name, but may need a wider location. */
ESP_INLINE bool lua_field_set_is_simple(const field_entry *e,
                                        const lua_table *t, esp_value v)
{
    if (e->how == FIELD_SLOW)
        return false;
    if (e->how == FIELD_ABSENT || e->adds)
        return !t->hash;
    return !e->after || (!t->hash && v.tag != LUA_NIL);
}

/* object.name = v: ESP_THROW, or something else. */
ESP_INLINE esp_value lua_field_set(esp_node *node, field_cache *c,
                                   lua_state *lua, esp_value object,
                                   esp_symbol *name, esp_value v)
{
    if (ESP_LIKELY(object.tag == LUA_TABLE)) {
        lua_table *t = lua_table_of(object);

        ESP_FOR_CACHED(field_entry, e, c->cache, t->base.shape) {
            if (e->newindex && lua_cell_get(e->newindex).tag != LUA_NIL) {
                lua_field_unusual(node, c);
                return lua_field_set_slow(node, lua, object, name, v);
            }
            if (e->how == FIELD_CELL) {
                esp_cell_put(lua->context, e->cell, v);
                return lua_nil();
            }
            if (e->how == FIELD_ABSENT && v.tag != LUA_NIL)
                continue;
            if (!lua_field_set_is_simple(e, t, v)) {
                lua_field_unusual(node, c);
                return lua_field_set_slow(node, lua, object, name, v);
            }
            if (e->how == FIELD_ABSENT || (e->adds && v.tag == LUA_NIL))
                return lua_nil();
            if (e->at.fixed && e->at.tag != v.tag)
                continue;
            if (e->usual && !esp_assumption_valid(e->usual))
                break;
            if (e->grows &&
                !esp_object_grow(lua->context, &t->base, e->after))
                return esp_abrupt(ESP_THROW);
            esp_location_set(&t->base, &e->at, v);
            if (e->after)
                esp_object_become(&t->base, e->after);
            return lua_nil();
        }
    }
    if (esp_icache_megamorphic(&c->cache))
        return lua_field_set_slow(node, lua, object, name, v);
    esp_deopt_invalidate();
    return lua_field_set_miss(node, c, lua, object, name, v);
}

/* ---- metatables -------------------------------------------------------- */

/* The metamethod of a table, or nil. */
ESP_INLINE esp_value lua_meta_get(esp_node *node, field_cache *c,
                                  lua_state *lua, esp_value table, int meta)
{
    const lua_table *t = lua_table_of(table);

    if (!t->base.shape->dynamic)
        return lua_nil();
    ESP_FOR_CACHED(meta_entry, e, c->cache, t->base.shape)
        return e->cell ? lua_cell_get(e->cell) : lua_nil();
    if (esp_icache_megamorphic(&c->cache))
        return lua_metamethod(lua, table, meta);
    esp_deopt_invalidate();
    return lua_meta_miss(node, c, lua, table, meta);
}

/* setmetatable(t, metatable), when that is simple.  False: it is not. */
ESP_INLINE bool lua_stamp(esp_node *node, field_cache *c, lua_state *lua,
                          lua_table *t, lua_table *metatable)
{
    ESP_FOR_CACHED(stamp_entry, e, c->cache, t->base.shape)
        if (e->metatable == metatable) {
            if (lua_cell_get(e->gc).tag != LUA_NIL ||
                lua_cell_get(e->mode).tag != LUA_NIL)
                return false;
            t->base.shape = e->after;
            return true;
        }
    if (esp_icache_megamorphic(&c->cache))
        return false;
    esp_deopt_invalidate();
    return lua_stamp_miss(node, c, lua, t, metatable);
}

#endif
