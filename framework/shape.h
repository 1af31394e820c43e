/*
 * shape.h: how the properties of objects are laid out.
 *
 * Objects that got the same properties in the same order share a shape: an
 * immutable description of which property is where.  A new property leads to
 * another shape, found through the old one's transitions.  Nodes cache shapes
 * (object.h), so a property access is a compare and a load.
 *
 *        {}  --x-->  {x}  --y-->  {x,y}
 *                     \---z-->  {x,z}
 *
 * An object with too many properties, or one that lost a property, becomes a
 * dictionary: its properties are in a hash table of its own, and all
 * dictionaries of a kind share one shape.  The number of shapes is bounded: a
 * shape has at most ESP_MAX_TRANSITIONS, a kind at most ESP_MAX_SHAPES; beyond
 * that objects become dictionaries.
 */
#ifndef ESP_SHAPE_H
#define ESP_SHAPE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

typedef struct esp_shape esp_shape;
typedef struct esp_object esp_object;

/* Properties are named by the address of something unique, such as an
 * esp_symbol. */
typedef const void *esp_key;

enum {
    ESP_MAX_PROPERTIES = 256,       /* then: a dictionary */
    ESP_MAX_TRANSITIONS = 128,
    ESP_MAX_SHAPES = 16384
};

/*
 * A kind of objects: all of a language's, or of one of its types.  The C
 * struct of the objects begins with an esp_object and ends with `nslots`
 * esp_values for the first properties:
 *
 *     struct point { esp_object base; int mine; esp_value slots[4]; };
 *     const esp_kind point_kind = ESP_KIND("Point", struct point, slots);
 */
typedef struct esp_kind {
    esp_heap_type type;
    ESP_FINAL uint32_t slots;       /* offset of the first slot */
    ESP_FINAL uint32_t nslots;
} esp_kind;

#define ESP_KIND(name, struct_type, slots)                                  \
    { { (name), sizeof(struct_type), false },                               \
      offsetof(struct_type, slots),                                         \
      sizeof ((struct_type *)0)->slots / sizeof(esp_value) }

/* Where a property is: so many bytes behind the object's first, or the first
 * of its extra part.  With a fixed tag only the payload is stored (8 bytes),
 * else the whole value (16). */
typedef struct esp_location {
    ESP_FINAL uint32_t offset;
    ESP_FINAL bool extra;
    ESP_FINAL bool fixed;
    ESP_FINAL uint64_t tag;         /* if fixed */
} esp_location;

typedef struct esp_property {
    ESP_FINAL esp_key key;
    ESP_FINAL esp_location at;
    ESP_FINAL uint32_t flags;       /* the language's */
    ESP_FINAL uint32_t index;       /* in insertion order */
} esp_property;

struct esp_shape {
    ESP_FINAL const esp_kind *kind;
    ESP_FINAL void *dynamic;        /* dynamic type: metatable, prototype */
    ESP_FINAL bool dictionary;
    ESP_FINAL uint32_t nproperties;
    ESP_FINAL uint32_t inline_used; /* bytes in the object's slots */
    ESP_FINAL uint32_t extra_used;  /* bytes in the extra part */
    ESP_FINAL uint32_t extra_size;  /* bytes it has to have */
    ESP_FINAL esp_shape *parent;    /* without the newest property */
    ESP_FINAL esp_property newest;
    struct esp_shape_table *table;  /* properties by key; made when needed */
    struct esp_transition *transitions;
    uint32_t ntransitions;
    struct esp_shape_family *family;
};

/* The empty shape of a kind for a dynamic type; asking again gives the same
 * shape.  Lives as long as the context. */
ESP_BOUNDARY esp_shape *esp_shape_root(esp_context *context,
                                       const esp_kind *kind, void *dynamic);

/* The property, or NULL.  Not for dictionaries. */
ESP_LEAF const esp_property *esp_shape_find(esp_shape *shape, esp_key key);

/* The shape with one property more, whose first value has this tag. */
ESP_BOUNDARY esp_shape *esp_shape_add(esp_context *context, esp_shape *shape,
                                      esp_key key, uint32_t flags,
                                      uint64_t tag);

/* The n-th property in insertion order, or NULL. */
ESP_LEAF const esp_property *esp_shape_nth(esp_shape *shape, uint32_t n);

#endif
