/*
 * heap.h: guest objects.
 *
 * A conservative collector (libgc) keeps what it finds in the C stack, the
 * frame stack, the memory of esp_context_alloc, global variables, and other
 * objects of the heap; a pointer to an object's inside counts only on the C
 * stack.  Without libgc nothing is freed before the context closes.
 *
 * When --max-heap is exceeded, small objects still come out of a reserve and
 * the guest gets its error at the next poll; only esp_alloc can fail.
 */
#ifndef ESP_HEAP_H
#define ESP_HEAP_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* Heap objects of one size; constants of the language. */
typedef struct esp_heap_type {
    const char *name;
    ESP_FINAL uint32_t size;
    ESP_FINAL bool flat;        /* has no pointers in it, ever */
} esp_heap_type;

/* The part of esp_new that is not a pop from a list. */
ESP_LEAF void *esp_new_slow(esp_context *context, const esp_heap_type *type);

/* A new object, zeroed.  In compiled code it may stay virtual. */
ESP_INTRINSIC void *esp_new(esp_context *context, const esp_heap_type *type)
{
    uint32_t list = (type->size + 15) / 16;
    void **object;

    if (ESP_UNLIKELY(type->flat || list >= ESP_FREE_LISTS))
        return esp_new_slow(context, type);
    object = (void **)context->free[list];
    if (ESP_UNLIKELY(!object))
        return esp_new_slow(context, type);
    context->free[list] = object[0];
    object[0] = NULL;
    return object;
}

/* `size` bytes, zeroed.  NULL: an error was thrown, leave with ESP_THROW. */
ESP_LEAF void *esp_alloc(esp_context *context, size_t size);
/* The same for memory without pointers; not zeroed. */
ESP_LEAF void *esp_alloc_flat(esp_context *context, size_t size);

/* For memory that others keep in the C library's heap on behalf of guest
 * objects (big numbers): counts towards the limit and hastens collections. */
void esp_heap_add_external(esp_context *context, int64_t bytes);

/* Calls fn(object, arg) some time after the object has become unreachable, on
 * the context's thread, or when the context closes.  What fn leaves in
 * context->thrown is thrown by the poll that has called it: errors that nothing
 * may catch, such as an exit. */
void esp_finalizer(esp_context *context, void *object,
                   void (*fn)(void *object, void *arg), void *arg);

/* Calls fn(arg) at a poll after each collection, whoever asked for that.  There
 * is one such function; NULL: none any longer. */
void esp_after_collections(esp_context *context, void (*fn)(void *arg),
                           void *arg);

/* Makes zeros of what calls have left on the C stack below the caller: the
 * collector takes old words in the holes of later frames for references.  It
 * happens at a poll after each collection, too. */
ESP_BOUNDARY void esp_clear_stack(esp_context *context);

/* A reference that does not keep its object.  It is to be cleared before its
 * memory goes, which must not be the collector's. */
typedef struct esp_weak { void *link; } esp_weak;

/* until_freed: it leads to the object even while finalizers can still reach
 * that.  False: no memory. */
bool esp_weak_set(esp_weak *w, void *object, bool until_freed);
/* NULL: the object is gone, or there was none. */
void *esp_weak_get(esp_weak *w);
void esp_weak_clear(esp_weak *w);

/* A full collection, now. */
void esp_collect(esp_context *context);
/* The same; finalizers wait for the next poll. */
void esp_collect_quietly(esp_context *context);

typedef struct esp_heap_stats {
    uint64_t allocated;         /* bytes, ever, by this context */
    uint64_t in_use;            /* bytes now; of all contexts under libgc */
    uint64_t collections;
    double ms;                  /* spent collecting */
} esp_heap_stats;

void esp_heap_stats_get(esp_context *context, esp_heap_stats *to);

/* A hash of an address. */
ESP_INLINE uint32_t esp_hash_pointer(const void *p)
{
    return (uint32_t)(((uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15u) >> 32);
}

#endif
