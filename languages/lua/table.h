/*
 * table.h: what a table is made of.
 *
 *     names       a shape (framework/shape.h): keys that are names in the
 *                 program's text, as `x` in t.x, while they are few
 *     1 .. n      an array (framework/array.h); its last element is never nil,
 *                 and n + 1 is nowhere else: so n is a border
 *     the rest    a hash table
 *
 * The metatable is the shape's dynamic type.  A property that became nil keeps
 * its place, and so does an entry of the hash table until that grows; so `next`
 * goes on after a key that was assigned nil.
 *
 * Tables that are like modules (the globals, libraries) have cells instead of
 * a shape's properties: each name has a variable (framework/assume.h) that is
 * a constant in compiled code while it is seldom written.  Such a table has a
 * shape of its own, so whoever knows the shape knows the table.
 */
#ifndef LUA_TABLE_H
#define LUA_TABLE_H

#include "languages/lua/lua.h"

enum { LUA_TABLE_SLOTS = 3 };

typedef struct lua_hash lua_hash;

/* The names of a table with cells. */
typedef struct lua_cells {
    lua_table *table;
    esp_symbol **names;             /* in the order of their creation */
    ESP_FINAL_ELEMENTS esp_cell **cells;
    uint32_t n, cap;
    uint32_t *index;                /* by the name's address: number + 1 */
    uint32_t size;                  /* of index: a power of two */
    ESP_FINAL lua_table *metatable; /* of the table: changes its shape */
} lua_cells;

struct lua_table {
    esp_object base;
    lua_cells *cells;               /* or NULL */
    lua_hash *hash;                 /* or NULL */
    esp_array array;                /* element 0 is t[1] */
    esp_value slots[LUA_TABLE_SLOTS];
};

/* What the dynamic type of the shape of a table without cells is; one with
 * cells has a shape of its own, and its cells are the dynamic type. */
ESP_INLINE lua_table *lua_shape_metatable(const esp_shape *shape)
{
    return (lua_table *)shape->dynamic;
}

/* Gives a table cells. */
bool lua_table_open_cells(lua_state *lua, lua_table *t);

/* The name's cell; there is one afterwards.  NULL: no memory. */
esp_cell *lua_table_cell(lua_state *lua, lua_table *t, esp_symbol *name);

extern const esp_array_kind lua_array_kind
    __attribute__((visibility("hidden")));

/* The index of i in the array, if it is below the length. */
ESP_INLINE uint64_t lua_array_index(int64_t i)
{
    return (uint64_t)i - 1;
}

ESP_LEAF esp_value lua_table_get_int_slow(lua_table *t, int64_t i);

/* Another value for a key of the hash table that has one, which no metatable
 * is asked about.  False: there is no such key. */
ESP_LEAF bool lua_table_replace(lua_state *lua, lua_table *t, esp_value key,
                                esp_value v);

/* The next entry of a walk over the table, which is 0 at first. */
ESP_LEAF bool lua_table_walk(lua_state *lua, lua_table *t, int64_t *place,
                             esp_value *key, esp_value *v);

/* Room for so many more, from a constructor.  False: an error was thrown. */
ESP_BOUNDARY bool lua_table_reserve(lua_state *lua, lua_table *t,
                                    uint64_t array, uint64_t others);

/* Values for 1 + n, 2 + n, ..., with nils between them if there are some. */
ESP_BOUNDARY bool lua_table_append(lua_state *lua, lua_table *t, uint32_t n,
                                   const esp_value *values, uint64_t more);

/* Where the hash table has a key; its value follows it.  NULL: it is not there.
 * For weak tables: a payload that was set to NULL stands for no key. */
esp_value *lua_table_place(lua_table *t, esp_value key);

#endif
