/*
 * assume.h: assumptions, and the code that rests on them.
 *
 * Something that is true so far, and that compiled code takes for granted.
 * When it becomes false, that code is discarded.  A cell is a variable with an
 * assumption that nobody writes it.
 */
#ifndef ESP_ASSUME_H
#define ESP_ASSUME_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

struct esp_dependents;

struct esp_assumption {
    bool valid;                         /* never comes back */
    uint32_t born;                      /* in this reading (tier.h), or 0 */
    esp_engine *engine;
    const char *name;                   /* for traces; not copied */
    struct esp_dependents *dependents;  /* framework/tier.h */
    esp_assumption *next;               /* of the context */
};

/* A valid one; lives as long as the context. */
esp_assumption *esp_assumption_new(esp_context *context, const char *name);

/* Stores an assumption where there was another one, or what goes with it: a
 * compiler in another thread may be reading the field. */
#define ESP_PUBLISH(field, value) \
    __atomic_store_n(&(field), (value), __ATOMIC_RELEASE)

/* In compiled code: a constant, if the assumption itself is one. */
ESP_INTRINSIC bool esp_assumption_valid(const esp_assumption *a)
{
    return a->valid;
}

/* Makes it false.  NULL is allowed, and false already. */
ESP_BOUNDARY void esp_assumption_invalidate(esp_assumption *a,
                                            const char *why);

/* ---- cells ------------------------------------------------------------- */

/*
 * A variable that is seldom written: a global, a method, a property of a class
 * object.  In compiled code it is a constant; writing it discards that code.
 * After some writes it counts as an ordinary variable.
 */
typedef struct esp_cell {
    esp_value value;
    ESP_FINAL esp_value constant;           /* the same, while this is valid: */
    ESP_FINAL esp_assumption *stable;       /* NULL: written too often */
    uint32_t writes;
    const char *name;                       /* for traces; not copied */
} esp_cell;

enum { ESP_CELL_WRITES = 4 };

/* Lives as long as the context.  The first value is no write. */
esp_cell *esp_cell_new(esp_context *context, const char *name,
                       esp_value value);

ESP_BOUNDARY void esp_cell_set(esp_context *context, esp_cell *cell,
                               esp_value value);

/* The same, and only a store when the cell counts as an ordinary variable. */
ESP_INLINE void esp_cell_put(esp_context *context, esp_cell *cell,
                             esp_value value)
{
    if (cell->writes < ESP_CELL_WRITES)
        esp_cell_set(context, cell, value);
    else
        cell->value = value;
}

ESP_INLINE esp_value esp_cell_get(const esp_cell *cell)
{
    if (cell->stable && esp_assumption_valid(cell->stable))
        return cell->constant;
    return cell->value;
}

#endif
