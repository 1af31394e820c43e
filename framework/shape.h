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
 * A shape is a link: what is new in it, and the shape that it came from.  New
 * may also be another description of a property (its location became wider,
 * its flags changed), which hides the older one, or another dynamic type.
 *
 * An object with too many links, or one that lost a property, becomes a
 * dictionary: its properties are in a hash table of its own, and all
 * dictionaries of a kind and dynamic type share one shape.  The number of
 * shapes is bounded: a shape has at most ESP_MAX_TRANSITIONS, a kind at most
 * ESP_MAX_SHAPES; beyond that objects become dictionaries.
 */
#ifndef ESP_SHAPE_H
#define ESP_SHAPE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

typedef struct esp_shape esp_shape;
typedef struct esp_object esp_object;

/* Properties are named by the address of something unique, such as an
 * interned string. */
typedef const void *esp_key;

enum {
    ESP_MAX_LINKS = 256,            /* from the empty shape */
    ESP_MAX_TRANSITIONS = 128,
    ESP_MAX_SHAPES = 16384
};

/*
 * A kind of objects: all of a language's, or of one of its types.  The C
 * struct of the objects begins with an esp_object and ends with `room`
 * bytes for the first properties, as esp_values or what is smaller:
 *
 *     struct point { esp_object base; int mine; esp_value slots[4]; };
 *     const esp_kind point_kind = ESP_KIND("Point", struct point, slots);
 */
typedef struct esp_kind {
    esp_heap_type type;
    ESP_FINAL uint32_t slots;       /* offset of the first slot */
    ESP_FINAL uint32_t room;        /* bytes of slots */
    ESP_FINAL uint64_t fixed;       /* set of tags, below 64: see location */
    ESP_FINAL uint64_t constant;    /* the same: see esp_constant */
} esp_kind;

#define ESP_KIND(name, struct_type, slots)                                  \
    ESP_KIND_FIXED(name, struct_type, slots, 0)
#define ESP_KIND_FIXED(name, struct_type, slots, fixed)                     \
    ESP_KIND_TAGS(name, struct_type, slots, fixed, 0)
#define ESP_KIND_TAGS(name, struct_type, slots, fixed, constant)            \
    { { (name), sizeof(struct_type), false },                               \
      offsetof(struct_type, slots),                                         \
      sizeof ((struct_type *)0)->slots, (fixed), (constant) }

/*
 * Where a property is: so many bytes behind the object's first, or the first
 * of its extra part.  A property whose first value has a tag of kind->fixed
 * gets 8 bytes for the payload only, and the tag is known without a look; a
 * value with another tag later moves it to a location of 16 bytes.
 */
typedef struct esp_location {
    ESP_FINAL uint32_t offset;
    ESP_FINAL bool extra;
    ESP_FINAL bool fixed;
    ESP_FINAL uint64_t tag;         /* if fixed */
} esp_location;

/*
 * A property that has been the same in all objects so far: methods, modules,
 * global functions.  It is in the objects as well, but where the shape is known
 * compiled code need not look.  A property whose first value has a tag of
 * kind->constant begins as one; the first other value ends that for good.
 * Until then the shape keeps the value alive.
 */
typedef struct esp_constant {
    ESP_FINAL esp_value value;
    ESP_FINAL esp_assumption *same;
} esp_constant;

typedef struct esp_property {
    ESP_FINAL esp_key key;          /* NULL: this link is no property */
    ESP_FINAL esp_location at;
    ESP_FINAL esp_constant *constant;   /* NULL: never was one */
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
    ESP_FINAL esp_property newest;
    ESP_FINAL esp_shape *parent;    /* without that */
    ESP_FINAL bool widened;         /* the newest property had a place before: */
    ESP_FINAL esp_location left;
    esp_assumption *usual;          /* see esp_shape_usual; or NULL */
    bool outdated;                  /* the newest property is wide elsewhere */
    uint32_t links;                 /* shapes from the empty one to this */
    struct shape_table *table;      /* of many properties; made when needed */
    struct shape_transition *transitions;
    uint32_t ntransitions;
    struct shape_family *family;
};

/* The empty shape of a kind for a dynamic type; asking again gives the same
 * shape.  Lives as long as the context.  NULL: the host has no memory. */
ESP_BOUNDARY esp_shape *esp_shape_root(esp_context *context,
                                       const esp_kind *kind, void *dynamic);

/* The property, or NULL.  Not for dictionaries. */
ESP_LEAF const esp_property *esp_shape_find(esp_shape *shape, esp_key key);

/*
 * Who adds a property to an object remembers the shape that it has then.  When
 * values with different tags come to the property, objects that get it later
 * have a wider location for it, and another shape: this assumption ends.
 * NULL: it has ended, or there is no memory.
 */
ESP_BOUNDARY esp_assumption *esp_shape_usual(esp_shape *shape);

/* Has it ended, for this shape or one that it was made from? */
ESP_LEAF bool esp_shape_outdated(const esp_shape *shape);

/* The n-th property in insertion order, or NULL. */
ESP_LEAF const esp_property *esp_shape_nth(esp_shape *shape, uint32_t n);

#endif
