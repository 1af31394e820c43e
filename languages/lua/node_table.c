/*
 * Fields, elements, constructors.
 *
 * A key that is a name in the text is looked up through a cache of shapes
 * (field.h); an integer goes to the array; everything else is for a function
 * that is called (table.c, meta.c).
 */
#include "languages/lua/field.h"
#include "languages/lua/nodes.h"

typedef struct index_node {
    esp_node base;
    ESP_CHILD esp_node *object, *key, *value;   /* key: NULL if it is known */
    ESP_FINAL esp_symbol *name;                 /* the key that is known */
    field_cache cache;
    esp_array_site site;
    ESP_FINAL bool slow;                /* the array was not enough */
    bool global;
} index_node;

/* ---- fields ------------------------------------------------------------ */

ESP_INLINE esp_value get_field(esp_node *node, esp_frame *frame,
                               esp_value object)
{
    index_node *self = (index_node *)node;

    return lua_field_get(node, &self->cache, lua_at(frame, node), object,
                         self->name);
}

__attribute__((noinline))
static esp_value get_field_slowly(esp_node *node, esp_frame *frame,
                                  esp_value object)
{
    return get_field(node, frame, object);
}

static esp_value get_field_execute(esp_node *node, esp_frame *frame)
{
    index_node *self = (index_node *)node;
    esp_value object = LUA_TRY(self->object), v;

    if (!esp_in_interpreter())
        return get_field(node, frame, object);
    if (ESP_LIKELY(lua_field_quickly(&self->cache, object, &v)))
        return v;
    return get_field_slowly(node, frame, object);
}

ESP_INLINE esp_value set_field(esp_node *node, esp_frame *frame,
                               esp_value object, esp_value v)
{
    index_node *self = (index_node *)node;

    return lua_field_set(node, &self->cache, lua_at(frame, node), object,
                         self->name, v);
}

__attribute__((noinline))
static esp_value set_field_slowly(esp_node *node, esp_frame *frame,
                                  esp_value object, esp_value v)
{
    return set_field(node, frame, object, v);
}

static esp_value set_field_execute(esp_node *node, esp_frame *frame)
{
    index_node *self = (index_node *)node;
    esp_value object = LUA_TRY(self->object);
    esp_value v = LUA_TRY(self->value);

    if (!esp_in_interpreter())
        return set_field(node, frame, object, v);
    if (ESP_LIKELY(lua_field_put_quickly(&self->cache, object, v)))
        return lua_nil();
    return set_field_slowly(node, frame, object, v);
}

/* ---- elements ---------------------------------------------------------- */

ESP_BOUNDARY static void note_slow(index_node *self)
{
    esp_node_changing(&self->base);
    self->slow = true;
    esp_node_changed(&self->base, "not an element");
}

/* Before what is done by calls.  Compiled code of a node that never came here
 * has no calls, so that what is known of tables survives it. */
ESP_INLINE void need_slow(index_node *self)
{
    if (ESP_UNLIKELY(!self->slow)) {
        esp_deopt_invalidate();
        note_slow(self);
    }
}

ESP_INLINE esp_value get_index(esp_node *node, esp_frame *frame,
                               esp_value object, esp_value key)
{
    index_node *self = (index_node *)node;

    if (ESP_LIKELY(object.tag == LUA_TABLE && key.tag == LUA_INT)) {
        lua_table *t = lua_table_of(object);
        esp_value v = esp_array_get(node, &self->site, &lua_array_kind,
                                    &t->array, lua_array_index(key.as.i));

        esp_assume(!esp_is_abrupt(v));
        if (ESP_LIKELY(v.tag != LUA_NIL))
            return v;
        if (!t->hash && !t->base.shape->dynamic)
            return lua_nil();
    }
    need_slow(self);
    if (object.tag == LUA_TABLE) {
        lua_table *t = lua_table_of(object);
        esp_value v = lua_table_get(lua_here(frame), t, key);

        esp_assume(!esp_is_abrupt(v));
        if (ESP_LIKELY(v.tag != LUA_NIL || !t->base.shape->dynamic))
            return v;
    }
    return lua_index_slow(lua_at(frame, node), node, object, key);
}

__attribute__((noinline))
static esp_value get_index_slowly(esp_node *node, esp_frame *frame,
                                  esp_value object, esp_value key)
{
    return get_index(node, frame, object, key);
}

/* What a site has met so far is only for the compiler to know: the interpreter
 * takes any element that is there, once it has met something. */
static esp_value get_index_execute(esp_node *node, esp_frame *frame)
{
    index_node *self = (index_node *)node;
    esp_value object = LUA_TRY(self->object);
    esp_value key = LUA_TRY(self->key);

    if (!esp_in_interpreter())
        return get_index(node, frame, object, key);
    if (object.tag == LUA_TABLE &&
        key.tag == LUA_INT) {
        const esp_array *a = &lua_table_of(object)->array;
        uint64_t i = lua_array_index(key.as.i);

        if (ESP_LIKELY(i < a->length && a->tag == self->site.tag &&
                       self->site.seen & ESP_ARRAY_ONE))
            return (esp_value){ .as.i = ((const int64_t *)a->data)[i],
                                .tag = a->tag };
    }
    return get_index_slowly(node, frame, object, key);
}

/* Existing elements never ask metatables; new ones are for the slow path if
 * there is a metatable, or a hash table in which the next key may be. */
ESP_INLINE bool writes_plainly(const index_node *self, const lua_table *t,
                               uint64_t i)
{
    if (ESP_LIKELY(i < t->array.length))
        return !t->base.shape->dynamic ||
               esp_array_element(&t->array, i).tag != LUA_NIL;
    if (i != t->array.length || t->base.shape->dynamic || t->hash ||
        i >= ESP_MOST_ELEMENTS / 4)
        return false;
    if (!esp_array_grows(&self->site))
        esp_deopt_invalidate();
    return true;
}

ESP_INLINE esp_value set_index(esp_node *node, esp_frame *frame,
                               esp_value object, esp_value key, esp_value v)
{
    index_node *self = (index_node *)node;

    if (ESP_LIKELY(object.tag == LUA_TABLE && key.tag == LUA_INT &&
                   v.tag != LUA_NIL)) {
        lua_table *t = lua_table_of(object);
        uint64_t i = lua_array_index(key.as.i);

        if (ESP_LIKELY(writes_plainly(self, t, i))) {
            if (ESP_UNLIKELY(!esp_array_set(node, &self->site,
                                            lua_context(frame),
                                            &lua_array_kind, &t->array, i,
                                            v)))
                return esp_abrupt(ESP_THROW);
            return lua_nil();
        }
    }
    need_slow(self);
    if (object.tag == LUA_TABLE &&
        lua_table_replace(lua_here(frame), lua_table_of(object),
                          key, v))
        return lua_nil();
    return lua_set_index_slow(lua_at(frame, node), node, object, key, v);
}

/* The value in two words: as one it would be read from memory where it was just
 * written in two, for which processors wait. */
__attribute__((noinline))
static esp_value set_index_slowly(esp_node *node, esp_frame *frame,
                                  esp_value object, esp_value key,
                                  int64_t bits, uint64_t tag)
{
    return set_index(node, frame, object, key,
                     (esp_value){ .as.i = bits, .tag = tag });
}

/* An element that is there, or the next one, where there is room for it. */
ESP_INLINE bool set_quickly(const index_node *self, lua_table *t, uint64_t i,
                            esp_value v)
{
    esp_array *a = &t->array;

    if (a->tag != v.tag || v.tag != self->site.tag ||
        !(self->site.seen & ESP_ARRAY_ONE))
        return false;
    if (ESP_UNLIKELY(i >= a->length)) {
        if (i != a->length || i >= a->capacity || t->base.shape->dynamic ||
            t->hash || !(self->site.seen & ESP_ARRAY_APPENDS) ||
            i >= ESP_MOST_ELEMENTS / 4)
            return false;
        a->length++;
    }
    ((int64_t *)a->data)[i] = v.as.i;
    return true;
}

static esp_value set_index_execute(esp_node *node, esp_frame *frame)
{
    index_node *self = (index_node *)node;
    esp_value object = LUA_TRY(self->object);
    esp_value key = LUA_TRY(self->key);
    esp_value v = LUA_TRY(self->value);

    if (!esp_in_interpreter())
        return set_index(node, frame, object, key, v);
    if (object.tag == LUA_TABLE && key.tag == LUA_INT &&
        ESP_LIKELY(set_quickly(self, lua_table_of(object),
                               lua_array_index(key.as.i), v)))
        return lua_nil();
    return set_index_slowly(node, frame, object, key, v.as.i, v.tag);
}

static void index_forget(esp_node *copy)
{
    ((index_node *)copy)->cache = (field_cache){ 0 };
    ((index_node *)copy)->site = (esp_array_site){ 0 };
    ((index_node *)copy)->slow = false;
}

#define INDEX_CLASS(word)                                                   \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(index_node),                          \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(index_node, object), ESP_ONE(index_node, key), \
                     ESP_ONE(index_node, value)),                           \
        .forget = index_forget,                                             \
    }
INDEX_CLASS(get_field);
INDEX_CLASS(set_field);
INDEX_CLASS(get_index);
INDEX_CLASS(set_index);

esp_node *lua_index_node(esp_context *c, esp_section at, esp_node *object,
                         esp_node *key, bool global, esp_node *value)
{
    esp_value known = key->class == &lua_literal_class
                          ? ((literal_node *)key)->value
                          : lua_nil();
    esp_symbol *name = known.tag == LUA_STRING ? lua_string_of(known) : NULL;
    const esp_node_class *class =
        name ? (value ? &set_field_class : &get_field_class)
             : (value ? &set_index_class : &get_index_class);
    index_node *n = ESP_NEW_NODE(c, index_node, class, at);

    n->object = object;
    n->key = name ? NULL : key;
    n->value = value;
    n->global = global;
    n->name = name;
    return &n->base;
}

void lua_index_set_value(esp_node *node, esp_node *value)
{
    ((index_node *)node)->value = value;
}

static bool is_index(const esp_node *node)
{
    return node->class == &get_field_class || node->class == &set_field_class ||
           node->class == &get_index_class || node->class == &set_index_class;
}

const esp_node *lua_index_object(const esp_node *node)
{
    return is_index(node) ? ((const index_node *)node)->object : NULL;
}

int lua_index_meta(const esp_node *node)
{
    if (!is_index(node))
        return -1;
    return ((const index_node *)node)->value ? LUA_META_newindex
                                             : LUA_META_index;
}

/* Small integers in the text are named as PUC Lua names them. */
bool lua_index_name(const esp_node *node, char *to, size_t n)
{
    const index_node *self = (const index_node *)node;
    esp_value key = lua_nil();

    if (node->class != &get_field_class && node->class != &get_index_class)
        return false;
    if (self->name) {
        snprintf(to, n, "%s '%s'", self->global ? "global" : "field",
                 lua_bytes(self->name));
        return true;
    }
    if (self->key->class == &lua_literal_class)
        key = ((const literal_node *)self->key)->value;
    snprintf(to, n, "field '%s'",
             key.tag == LUA_INT && (uint64_t)key.as.i < 256 ? "integer index"
                                                            : "?");
    return true;
}

/* ---- constructors ------------------------------------------------------ */

typedef struct table_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **items;   /* values, or writes to the slot's */
    ESP_FINAL uint32_t n;               /* table */
    ESP_CHILD esp_node *rest;           /* a multi node, or NULL */
    ESP_FINAL uint32_t npositional;     /* without the rest */
    esp_array_site site;
    ESP_FINAL uint32_t slot;
} table_node;

/* The values of the last item. */
ESP_BOUNDARY static bool append_rest(lua_state *lua, lua_table *t,
                                     esp_value rest, uint32_t n)
{
    esp_value one;
    uint64_t more;
    const esp_value *values = lua_returned(lua, rest, &one, &more);

    return lua_table_append(lua, t, n, values, more);
}

ESP_INLINE esp_value add_rest(table_node *self, esp_frame *frame,
                              esp_value table)
{
    esp_value rest;

    if (!self->rest)
        return table;
    rest = ESP_TRY(esp_execute(self->rest, frame));
    if (!append_rest(lua_here(frame), lua_table_of(table), rest,
                     self->npositional))
        return esp_abrupt(ESP_THROW);
    return table;
}

/* Only values: {1, 2, f()}. */
static esp_value array_execute(esp_node *node, esp_frame *frame)
{
    table_node *self = (table_node *)node;
    lua_state *lua = lua_here(frame);
    lua_table *t = (lua_table *)esp_object_new(lua->context,
                                               lua->table_shape);

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        esp_value v = LUA_TRY(self->items[i]);

        if (i == 0 && v.tag != LUA_NIL &&
            !esp_array_reserve(lua->context, &lua_array_kind, &t->array,
                               self->n, v))
            return esp_abrupt(ESP_THROW);
        /* Nobody else knows the table yet. */
        if (v.tag != LUA_NIL &&
            !esp_array_set(node, &self->site, lua->context, &lua_array_kind,
                           &t->array, i, v))
            return esp_abrupt(ESP_THROW);
    }
    return add_rest(self, frame, lua_pointer(t, LUA_TABLE));
}

/* With keys: the table waits in a slot of its own, and the items are ordinary
 * assignments to it.  Afterwards the slot is not what keeps it. */
static esp_value record_execute(esp_node *node, esp_frame *frame)
{
    table_node *self = (table_node *)node;
    lua_state *lua = lua_here(frame);
    lua_table *t = (lua_table *)esp_object_new(lua->context,
                                               lua->table_shape);
    esp_value table;

    frame->slots[self->slot] = lua_pointer(t, LUA_TABLE);
    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        ESP_TRY(esp_execute(self->items[i], frame));
    }
    table = frame->slots[self->slot];
    frame->slots[self->slot] = lua_nil();
    return add_rest(self, frame, table);
}

static void table_forget(esp_node *copy)
{
    ((table_node *)copy)->site = (esp_array_site){ 0 };
}

#define TABLE_CLASS(word)                                                   \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(table_node),                          \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_MANY(table_node, items, n),                        \
                     ESP_ONE(table_node, rest)),                            \
        .forget = table_forget,                                             \
    }
TABLE_CLASS(array);
TABLE_CLASS(record);

esp_node *lua_table_node(esp_context *c, esp_section at, esp_node **items,
                         uint32_t n, esp_node *rest, uint32_t npositional,
                         uint32_t slot)
{
    table_node *node = ESP_NEW_NODE(c, table_node,
                                    slot ? &record_class : &array_class, at);

    node->items = items;
    node->n = n;
    node->rest = rest;
    node->npositional = npositional;
    node->slot = slot;
    return &node->base;
}
